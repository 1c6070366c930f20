"""From a model's stream to what it has finished: feeds the drafts, and names what is wrong with the stream."""

import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Protocol

from server.domain.events import TextWritten
from server.domain.job import Answer, JobType, Question
from worker.answer_draft import AnswerDraft
from worker.documents import MalformedOutput
from worker.drafts import QuestionDrafts
from worker.models.port import Assignment, Finish, FinishReason, ModelError, ModelErrorCode, TextModel

logger = logging.getLogger(__name__)


class Drafts(Protocol):
    """Reads one growing document."""

    @property
    def is_full(self) -> bool:
        """Whether the model may be stopped."""
        ...

    @property
    def answer(self) -> Answer | None:
        """The finished answer; None where questions are written."""
        ...

    def feed(self, piece: str) -> Sequence[TextWritten | Question]:
        """Take the next piece; return what is new. Raises MalformedOutput."""
        ...

    def finish(self) -> None:
        """Take the model's clean stop; raises MalformedOutput when the document is not complete."""
        ...


def drafts_for(assignment: Assignment) -> Drafts:
    """Return what reads the document that this assignment asks for."""
    if assignment.type is JobType.ANSWER:
        return AnswerDraft()
    return QuestionDrafts(len(assignment.kept), assignment.count, assignment.taken)


async def read(
    model: TextModel, assignment: Assignment, drafts: Drafts
) -> AsyncGenerator[TextWritten | Question, None]:
    """Yield what the model writes as it becomes known; closing this stops the model. Raises ModelError."""
    finish: Finish | None = None
    async with aclosing(model.write(assignment)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Finish):
                finish = piece
                break
            for item in _fed(drafts, piece):
                yield item
            if drafts.is_full:
                return
    _check(drafts, finish)


def _fed(drafts: Drafts, piece: str) -> Sequence[TextWritten | Question]:
    try:
        return drafts.feed(piece)
    except MalformedOutput as problem:
        raise _unusable(problem) from problem


def _check(drafts: Drafts, finish: Finish | None) -> None:
    """Make sure that the model said all it was asked for; raises ModelError."""
    if finish is None or finish.reason is FinishReason.OTHER:
        raise ModelError(ModelErrorCode.UNAVAILABLE, "The AI service broke off.", retryable=True)
    if finish.reason is FinishReason.BLOCKED:
        raise ModelError(ModelErrorCode.BLOCKED, "The AI service refused this request.", retryable=False)
    try:
        drafts.finish()
    except MalformedOutput as problem:
        raise _unusable(problem) from problem


def _unusable(problem: MalformedOutput) -> ModelError:
    logger.warning("unusable output: %s", problem.message)
    return ModelError(ModelErrorCode.UNAVAILABLE, "The AI service answered with something unusable.", retryable=True)
