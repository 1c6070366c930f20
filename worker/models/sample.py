"""The sample generator: a text model deterministic for a job, without a key. Never a network, never chance."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from random import Random

from server.domain.job import JobType
from worker.models.answer_composer import compose_answer
from worker.models.composer import compose
from worker.models.documents import answer_document, question_document
from worker.models.port import Assignment, Finish, FinishReason, Piece

# How often a piece comes: fast enough to look like writing, slow enough to be about a dozen events a second.
_PIECE_SECONDS = 0.08
# The share of its time the model thinks before it writes, and the longest such pause.
_THINKING_SHARE = 0.05
_THINKING_SECONDS = 3.0
# Even without waiting a document comes in pieces, as every model's does.
_MIN_PIECES_PER_QUESTION = 4

Sleep = Callable[[float], Awaitable[None]]


class SampleModel:
    """Composes questions and streams them at a human pace.

    `seconds` is how long a whole job takes; an attempt that resumes one takes its share of it. 0: no waiting, but other
    tasks get their turn between pieces.
    """

    name = "sample"

    def __init__(self, seconds: float = 60.0, sleep: Sleep = asyncio.sleep) -> None:
        self._seconds = seconds
        self._sleep = sleep

    async def write(self, assignment: Assignment) -> AsyncGenerator[Piece, None]:
        """Yield the JSON text of the document in pieces, then STOP (promises: `worker.models.port.TextModel`)."""
        seconds = self._seconds * assignment.count / (assignment.count + len(assignment.kept))
        thinking = min(seconds * _THINKING_SHARE, _THINKING_SECONDS)
        writing = seconds - thinking
        wanted = max(round(writing / _PIECE_SECONDS), assignment.count * _MIN_PIECES_PER_QUESTION)
        pieces = _pieces(_document(assignment), wanted, Random(assignment.job_id))
        await self._sleep(thinking)
        for piece in pieces:
            await self._sleep(writing / len(pieces))
            yield piece
        yield Finish(FinishReason.STOP)


def _document(assignment: Assignment) -> str:
    if assignment.type is JobType.ANSWER:
        return json.dumps(answer_document(compose_answer(assignment)), ensure_ascii=False)
    return json.dumps([question_document(question) for question in compose(assignment)], ensure_ascii=False)


def _pieces(document: str, wanted: int, random: Random) -> list[str]:
    """Cut `document` into the wanted number of pieces, uneven as a model's tokens are; none is empty."""
    cuts = sorted(random.sample(range(1, len(document)), min(wanted, len(document)) - 1))
    return [document[start:end] for start, end in zip([0, *cuts], [*cuts, None], strict=True)]
