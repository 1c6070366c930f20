"""Composes a sample answer: situation, action, result, in the words of the interview and of the comment."""

from random import Random

from server.domain.interview import Language
from server.domain.job import Answer
from worker.models.answer_bank_en import BANK as ENGLISH
from worker.models.answer_bank_ko import BANK as KOREAN
from worker.models.composer import fixed_words, topics
from worker.models.keywords import keywords
from worker.models.port import Assignment

_BANKS = {Language.KOREAN: KOREAN, Language.ENGLISH: ENGLISH}
# How many of an answer's warnings are given.
_WARNINGS = 3


def compose_answer(assignment: Assignment) -> Answer:
    """Return an answer to `assignment.question`, the same for every attempt of the job."""
    question = assignment.question
    assert question is not None
    bank, random = _BANKS[assignment.interview.language], Random(assignment.job_id)
    words = fixed_words(assignment.interview) | {"topic": _topic(assignment, question.text)}
    paragraphs = (
        random.choice(bank.openings[question.category]),
        f"{random.choice(bank.situations)} {random.choice(bank.actions)}",
        f"{random.choice(bank.results)} {random.choice(bank.closings)}",
    )
    points = (*bank.key_points[question.category], *bank.general_points)
    return Answer(
        text="\n\n".join(paragraph.format(**words) for paragraph in paragraphs),
        key_points=tuple(point.format(**words) for point in points),
        avoid=tuple(warning.format(**words) for warning in random.sample(bank.avoid, _WARNINGS)),
    )


def _topic(assignment: Assignment, question: str) -> str:
    """Return what to speak of: a word of the comment; else one the question and the interview share; else any."""
    known = topics(assignment.interview, assignment.comment)
    if keywords(assignment.comment or ""):
        return known[0]
    return next((topic for topic in known if topic.strip("‘’“”") in question), known[0])
