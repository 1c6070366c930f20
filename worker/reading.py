"""From a model's stream to what it has finished: feeds the drafts, and names what is wrong with the stream."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Protocol

from server.domain.events import TextWritten
from server.domain.job import Answer, JobType, Question
from worker.answer_draft import AnswerDraft
from worker.documents import MalformedOutput
from worker.drafts import QuestionDrafts
from worker.models.port import Assignment, Finish, FinishReason, ModelError, ModelErrorCode, Piece, TextModel, Tokens

logger = logging.getLogger(__name__)

# The retry table of design.md: a model that thinks says something sooner.
SILENCE_SECONDS = 60.0
# Twenty questions take two minutes, five of a slow day; a stream that trickles for longer is stuck.
STREAM_SECONDS = 900.0

Item = TextWritten | Question | Answer | Tokens


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


async def read(model: TextModel, assignment: Assignment) -> AsyncGenerator[Item, None]:
    """Yield what the model writes as it becomes known; closing this stops the model. Raises ModelError.

    A document that was cut, is unusable or too short is gone on with once, from what was finished. Then questions
    that are missing still are done without, as long as there is any. Tokens are those of both documents.
    """
    spent = Tokens()
    for is_repair in (False, True):
        assignment, before = replace(assignment, is_repair=is_repair), spent
        try:
            async with aclosing(_document(model, assignment)) as items:
                async for item in items:
                    if isinstance(item, Tokens):
                        item = spent = before + item
                    assignment = _rest(assignment, item)
                    yield item
        except MalformedOutput as problem:
            logger.warning("job %s: unusable output: %s", assignment.job_id, problem.message)
            if is_repair:
                raise _unusable() from problem
        if assignment.count == 0:
            return
    if not assignment.kept:
        raise _unusable()


def _rest(assignment: Assignment, item: Item) -> Assignment:
    """Return what is still to be written after `item`."""
    match item:
        case Question():
            return replace(assignment, kept=(*assignment.kept, item), count=assignment.count - 1)
        case Answer():
            return replace(assignment, count=0)
        case _:
            return assignment


async def _document(model: TextModel, assignment: Assignment) -> AsyncGenerator[Item, None]:
    """Yield what one document holds; raises ModelError, MalformedOutput."""
    drafts = _drafts_for(assignment)
    async with aclosing(model.write(assignment)) as pieces:
        async for piece in _patiently(pieces):
            match piece:
                case Tokens():
                    yield piece
                case Finish(reason):
                    _check(reason)
                    drafts.finish()
                    break
                case str():
                    for item in drafts.feed(piece):
                        yield item
                    if drafts.is_full:
                        return
        else:
            raise ModelError(ModelErrorCode.UNAVAILABLE, "The AI service broke off.", retryable=True)
    if drafts.answer:
        yield drafts.answer


def _drafts_for(assignment: Assignment) -> Drafts:
    """Return what reads the document that this assignment asks for."""
    if assignment.type is JobType.ANSWER:
        return AnswerDraft()
    return QuestionDrafts(len(assignment.kept), assignment.count, assignment.taken)


async def _patiently(pieces: AsyncGenerator[Piece, None]) -> AsyncGenerator[Piece, None]:
    """Yield the pieces; raises ModelError when the model falls silent, or never comes to an end."""
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + STREAM_SECONDS
    while True:
        try:
            async with asyncio.timeout_at(min(ends_at, loop.time() + SILENCE_SECONDS)):
                piece = await anext(pieces, None)
        except TimeoutError as problem:
            raise ModelError(ModelErrorCode.UNAVAILABLE, "The AI service fell silent.", retryable=True) from problem
        if piece is None:
            return
        yield piece


def _check(reason: FinishReason) -> None:
    """Make sure that the model ended by itself; raises ModelError, MalformedOutput."""
    match reason:
        case FinishReason.STOP:
            return
        case FinishReason.LENGTH:
            raise MalformedOutput("The text was cut at the model's limit.")
        case FinishReason.BLOCKED:
            raise ModelError(ModelErrorCode.BLOCKED, "The AI service refused this request.", retryable=False)
        case FinishReason.OTHER:
            raise ModelError(ModelErrorCode.UNAVAILABLE, "The AI service broke off.", retryable=True)


def _unusable() -> ModelError:
    return ModelError(ModelErrorCode.UNAVAILABLE, "The AI service answered with something unusable.", retryable=True)
