"""From a model's stream to what it has finished: one repair, no silence, every token counted."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from server.domain.events import TextWritten
from server.domain.interview import InterviewDetails
from server.domain.job import Answer, JobType, Question
from server.domain.wire import dumps
from tests.support.strategies import a_question
from tests.support.workbench import a_finish, document
from worker import reading
from worker.models.port import Assignment, Finish, FinishReason, ModelError, ModelErrorCode, Piece, Tokens
from worker.reading import Item, read

CUT = Finish(FinishReason.LENGTH)


class Model:
    """Plays one script after the other; after the last line of one it falls silent if told so."""

    name = "scripts"

    def __init__(self, *scripts: tuple[Piece, ...], is_silent: bool = False) -> None:
        self.scripts = list(scripts)
        self.assignments: list[Assignment] = []
        self.is_silent = is_silent
        self.is_stopped = False

    async def write(self, assignment: Assignment) -> AsyncGenerator[Piece, None]:
        """Play the next script."""
        self.assignments.append(assignment)
        try:
            for piece in self.scripts.pop(0):
                yield piece
            if self.is_silent:
                await asyncio.Event().wait()
        finally:
            self.is_stopped = True


def questions(count: int, *kept: Question) -> Assignment:
    return Assignment("job", JobType.QUESTION, InterviewDetails("카카오뱅크", "SRE"), None, count, kept)


async def everything(model: Model, assignment: Assignment) -> list[Item]:
    return [item async for item in read(model, assignment)]


def finished(items: list[Item]) -> list[Question]:
    return [item for item in items if isinstance(item, Question)]


@pytest.mark.parametrize(
    "end",
    [
        (document(a_question(0))[:-1] + ",{", CUT),
        (document(a_question(0))[:-1] + ', {"ask": "Hal', a_finish()),
        (document(a_question(0))[:-1] + ", nonsense", a_finish()),
        (document(a_question(0)), a_finish()),
    ],
    ids=["cut at the limit", "unfinished", "malformed", "too few"],
)
async def test_a_document_that_is_not_whole_is_gone_on_with_from_what_was_finished(end: tuple[Piece, ...]) -> None:
    model = Model(end, (document(a_question(1), a_question(2)), a_finish()))
    items = await everything(model, questions(3))
    assert finished(items) == [a_question(0), a_question(1), a_question(2)]
    first, again = model.assignments
    assert (first.is_repair, first.count, first.kept) == (False, 3, ())
    assert (again.is_repair, again.count, again.kept) == (True, 2, (a_question(0),))


async def test_a_second_document_that_cannot_be_used_is_a_passing_failure() -> None:
    half = document(a_question(0))[:20]
    with pytest.raises(ModelError) as failure:
        await everything(Model((half, CUT), (half, CUT)), questions(1))
    assert (failure.value.code, failure.value.retryable) == (ModelErrorCode.UNAVAILABLE, True)


async def test_after_a_repair_fewer_questions_are_enough_but_none_is_not() -> None:
    model = Model((document(a_question(0)), a_finish()), ("[]", a_finish()))
    assert finished(await everything(model, questions(2))) == [a_question(0)]
    with pytest.raises(ModelError):
        await everything(Model(("[]", a_finish()), ("[]", a_finish())), questions(2))


async def test_a_cut_answer_is_written_anew() -> None:
    answer = Answer("결론부터 말씀드리면", ("수치",), ("남 탓",))
    whole = dumps({"answer": answer.text, "key_points": answer.key_points, "avoid": answer.avoid})
    model = Model((whole[:15], CUT), (whole, a_finish()))
    asked = Assignment("job", JobType.ANSWER, InterviewDetails("카카오뱅크", "SRE"), None, 1, question=a_question(0))
    items = await everything(model, asked)
    assert items[-1] == answer
    shown = [item for item in items if isinstance(item, TextWritten)]
    assert [item.offset for item in shown] == [0, 0]


@pytest.mark.parametrize(
    ("reason", "code", "retryable"),
    [(FinishReason.BLOCKED, "blocked", False), (FinishReason.OTHER, "model_unavailable", True)],
)
async def test_what_the_service_refused_is_not_asked_twice(reason: FinishReason, code: str, retryable: bool) -> None:
    model = Model((document(a_question(0))[:-1], Finish(reason)))
    with pytest.raises(ModelError) as failure:
        await everything(model, questions(2))
    assert (str(failure.value.code), failure.value.retryable, len(model.assignments)) == (code, retryable, 1)


@pytest.mark.parametrize("limit", ["SILENCE_SECONDS", "STREAM_SECONDS"])
async def test_a_model_that_falls_silent_is_stopped(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, limit, 0.05)
    model = Model(("[",), is_silent=True)
    with pytest.raises(ModelError) as failure:
        await everything(model, questions(1))
    assert (failure.value.code, failure.value.retryable) == (ModelErrorCode.UNAVAILABLE, True)
    assert model.is_stopped


async def test_the_tokens_of_both_documents_are_added_up() -> None:
    first = (Tokens(100, 5), "[", Tokens(100, 9), document(a_question(0))[1:], a_finish())
    second = (Tokens(130, 4), document(a_question(1)))
    items = await everything(Model(first, second), questions(2))
    counts = [item for item in items if isinstance(item, Tokens)]
    assert counts == [Tokens(100, 5), Tokens(100, 9), Tokens(230, 13)]
