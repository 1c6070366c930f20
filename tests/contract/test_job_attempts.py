"""One body of promises for every JobStore: what a worker does, from its claim to the end of its attempt."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from typing import TypeVar

import pytest

from server.domain.errors import Fenced
from server.domain.events import Progressed, QuestionWritten, Started, TextWritten
from server.domain.job import Hold, Job, Partial, Position, QuestionsResult, Stage, Status, Usage
from server.domain.view import view_of
from tests.contract.stores import LEASE, OWNER, Stores, new_id, view_after
from tests.support.strategies import AN_ERROR, CREATED_AT, a_question, seconds

T = TypeVar("T")

RACERS = 8


async def test_a_claim_starts_the_next_attempt(stores: Stores) -> None:
    job = await stores.queue()
    claimed = await stores.jobs.claim(job.id, OWNER, seconds(2), LEASE)
    assert claimed == replace(job, status=Status.PROCESSING, attempt=1, started_at=seconds(2))
    assert await stores.jobs.get(job.user_id, job.id) == claimed


async def test_a_job_that_runs_has_ended_or_is_unknown_cannot_be_claimed(stores: Stores) -> None:
    job = await stores.start()
    assert await stores.jobs.claim(job.id, "another worker", seconds(1), LEASE) is None
    await stores.jobs.cancel(job.user_id, job.id, seconds(2))
    assert await stores.jobs.claim(job.id, OWNER, seconds(3), LEASE) is None
    assert await stores.jobs.claim(new_id(), OWNER, seconds(3), LEASE) is None


async def test_a_claim_repeated_under_its_own_name_renews_what_it_has_won(stores: Stores) -> None:
    job = await stores.queue()
    won = await stores.jobs.claim(job.id, OWNER, seconds(1), LEASE)
    assert await stores.jobs.claim(job.id, OWNER, seconds(5), LEASE) == won
    assert await stores.jobs.claim(job.id, "another worker", seconds(5), LEASE) is None
    assert await stores.jobs.expired(seconds(5) + LEASE / 2, 10) == []
    assert [each.id for each in await stores.jobs.expired(seconds(5) + LEASE, 10)] == [job.id]
    await stores.jobs.postpone(job.id, 1, seconds(6))
    assert await stores.jobs.claim(job.id, "another worker", seconds(6), LEASE)
    assert await stores.jobs.claim(job.id, OWNER, seconds(7), LEASE) is None


async def test_of_claims_at_the_same_moment_one_wins(stores: Stores) -> None:
    for _ in range(3):
        job = await stores.queue()
        claims = (stores.jobs.claim(job.id, f"worker {n}", CREATED_AT, LEASE) for n in range(RACERS))
        won = [claimed for claimed in await asyncio.gather(*claims) if claimed]
        assert [claimed.attempt for claimed in won] == [1]


async def test_a_postponed_job_waits_for_its_time_and_keeps_what_was_written(stores: Stores) -> None:
    job = await stores.keep(await stores.start(), a_question(0))
    await stores.jobs.postpone(job.id, job.attempt, seconds(60), failures=1)
    waiting = await stores.jobs.get(job.user_id, job.id)
    assert waiting == replace(job, status=Status.QUEUED, failures=1, run_after=seconds(60))
    assert await stores.jobs.claim(job.id, OWNER, seconds(59.999), LEASE) is None
    again = await stores.claim(job, seconds(60))
    assert again == replace(waiting, status=Status.PROCESSING, attempt=2, run_after=None, started_at=seconds(60))
    assert again.partial == Partial((a_question(0),))


async def test_a_postponement_counts_once_even_when_its_answer_was_lost(stores: Stores) -> None:
    job = await stores.start()
    for _ in range(2):
        # Finer than a row keeps it, as a wait by chance is.
        await stores.jobs.postpone(job.id, job.attempt, seconds(60.0001234), failures=1, waits=2)
    waiting = await stores.jobs.get(job.user_id, job.id)
    assert (waiting.failures, waiting.waits) == (1, 2)


async def test_a_lease_is_renewed_by_the_attempt_that_runs_alone(stores: Stores) -> None:
    job = await stores.start()
    assert await stores.renew(job.id, 1, seconds(20))
    assert not await stores.renew(job.id, 0, seconds(20))
    assert not await stores.renew(job.id, 2, seconds(20))
    assert not await stores.renew(new_id(), 1, seconds(20))
    await stores.jobs.postpone(job.id, 1, seconds(20))
    assert not await stores.renew(job.id, 1, seconds(21))
    await stores.claim(job, seconds(22))
    assert not await stores.renew(job.id, 1, seconds(23))
    assert await stores.renew(job.id, 2, seconds(23))


async def test_the_leases_of_many_are_renewed_at_once_and_the_lost_ones_named(stores: Stores) -> None:
    kept, lost, over = [await stores.start() for _ in range(3)]
    await stores.jobs.cancel(lost.user_id, lost.id, seconds(1))
    await stores.jobs.complete(over.id, view_of(over), seconds(1))
    holds = [Hold(job.id, job.attempt) for job in (kept, lost, over)]
    assert await stores.jobs.renew(holds, seconds(20), LEASE) == {holds[0]}
    assert await stores.jobs.expired(seconds(49), 10) == []
    assert [job.id for job in await stores.jobs.expired(seconds(51), 10)] == [kept.id]


async def test_a_checkpoint_is_in_the_job_at_once_and_in_no_history(stores: Stores) -> None:
    job = await stores.keep(await stores.start(), a_question(1), a_question(0))
    assert job.partial == Partial((a_question(0), a_question(1)))
    assert await stores.interviews.question_sets(job.user_id, job.interview_id) == []
    assert (await stores.interviews.get(job.user_id, job.interview_id)).question_count == 0


async def test_a_repeated_checkpoint_changes_nothing_and_a_later_one_replaces(stores: Stores) -> None:
    job, question_id = await stores.start(), new_id()
    for text in ("first", "first", "second"):
        await stores.jobs.checkpoint(job.id, 1, a_question(0, text), question_id, seconds(1))
    found = await stores.jobs.get(job.user_id, job.id)
    assert found.partial == Partial((a_question(0, "second"),))


async def test_the_end_of_an_attempt_keeps_everything_its_log_knew(stores: Stores) -> None:
    job = await stores.keep(await stores.start(), a_question(0))
    draft = (TextWritten(1, 0, "말해 🙂"), Progressed(Stage.SAVING, 1, 3))
    view = view_after(job, Started(), QuestionWritten(a_question(0)), *draft)
    completed = await stores.jobs.complete(job.id, view, seconds(9))
    assert completed.result is not None
    assert completed == replace(
        job,
        status=Status.COMPLETED,
        partial=view.partial,
        progress=view.progress,
        result=completed.result,
        last=Position(1, 5),
        is_sealed=True,
        completed_at=seconds(9),
    )
    assert await stores.jobs.get(job.user_id, job.id) == completed


async def test_a_result_is_what_the_history_shows(stores: Stores) -> None:
    interview = await stores.add_interview()
    for number in (1, 2):
        job = await stores.keep(await stores.start(interview, seconds(number)), a_question(0))
        # The second question was never checkpointed: its row is written with the result.
        view = view_after(job, Started(), QuestionWritten(a_question(0)), QuestionWritten(a_question(1)))
        result = (await stores.jobs.complete(job.id, view, seconds(number))).result
        [shown, *_] = await stores.interviews.question_sets(interview.user_id, interview.id)
        assert isinstance(result, QuestionsResult)
        assert (result.question_set_id, result.number) == (shown.id, number) == (shown.id, shown.number)
        assert result.questions == tuple(stored.question for stored in shown.questions) == view.partial.questions
        assert (shown.job_id, shown.created_at, shown.comment) == (job.id, seconds(number), job.comment)
        assert len({stored.id for stored in shown.questions}) == 2


async def test_completing_again_after_a_lost_answer_returns_the_completed_job(stores: Stores) -> None:
    job = await stores.keep(await stores.start(), a_question(0))
    completed = await stores.jobs.complete(job.id, view_of(job), seconds(1))
    assert await stores.jobs.complete(job.id, view_of(job), seconds(2)) == completed
    assert len(await stores.interviews.question_sets(job.user_id, job.interview_id)) == 1
    with pytest.raises(Fenced):
        await stores.jobs.fail(job.id, view_of(job), AN_ERROR, seconds(3))


async def test_a_failed_attempt_keeps_its_error_and_leaves_no_set_in_the_history(stores: Stores) -> None:
    job = await stores.keep(await stores.start(), a_question(0))
    view = view_after(job, Started(), QuestionWritten(a_question(0)), TextWritten(1, 0, "Te"))
    failed = await stores.jobs.fail(job.id, view, AN_ERROR, seconds(9))
    assert failed == replace(
        job,
        status=Status.FAILED,
        error=AN_ERROR,
        partial=view.partial,
        last=Position(1, 4),
        is_sealed=True,
        completed_at=seconds(9),
    )
    assert await stores.jobs.fail(job.id, view, AN_ERROR, seconds(10)) == failed
    assert await stores.interviews.question_sets(job.user_id, job.interview_id) == []
    with pytest.raises(Fenced):
        await stores.jobs.complete(job.id, view, seconds(11))


async def assert_is_fenced(stores: Stores, old: Job) -> None:
    """Make sure that an attempt which lost its job can write nothing, and that nothing is changed by its trying."""
    before = await stores.jobs.get(old.user_id, old.id)
    view = view_after(old, Started(), QuestionWritten(a_question(7)))
    with pytest.raises(Fenced):
        await stores.jobs.checkpoint(old.id, old.attempt, a_question(7), new_id(), seconds(50))
    with pytest.raises(Fenced):
        await stores.jobs.complete(old.id, view, seconds(50))
    with pytest.raises(Fenced):
        await stores.jobs.fail(old.id, view, AN_ERROR, seconds(50))
    with pytest.raises(Fenced):
        await stores.jobs.postpone(old.id, old.attempt, seconds(51), failures=1)
    assert not await stores.renew(old.id, old.attempt, seconds(50))
    assert await stores.jobs.get(old.user_id, old.id) == before
    assert await stores.interviews.question_sets(old.user_id, old.interview_id) == []


async def test_a_cancelled_attempt_is_fenced(stores: Stores) -> None:
    job = await stores.keep(await stores.start(), a_question(0))
    await stores.jobs.cancel(job.user_id, job.id, seconds(1))
    await assert_is_fenced(stores, job)


async def test_a_postponed_attempt_is_fenced(stores: Stores) -> None:
    job = await stores.keep(await stores.start(), a_question(0))
    await stores.jobs.postpone(job.id, job.attempt, seconds(1))
    await assert_is_fenced(stores, job)


async def test_an_attempt_is_fenced_by_the_next_one(stores: Stores) -> None:
    job = await stores.keep(await stores.start(), a_question(0))
    assert await stores.jobs.reclaim(job, seconds(31), None)
    await assert_is_fenced(stores, job)
    await stores.claim(job, seconds(32))
    await assert_is_fenced(stores, job)


async def test_an_attempt_is_fenced_although_a_later_one_ended_as_it_would_have(stores: Stores) -> None:
    old = await stores.start()
    await stores.jobs.reclaim(old, seconds(31), None)
    later = await stores.claim(old, seconds(32))
    completed = await stores.jobs.complete(later.id, view_of(later), seconds(33))
    with pytest.raises(Fenced):
        await stores.jobs.complete(old.id, view_of(old), seconds(34))
    assert await stores.jobs.get(old.user_id, old.id) == completed


async def test_a_purged_attempt_is_fenced(stores: Stores) -> None:
    job = await stores.start()
    await stores.jobs.cancel(job.user_id, job.id, seconds(1))
    await stores.jobs.purge(seconds(2), 10)
    with pytest.raises(Fenced):
        await stores.jobs.complete(job.id, view_of(job), seconds(3))


@pytest.mark.parametrize("is_success", [True, False])
async def test_of_the_end_of_an_attempt_and_a_cancel_exactly_one_wins(stores: Stores, is_success: bool) -> None:
    interview = await stores.add_interview()

    async def end(job: Job) -> Job:
        if is_success:
            return await stores.jobs.complete(job.id, view_of(job), seconds(1))
        return await stores.jobs.fail(job.id, view_of(job), AN_ERROR, seconds(1))

    for _ in range(5):
        job = await stores.keep(await stores.start(interview), a_question(0))
        ended, (found, is_cancelled) = await asyncio.gather(
            _outcome(end(job)), stores.jobs.cancel(job.user_id, job.id, seconds(1))
        )
        assert isinstance(ended, Fenced) if is_cancelled else ended == found
        assert await stores.jobs.get(job.user_id, job.id) == found


async def _outcome(work: Awaitable[T]) -> T | Fenced:
    """Return what the work returns, or that it was fenced."""
    try:
        return await work
    except Fenced as fenced:
        return fenced


async def test_a_checkpoint_beside_a_cancel_is_seen_by_it_or_fenced(stores: Stores) -> None:
    interview = await stores.add_interview()
    for _ in range(10):
        job = await stores.start(interview)
        kept, (cancelled, _) = await asyncio.gather(
            _outcome(stores.jobs.checkpoint(job.id, job.attempt, a_question(0), new_id(), seconds(1))),
            stores.jobs.cancel(job.user_id, job.id, seconds(1)),
        )
        assert cancelled.partial == (Partial() if isinstance(kept, Fenced) else Partial((a_question(0),)))
        assert await stores.jobs.get(job.user_id, job.id) == cancelled


async def test_of_completes_at_the_same_moment_all_return_the_one_result(stores: Stores) -> None:
    job = await stores.keep(await stores.start(), a_question(0))
    completes = (stores.jobs.complete(job.id, view_of(job), seconds(n)) for n in range(RACERS))
    ended = await asyncio.gather(*completes)
    assert [each == ended[0] for each in ended] == [True] * RACERS
    assert len(await stores.interviews.question_sets(job.user_id, job.interview_id)) == 1


async def test_what_attempts_cost_is_kept_by_attempt_and_the_last_word_counts(stores: Stores) -> None:
    job = await stores.start()
    await stores.jobs.spend(job.id, 1, Usage("a model", 10, 1))
    await stores.jobs.spend(job.id, 1, Usage("a model", 10, 5))
    await stores.jobs.cancel(job.user_id, job.id, seconds(1))
    await stores.jobs.spend(job.id, 2, Usage("another", 7, 2))
    await stores.jobs.spend(new_id(), 1, Usage("a model", 1, 1))
    found = await stores.jobs.get(job.user_id, job.id)
    assert found.usage == {1: Usage("a model", 10, 5), 2: Usage("another", 7, 2)}
