"""Composes the sample generator's questions: templates of the bank, filled with the interview's own words. Pure.

The order depends on the job alone, not on what is taken: an attempt that resumes goes on where the one before it would
have gone on.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, islice
from random import Random

from server.domain.interview import InterviewDetails, Language
from server.domain.job import Category, Question
from worker.drafts import fingerprint
from worker.models.bank_en import BANK as ENGLISH
from worker.models.bank_ko import BANK as KOREAN
from worker.models.keywords import is_name, keywords
from worker.models.particles import KoreanWord
from worker.models.port import Assignment
from worker.models.template import Bank, Template

_BANKS = {Language.KOREAN: KOREAN, Language.ENGLISH: ENGLISH}

# How often each category comes in ten questions, in the order of an interview.
_COURSE = (
    Category.EXPERIENCE,
    Category.TECHNICAL,
    Category.BEHAVIOURAL,
    Category.TECHNICAL,
    Category.SITUATIONAL,
    Category.GAPS,
    Category.TECHNICAL,
    Category.EXPERIENCE,
    Category.BEHAVIOURAL,
    Category.CULTURE_FIT,
)

# A résumé's first line of up to this many words is its owner's name or a heading: nothing to ask about.
_HEADING_WORDS = 3


def compose(assignment: Assignment) -> list[Question]:
    """Return `assignment.count` questions, none of them taken; fewer once the bank has nothing new to ask."""
    chosen = islice(_fresh(assignment), assignment.count)
    return [replace(question, index=index) for index, question in enumerate(chosen, len(assignment.kept))]


def _fresh(assignment: Assignment) -> Iterator[Question]:
    seen = set(map(fingerprint, assignment.taken))
    for question in _course(assignment):
        if (mark := fingerprint(question.text)) not in seen:
            seen.add(mark)
            yield question


def _course(assignment: Assignment) -> Iterator[Question]:
    """Yield all there is to ask: in each pass every template once, with other words than in the pass before."""
    details = assignment.interview
    bank = _BANKS[details.language]
    words = _words(details, assignment.comment, bank)
    order = _shuffled(bank, Random(assignment.job_id))
    fixed = fixed_words(details)
    for turn in range(max(map(len, words.values()))):
        used = dict.fromkeys(words, turn)
        for category, template in _pass(order):
            slot = template.slot
            if slot is None:
                yield _fill(template, category, fixed)
            elif words[slot]:
                yield _fill(template, category, fixed | {slot: words[slot][used[slot] % len(words[slot])]})
                used[slot] += 1


def fixed_words(details: InterviewDetails) -> dict[str, str]:
    """Return what every template may name."""
    return {"company": _word(details.company, details.language), "position": _word(details.position, details.language)}


def topics(details: InterviewDetails, comment: str | None) -> list[str]:
    """Return what to speak of: the wishes of the comment first, general topics last; never empty."""
    return _words(details, comment, _BANKS[details.language])["topic"]


def _shuffled(bank: Bank, random: Random) -> dict[Category, list[Template]]:
    return {category: random.sample(templates, len(templates)) for category, templates in bank.templates.items()}


def _pass(order: dict[Category, list[Template]]) -> Iterator[tuple[Category, Template]]:
    """Yield every template once, the categories mixed as in `_COURSE`."""
    left = {category: deque(templates) for category, templates in order.items()}
    for category in cycle(_COURSE):
        if left[category]:
            yield category, left[category].popleft()
        elif not any(left.values()):
            return


def _fill(template: Template, category: Category, words: dict[str, str]) -> Question:
    text, intent, follow_up = (part.format(**words) for part in (template.text, template.intent, template.follow_up))
    return Question(0, text, category, intent, follow_up)  # the index follows when it is chosen


def _words(details: InterviewDetails, comment: str | None, bank: Bank) -> dict[str, list[str]]:
    """Return what may fill each slot of a template: the wishes of the comment first, general topics last."""
    own = (details.company, details.position)
    wished, asked = keywords(comment or "", own), keywords(details.job_posting, own)
    claimed = keywords(_without_heading(details.resume), own)
    known = details.resume.casefold()
    slots = {
        "topic": (*wished, *asked, *claimed),
        "claim": claimed,
        "missing": tuple(phrase for phrase in asked if known and phrase.casefold() not in known),
    }
    quoted = {slot: [_quoted(phrase, details.language) for phrase in phrases] for slot, phrases in slots.items()}
    quoted["topic"] += [_word(topic, details.language) for topic in bank.general_topics]
    return {slot: list(dict.fromkeys(phrases)) for slot, phrases in quoted.items()}


def _without_heading(resume: str) -> str:
    first, _, rest = resume.strip().partition("\n")
    return rest if len(first.split()) <= _HEADING_WORDS else resume


def _quoted(phrase: str, language: Language) -> str:
    """Return a phrase as a question can carry it: in quotation marks, unless it is a name."""
    if is_name(phrase):
        return _word(phrase, language)
    return _word(f"‘{phrase}’" if language is Language.KOREAN else f"“{phrase}”", language)


def _word(text: str, language: Language) -> str:
    one_line = " ".join(text.split())
    return KoreanWord(one_line) if language is Language.KOREAN else one_line
