"""The JSON forms of views, events and frames: the only owner of their spelling, in both directions.

A value's dataclass fields are its JSON keys. What comes from browsers is checked in `frames.py`; what is parsed
here was written here.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, TypeVar

from server.domain.events import (
    Cancelled,
    Completed,
    Event,
    Fact,
    Failed,
    Progressed,
    QuestionWritten,
    Queued,
    Restored,
    Retrying,
    Started,
    TextWritten,
)
from server.domain.job import (
    Answer,
    AnswerResult,
    Category,
    Draft,
    JobError,
    JobType,
    Partial,
    Position,
    Progress,
    Question,
    QuestionsResult,
    Result,
    Stage,
    Status,
    Usage,
)
from server.domain.view import View

# JSON is untyped until it has been parsed into the domain: `Any` lives in this module and ends here.
Json = dict[str, Any]

T = TypeVar("T")
U = TypeVar("U")

EVENT_TYPES: dict[type[Fact], str] = {
    Queued: "job.queued",
    Started: "job.started",
    Progressed: "job.progress",
    TextWritten: "job.text",
    QuestionWritten: "job.question",
    Retrying: "job.retrying",
    Completed: "job.completed",
    Failed: "job.failed",
    Cancelled: "job.cancelled",
    Restored: "job.restored",
}


def dumps(value: Json) -> str:
    """Return compact JSON text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def time_text(at: datetime) -> str:
    """Return RFC 3339 in UTC with milliseconds: `2026-11-23T14:30:00.000Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_time(text: str) -> datetime:
    """Read what `time_text` wrote."""
    return datetime.fromisoformat(text)


def _optional(convert: Callable[[T], U], value: T | None) -> U | None:
    return None if value is None else convert(value)


def partial_json(partial: Partial) -> Json:
    """Return `{"questions": [...], "text": {...} or null}`."""
    return {
        "questions": [asdict(question) for question in partial.questions],
        "text": _optional(asdict, partial.text),
    }


def result_json(result: Result) -> Json:
    """Return a job's result: of a question job the set, of an answer job the answer."""
    if isinstance(result, AnswerResult):
        return {"answer_id": result.answer_id, "question_id": result.question_id, **answer_json(result.answer)}
    return {
        "question_set_id": result.question_set_id,
        "number": result.number,
        "questions": [asdict(question) for question in result.questions],
    }


def answer_json(answer: Answer) -> Json:
    """Return `{"text", "key_points": [...], "avoid": [...]}`."""
    return {"text": answer.text, "key_points": list(answer.key_points), "avoid": list(answer.avoid)}


def view_json(view: View, now: datetime) -> Json:
    """Return a view as everybody sees it; `now` is the moment up to which an active job's time has passed."""
    return {
        "id": view.id,
        "interview_id": view.interview_id,
        "question_id": view.question_id,
        "type": view.type,
        "status": view.status,
        "comment": view.comment,
        "position": str(view.position),
        "attempt": view.position.attempt,
        "progress": _optional(asdict, view.progress),
        "partial": partial_json(view.partial),
        "result": None if view.result is None else result_json(view.result),
        "error": _optional(asdict, view.error),
        "retry_at": _optional(time_text, view.retry_at),
        "created_at": time_text(view.created_at),
        "started_at": _optional(time_text, view.started_at),
        "completed_at": _optional(time_text, view.completed_at),
        "elapsed_seconds": view.elapsed_seconds(now),
        "estimated_seconds": view.estimated_seconds,
    }


def event_json(event: Event) -> Json:
    """Return an event with `type` first: the hub tells types apart by how the text begins."""
    head = {
        "type": EVENT_TYPES[type(event.fact)],
        "job_id": event.job_id,
        "position": str(event.position),
        "at": time_text(event.at),
    }
    return head | _fact_json(event)


def _fact_json(event: Event) -> Json:
    match event.fact:
        case Queued(job) | Restored(job):
            return {"job": view_json(job, event.at)}
        case Started(keeps):
            return {"attempt": event.position.attempt, "keeps": keeps}
        case Progressed() | TextWritten():
            return asdict(event.fact)
        case QuestionWritten(question):
            return {"question": asdict(question)}
        case Retrying(error, retry_at):
            return {"error": asdict(error), "retry_at": time_text(retry_at)}
        case Completed(result):
            return {"result": result_json(result)}
        case Failed(error):
            return {"error": asdict(error)}
        case Cancelled():
            return {}


def parse_question(data: Json) -> Question:
    """Read a question."""
    return Question(**{**data, "category": Category(data["category"])})


def parse_partial(data: Json) -> Partial:
    """Read what `partial_json` made."""
    text = data["text"]
    return Partial(tuple(map(parse_question, data["questions"])), Draft(**text) if text else None)


def usage_json(usage: Mapping[int, Usage]) -> Json:
    """Return what each attempt cost, under its number as text."""
    return {str(attempt): asdict(each) for attempt, each in usage.items()}


def parse_usage(data: Json) -> Mapping[int, Usage]:
    """Read what `usage_json` made."""
    return {int(attempt): Usage(**each) for attempt, each in data.items()}


def parse_progress(data: Json) -> Progress:
    """Read a progress."""
    return Progress(Stage(data["stage"]), data["done"], data["total"])


def parse_answer(data: Json) -> Answer:
    """Read what `answer_json` made."""
    return Answer(data["text"], tuple(data["key_points"]), tuple(data["avoid"]))


def parse_result(data: Json) -> Result:
    """Read what `result_json` made."""
    if "answer_id" in data:
        return AnswerResult(data["answer_id"], data["question_id"], parse_answer(data))
    return QuestionsResult(data["question_set_id"], data["number"], tuple(map(parse_question, data["questions"])))


def parse_error(data: Json) -> JobError:
    """Read why a job failed."""
    return JobError(data["code"], data["message"], data["retryable"])


def parse_view(data: Json) -> View:
    """Read what `view_json` made."""
    return View(
        id=data["id"],
        interview_id=data["interview_id"],
        question_id=data["question_id"],
        type=JobType(data["type"]),
        status=Status(data["status"]),
        comment=data["comment"],
        position=Position.parse(data["position"]),
        progress=_optional(parse_progress, data["progress"]),
        partial=parse_partial(data["partial"]),
        result=_optional(parse_result, data["result"]),
        error=_optional(parse_error, data["error"]),
        retry_at=_optional(parse_time, data["retry_at"]),
        created_at=parse_time(data["created_at"]),
        started_at=_optional(parse_time, data["started_at"]),
        completed_at=_optional(parse_time, data["completed_at"]),
        estimated_seconds=data["estimated_seconds"],
    )


FACT_PARSERS: dict[str, Callable[[Json], Fact]] = {
    "job.queued": lambda data: Queued(parse_view(data["job"])),
    "job.started": lambda data: Started(data.get("keeps", 0)),
    "job.progress": lambda data: Progressed(Stage(data["stage"]), data["done"], data["total"]),
    "job.text": lambda data: TextWritten(data["index"], data["offset"], data["text"]),
    "job.question": lambda data: QuestionWritten(parse_question(data["question"])),
    "job.retrying": lambda data: Retrying(parse_error(data["error"]), parse_time(data["retry_at"])),
    "job.completed": lambda data: Completed(parse_result(data["result"])),
    "job.failed": lambda data: Failed(parse_error(data["error"])),
    "job.cancelled": lambda _: Cancelled(),
    "job.restored": lambda data: Restored(parse_view(data["job"])),
}


def parse_event(data: Json) -> Event:
    """Read what `event_json` made."""
    return Event(
        job_id=data["job_id"],
        position=Position.parse(data["position"]),
        at=parse_time(data["at"]),
        fact=FACT_PARSERS[data["type"]](data),
    )
