"""The fold: view = fold(log). The rule and its JavaScript mirror (web/live/view.js) share tests/vectors/fold.json."""

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from typing import assert_never

from server.domain.events import (
    Cancelled,
    Completed,
    Event,
    Failed,
    Progressed,
    QuestionWritten,
    Queued,
    Restored,
    Retrying,
    Started,
    TextWritten,
)
from server.domain.job import Draft, Partial, Progress, Question, Status
from server.domain.view import View


class Verdict(StrEnum):
    """What the fold made of an event."""

    APPLIED = "applied"
    OLD = "old"
    GAP = "gap"


def fold(view: View | None, event: Event) -> tuple[View | None, Verdict]:
    """Return the view after `event`, and whether it was applied, old, or beyond a gap (protocol.md, The fold rule)."""
    if isinstance(event.fact, Queued | Restored):
        if view is None or event.position > view.position:
            return replace(event.fact.job, position=event.position), Verdict.APPLIED
        return view, Verdict.OLD
    if view is None:
        return None, Verdict.GAP
    if event.position <= view.position or view.is_terminal:
        return view, Verdict.OLD
    if not event.position.follows(view.position):
        return view, Verdict.GAP
    return replace(_apply(view, event), position=event.position), Verdict.APPLIED


def fold_all(view: View, events: Iterable[Event]) -> View:
    """Return the view after every event that applies."""
    for event in events:
        view = fold(view, event)[0] or view
    return view


def newer(held: View | None, given: View) -> View:
    """Return the view to keep: the given one replaces the one held unless its position is older."""
    return held if held is not None and given.position < held.position else given


def _apply(view: View, event: Event) -> View:
    match event.fact:
        case Started(keeps):
            kept = tuple(question for question in view.partial.questions if question.index < keeps)
            return replace(
                view,
                status=Status.PROCESSING,
                started_at=event.at,
                retry_at=None,
                progress=None,
                partial=Partial(kept),
            )
        case Progressed(stage, done, total):
            return replace(view, progress=Progress(stage, done, total))
        case TextWritten():
            return replace(view, partial=_with_text(view.partial, event.fact))
        case QuestionWritten(question):
            return replace(view, partial=_with_question(view.partial, question))
        case Retrying(_, retry_at):
            return replace(view, status=Status.QUEUED, retry_at=retry_at)
        case Completed(result):
            return _ended(replace(view, status=Status.COMPLETED, result=result), event)
        case Failed(error):
            return _ended(replace(view, status=Status.FAILED, error=error), event)
        case Cancelled():
            return _ended(replace(view, status=Status.CANCELLED), event)
        case Queued(job) | Restored(job):
            return job
        case _:
            assert_never(event.fact)


def _ended(view: View, event: Event) -> View:
    return replace(view, completed_at=event.at, retry_at=None)


def _with_text(partial: Partial, fact: TextWritten) -> Partial:
    written = partial.text.value if partial.text and partial.text.index == fact.index else ""
    return replace(partial, text=Draft(fact.index, utf16_prefix(written, fact.offset) + fact.text))


def _with_question(partial: Partial, question: Question) -> Partial:
    others = [other for other in partial.questions if other.index != question.index]
    text = None if partial.text and partial.text.index == question.index else partial.text
    return Partial(tuple(sorted([*others, question], key=lambda each: each.index)), text)


def utf16_length(text: str) -> int:
    """Return the length of `text` in UTF-16 code units, as browsers count."""
    return len(text.encode("utf-16-le")) // 2


def utf16_prefix(text: str, units: int) -> str:
    """Return the first `units` UTF-16 code units of `text`."""
    return text.encode("utf-16-le")[: units * 2].decode("utf-16-le", "surrogatepass")
