"""The sample generator's English answers, part by part."""

from server.domain.job import Category
from worker.models.template import AnswerBank

BANK = AnswerBank(
    openings={
        Category.TECHNICAL: (
            "I have worked with {topic} a good deal as a {position}. In short: I agree on a number to watch "
            "first, then "
            "try the simplest thing that could move it.",
            "With {topic}, the question I start from is why we need it at all. It costs as much as it gives, so I put "
            "two alternatives next to each other before I choose.",
        ),
        Category.BEHAVIOURAL: (
            "What comes to mind is a time when my team was divided over {topic}. I chose to collect facts "
            "before opinions.",
            "The harder a conversation is, the longer I listen first. Once, over {topic}, that changed the outcome.",
        ),
        Category.SITUATIONAL: (
            "I would first find out who is affected and do what can be undone. {topic} is what I would look at next.",
            "I would go in three steps: tell everybody what is known, stop the damage, then look for the cause, "
            "starting "
            "with {topic}.",
        ),
        Category.EXPERIENCE: (
            "The work I am proudest of is {topic}, which I was responsible for from the first day to the last.",
            "The experience closest to the {position} role is how I improved {topic}.",
        ),
        Category.CULTURE_FIT: (
            "What draws me to {company} is that it resembles how I work: I am at my best where decisions are written "
            "down with their reasons.",
            "A good team is one where a mistake is mentioned on the day it happens. I would like to be that kind of "
            "colleague at {company}.",
        ),
        Category.GAPS: (
            "To be honest, my hands-on experience with {topic} is not deep yet. Let me be specific about how I "
            "am closing "
            "that gap.",
            "I am still building up {topic}. I have the groundwork, and the plan for the rest has already begun.",
        ),
    },
    situations=(
        "We were short of time, the requirements were moving, and nobody could see the whole picture.",
        "The same problem came back two or three times a month, and each time we only put out the fire.",
        "When I took it over there were no documents and no figures; people did not even agree on what was wrong.",
    ),
    actions=(
        "I spent a week collecting real cases, sorted the causes into three, and tested the most frequent one "
        "with a small "
        "experiment. I shared the results every week and dropped what did not work.",
        "I brought the people concerned together, got agreement on the goal in one sentence, and cut the work "
        "into pieces "
        "that could be undone. For my own part I built the check before the change.",
        "I measured first and changed one thing at a time. I wrote down why, so that a colleague who joined "
        "later could "
        "reach the same conclusion.",
    ),
    results=(
        "The problem became rare, and the time we had spent reacting went into improvements. [Put your own "
        "figure here.]",
        "We kept the date we had promised, and other teams took the procedure over. [Put your own figure here.]",
        "The team never had that argument again. I learned that checking early matters more than starting early. [Put "
        "your own figure here.]",
    ),
    closings=(
        "That is how I would work as a {position} at {company}: with evidence, and easy to work with.",
        "At {company} I would go about {topic} the same way: check in small steps, and share openly.",
    ),
    key_points={
        Category.TECHNICAL: ("Name the costs as well as the benefits.", "Say which figure you decided by."),
        Category.BEHAVIOURAL: ("Dwell on how it was solved, not on the conflict.", "Grant the other side's point."),
        Category.SITUATIONAL: ("Give the order of your steps, and why.", "Say whom you would tell, and when."),
        Category.EXPERIENCE: ("Tell your part from the team's.", "Pick the one decision that was hardest."),
        Category.CULTURE_FIT: (
            "Tie your reasons for {company} to something you did.",
            "Be concrete about how you work.",
        ),
        Category.GAPS: ("Admit the gap in one sentence.", "Give a plan that has begun, with dates."),
    },
    general_points=(
        "Situation, action, result, in two minutes.",
        "Give at least one figure of your own about {topic}.",
        "End on the {position} role at {company}.",
    ),
    avoid=(
        "Saying “we” until nobody knows what you did",
        "A long story without a result",
        "Blaming a former employer or colleague",
        "Claiming more about {topic} than you can defend",
        "Reciting the answer word for word",
    ),
)
