"""The sample generator's English questions."""

from server.domain.job import Category
from worker.models.template import Bank, Template

_TECHNICAL = (
    Template(
        "What was the hardest problem you met when putting {topic} into practice, and how did you solve it?",
        "Depth of hands-on experience, and how the candidate works through a problem.",
        "If you met the same problem again, what would you do differently?",
    ),
    Template(
        "How would you explain the essentials of {topic} to a new colleague in three minutes?",
        "Whether the candidate understands the subject well enough to make it simple.",
        "Which part do newcomers get wrong most often, and why?",
    ),
    Template(
        "When would you advise against {topic}? Tell us what you would reach for instead.",
        "Judgement about trade-offs rather than loyalty to a tool or a method.",
        "Who would disagree with you, and what is their best argument?",
    ),
    Template(
        "Suppose {company} asked you to introduce {topic} next quarter. What would you verify first?",
        "Planning in small, verifiable steps instead of a single big launch.",
        "What result would make you stop the introduction?",
    ),
    Template(
        "If demand grew tenfold, where would {topic} reach its limits first?",
        "The ability to reason about bottlenecks before they hurt.",
        "How would you notice that limit early?",
    ),
    Template(
        "Which figures would you watch to know whether {topic} is going well, and why those?",
        "Whether the candidate measures results instead of relying on impressions.",
        "Can any of those figures improve while the work itself gets worse?",
    ),
    Template(
        "What has changed most in {topic} recently, and how has it changed the way you work?",
        "Curiosity, and the habit of keeping knowledge up to date.",
        "Which recent trend do you consider overrated?",
    ),
    Template(
        "Your résumé mentions {claim}. Which decision mattered most there, and what did you base it on?",
        "Ownership of technical decisions and the reasoning behind them.",
        "Which alternative came closest to being chosen?",
    ),
    Template(
        "Walk us through the part of your work with {claim} that you built yourself, from idea to result.",
        "The candidate's own share in what the résumé describes.",
        "What would your colleagues say you left unfinished?",
    ),
    Template(
        "Name the three skills that matter most for the {position} role and rate yourself on each.",
        "Understanding of the role, and honest self-assessment.",
        "What are you doing about the lowest of the three?",
    ),
    Template(
        "Describe a fault whose cause was hard to find. How did you narrow it down, step by step?",
        "Systematic reasoning: forming hypotheses and testing them one by one.",
        "What did you change so that it would be found sooner next time?",
    ),
    Template(
        "How do you convince yourself that your work is correct before you hand it over?",
        "Care for quality, and practical ways of checking one's own work.",
        "Tell us about an error that slipped through all the same.",
    ),
)

_EXPERIENCE = (
    Template(
        "Which of your projects prepares you best for the {position} role at {company}?",
        "Whether the candidate can connect past work with this role.",
        "What would you have to learn anew here?",
    ),
    Template(
        "Your résumé mentions {claim}. What was the situation before you started, and what was different after?",
        "The candidate's contribution, told through results.",
        "How did you measure the difference?",
    ),
    Template(
        "What is the most substantial piece of work you have done around {topic}?",
        "Scope and depth of real experience with a subject of this role.",
        "Which part of it would you be proud to show us?",
    ),
    Template(
        "Tell us about a time when you had to learn {topic} quickly. How did you go about it?",
        "Learning speed, and the ability to organise one's own learning.",
        "What did you decide not to learn, and was that right?",
    ),
    Template(
        "Looking back at your work with {claim}, what would you do differently today?",
        "Reflection on one's own work and growth since then.",
        "When did you first notice that it should be done differently?",
    ),
    Template(
        "Tell us about a piece of work you took from the first idea all the way to its users.",
        "End-to-end responsibility beyond one's own task.",
        "Which step took longer than planned, and why?",
    ),
    Template(
        "Describe an improvement you made that nobody had asked you for.",
        "Initiative, and an eye for what is worth improving.",
        "How did you win time for it?",
    ),
    Template(
        "Please introduce yourself in one minute with a view to the {position} role.",
        "Structured communication, and a sense of what matters for this role.",
        "Which of these points would your last manager stress most?",
    ),
)

_BEHAVIOURAL = (
    Template(
        "Tell us about a disagreement with a colleague over {topic}. How did it end?",
        "How the candidate handles conflict on a matter of substance.",
        "What did you concede, and why?",
    ),
    Template(
        "Describe a time when you missed a deadline or a goal. What did you do next?",
        "Responsibility, and the ability to learn from failure.",
        "When did you first tell the others that it was at risk?",
    ),
    Template(
        "Tell us about criticism that was hard to accept. What did you make of it?",
        "Openness to feedback and willingness to change.",
        "How would someone notice that change today?",
    ),
    Template(
        "Give an example of a decision you had to make without enough information.",
        "Acting under uncertainty while keeping the risk in check.",
        "Which piece of information would have changed your decision?",
    ),
    Template(
        "When did you last change your mind about something important at work? What convinced you?",
        "Intellectual honesty, and weighing evidence over pride.",
        "How did you tell the people who had followed your earlier view?",
    ),
    Template(
        "Tell us about a colleague you helped to grow. What exactly did you do?",
        "Willingness to invest in others, shown by deeds.",
        "What did you learn from that colleague?",
    ),
    Template(
        "Describe the busiest period of your working life. How did you decide what came first?",
        "Prioritising under pressure, and knowing one's limits.",
        "What did you deliberately leave undone?",
    ),
    Template(
        "Tell us how you once persuaded people of another department to support you with {topic}.",
        "Persuasion across the borders of a team.",
        "What was in it for them?",
    ),
)

_SITUATIONAL = (
    Template(
        "Two weeks before a launch you discover a serious weakness in {topic}. What do you do?",
        "Weighing risk, time and honesty towards everyone involved.",
        "Who decides in the end, and what do you give them to decide on?",
    ),
    Template(
        "In your first month at {company} you find that nobody really owns {topic}. How do you proceed?",
        "Initiative in a new environment without stepping on toes.",
        "How would you know after three months that it was worth it?",
    ),
    Template(
        "Your manager wants it fast, your colleagues want it thorough. How do you settle on a plan?",
        "Negotiating scope and quality instead of choosing a side.",
        "What would you not cut under any circumstances?",
    ),
    Template(
        "A customer reports a problem that you cannot reproduce. What are your next three steps?",
        "A calm, structured response that keeps the customer informed.",
        "When would you stop looking?",
    ),
    Template(
        "An important colleague leaves in the middle of a project. How do you keep it going?",
        "Securing knowledge and re-planning in the face of change.",
        "What could have been prepared beforehand?",
    ),
    Template(
        "You notice that a decision of yours from last month was wrong. Whom do you tell, and how?",
        "Openness about one's own mistakes and a plan for correcting them.",
        "What if nobody else has noticed it yet?",
    ),
)

_CULTURE_FIT = (
    Template(
        "Why {company}, and why now?",
        "Sincere motivation, and how well the candidate has informed themselves.",
        "What would have to be true for you to still be here in three years?",
    ),
    Template(
        "What do you expect of the {position} role at {company} that the job posting does not say?",
        "Preparation, and genuine interest in the company.",
        "What would you like to ask the team about it?",
    ),
    Template(
        "In which kind of team do you do your best work? Give an example.",
        "Fit between the candidate's way of working and the team's.",
        "And in which kind of team have you struggled?",
    ),
    Template(
        "What should change about the way most teams deal with {topic}?",
        "Convictions about good work, and the ability to voice them with respect.",
        "How did you try to change it in your last team?",
    ),
    Template(
        "What does a really good working day look like for you?",
        "What drives the candidate from day to day.",
        "How often did you have such days in the last month?",
    ),
)

_GAPS = (
    Template(
        "The posting asks for {missing}, which we do not see on your résumé. How close have you come to it?",
        "Honesty about a gap, and transferable experience.",
        "How would you close that gap in your first three months?",
    ),
    Template(
        "How would you get up to speed with {missing} if you started in the {position} role next month?",
        "A realistic learning plan for a requirement that is not covered yet.",
        "How would we notice after four weeks that the plan works?",
    ),
    Template(
        "Which requirement of the {position} role would challenge you most, and what are you doing about it?",
        "Self-knowledge, and steps already taken.",
        "Whose help would you need for it?",
    ),
    Template(
        "Where is your knowledge of {topic} still thin?",
        "Knowing the limits of one's own knowledge.",
        "How do you work in the meantime where it is thin?",
    ),
    Template(
        "What in your career so far might make us hesitate, and what would you reply?",
        "Dealing openly with gaps, breaks or changes in the career.",
        "What would your last manager say about it?",
    ),
)

BANK = Bank(
    templates={
        Category.TECHNICAL: _TECHNICAL,
        Category.EXPERIENCE: _EXPERIENCE,
        Category.BEHAVIOURAL: _BEHAVIOURAL,
        Category.SITUATIONAL: _SITUATIONAL,
        Category.CULTURE_FIT: _CULTURE_FIT,
        Category.GAPS: _GAPS,
    },
    general_topics=(
        "quality assurance",
        "prioritisation",
        "process improvement",
        "documentation",
        "stakeholder communication",
        "risk management",
        "performance measurement",
        "data-driven decisions",
        "automation",
        "knowledge sharing",
        "information security",
        "project planning",
    ),
)
