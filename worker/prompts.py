"""What is asked of a model, and the schema of its answer. Pure. What users wrote is data here, never instructions."""

from dataclasses import dataclass
from typing import Any

from server.domain.job import Category, JobType
from worker.models.port import Assignment
from worker.prompt_words import WORDS, Words

# Raised with every change of the words or of what follows, and logged: two outputs can then be compared.
PROMPT_VERSION = 1
# Earlier questions are named so that none is repeated: the newest, each as far as it takes to know it again.
MAX_EARLIER = 100
MAX_EARLIER_CHARACTERS = 200

_LINE = {"type": "string"}
_LINES = {"type": "array", "items": _LINE}


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is given; `schema` is in OpenAPI's form, its properties in alphabetical order."""

    system: str
    user: str
    schema: dict[str, Any]


def prompt_for(assignment: Assignment) -> Prompt:
    """Return what to ask for an assignment, in the language of its interview."""
    words = WORDS[assignment.interview.language]
    if assignment.type is JobType.ANSWER:
        task, schema = words.answer, _answer_schema()
    else:
        task = words.questions.format(count=assignment.count, categories=", ".join(Category))
        schema = _questions_schema()
    parts = [task, *([words.repair] if assignment.is_repair else []), _material(assignment, words)]
    return Prompt(words.role, "\n\n".join(parts), schema)


def _material(assignment: Assignment, words: Words) -> str:
    """Return everything that users wrote, between marks that it cannot contain."""
    details = assignment.interview
    sections = {
        words.company: details.company,
        words.position: details.position,
        words.job_posting: details.job_posting,
        words.resume: details.resume,
        words.question: assignment.question.text if assignment.question else "",
        words.comment: assignment.comment or "",
        words.earlier: _earlier(assignment),
    }
    text = "\n\n".join(f"## {name}\n{_fenced(value)}" for name, value in sections.items() if value)
    return f"<material>\n{text}\n</material>"


def _earlier(assignment: Assignment) -> str:
    """Return the questions that may not be asked again; an answer may well speak of what another question asks."""
    if assignment.type is JobType.ANSWER:
        return ""
    return "\n".join(f"- {text[:MAX_EARLIER_CHARACTERS]}" for text in assignment.taken[:MAX_EARLIER])


def _fenced(text: str) -> str:
    """Return `text` without anything that could end the material: angle brackets become ones that only look like it."""
    return text.replace("<", "‹").replace(">", "›")


def _questions_schema() -> dict[str, Any]:
    category = {"type": "string", "enum": [str(each) for each in Category]}
    return {
        "type": "array",
        "items": _object({"ask": _LINE, "category": category, "follow_up": _LINE, "intent": _LINE}),
    }


def _answer_schema() -> dict[str, Any]:
    return _object({"answer": _LINE, "avoid": _LINES, "key_points": _LINES})


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}
