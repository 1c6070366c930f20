"""The story of one attempt, with a model that says what the test tells it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from server.domain.events import Completed, Event, Failed, QuestionWritten, Retrying, Started
from server.domain.job import QuestionsResult, Status, Usage
from server.ports import Appended
from server.recovery import recover
from tests.support.strategies import JOB_ID, USER_ID, a_question
from tests.support.workbench import INTERVIEW_ID, ScriptedModel, UnreliableLog, Workbench, a_finish, document
from worker.attempt import Attempt
from worker.models.port import Finish, FinishReason, ModelError, ModelErrorCode, Tokens
from worker.retry import MAX_FAILURES

AWAY_FOR = 4
TWO = document(a_question(0), a_question(1))


async def run(bench: Workbench) -> None:
    await Attempt(await bench.claim(), bench.shop).run()


async def test_a_job_completes_with_its_set_and_its_log_says_the_same() -> None:
    bench = Workbench(ScriptedModel(*TWO, a_finish()))
    await bench.queue_job()
    await run(bench)
    job, events = await bench.jobs.get(USER_ID, JOB_ID), await bench.events()
    assert job.status is Status.COMPLETED
    assert isinstance(job.result, QuestionsResult)
    assert job.result.questions == (a_question(0), a_question(1))
    assert isinstance(events[0].fact, Started)
    assert isinstance(events[-1].fact, Completed)
    assert (job.last, job.completed_at) == (events[-1].position, events[-1].at)
    assert recover(job, ()) == recover(job, events)
    assert [each.number for each in await bench.interviews.question_sets(USER_ID, INTERVIEW_ID)] == [1]


class AwayAtTheEnd(UnreliableLog):
    """Away for some heartbeats when it is told how an attempt ended."""

    async def append(self, user_id: str, events: Sequence[Event]) -> Appended:
        is_end = isinstance(events[-1].fact, Completed | Failed | Retrying)
        self.is_away, self.ends = is_end and self.ends < AWAY_FOR, self.ends + is_end
        return await super().append(user_id, events)

    ends = 0


@pytest.mark.parametrize(
    ("script", "fact"),
    [
        ([*TWO, a_finish()], Completed),
        ([ModelError(ModelErrorCode.MISCONFIGURED, "no", retryable=False)], Failed),
        ([ModelError(ModelErrorCode.UNAVAILABLE, "away", retryable=True)], Retrying),
    ],
)
async def test_an_end_that_takes_long_to_be_told_is_not_cut_short_by_the_lease(
    script: list[str | Finish | Exception], fact: type
) -> None:
    bench, log = Workbench(ScriptedModel(*script), lease=timedelta(seconds=0.3)), AwayAtTheEnd()
    await bench.queue_job()
    await Attempt(await bench.claim(), replace(bench.shop, log=log)).run()
    told = (await log.read(USER_ID, [JOB_ID]))[JOB_ID]
    assert (log.ends, type(told[-1].fact)) == (AWAY_FOR + 1, fact)


async def test_a_second_attempt_keeps_what_was_finished_and_asks_for_the_rest() -> None:
    broken = ModelError(ModelErrorCode.UNAVAILABLE, "away", retryable=True, retry_after=timedelta(0))
    bench = Workbench(ScriptedModel(document(a_question(0))[:-1], broken))
    await bench.queue_job()
    await run(bench)
    assert isinstance((await bench.events())[-1].fact, Retrying)
    assert (await bench.jobs.get(USER_ID, JOB_ID)).status is Status.QUEUED
    assert [ring.attempt for ring in bench.queue.rings] == [1]

    bench.model.script = (document(a_question(1)), a_finish())
    await run(bench)
    job = await bench.jobs.get(USER_ID, JOB_ID)
    assert isinstance(job.result, QuestionsResult)
    assert [question.text for question in job.result.questions] == [a_question(0).text, a_question(1).text]
    assert [question.index for question in job.result.questions] == [0, 1]
    again = bench.model.assignments[1]
    assert (again.count, again.kept) == (1, (a_question(0),))
    second = [event.fact for event in await bench.events() if event.position.attempt == 2]
    assert second[:2] == [Started(keeps=1), QuestionWritten(a_question(0))]


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ([ModelError(ModelErrorCode.MISCONFIGURED, "no such model", retryable=False)], "model_misconfigured"),
        ([Finish(FinishReason.BLOCKED)], "blocked"),
    ],
)
async def test_what_cannot_pass_fails_at_once(script: list[Finish | Exception], code: str) -> None:
    bench = Workbench(ScriptedModel(*script))
    await bench.queue_job()
    await run(bench)
    job, events = await bench.jobs.get(USER_ID, JOB_ID), await bench.events()
    assert job.status is Status.FAILED
    assert job.error is not None
    assert job.error.code == code
    assert isinstance(events[-1].fact, Failed)
    assert recover(job, ()) == recover(job, events)


@pytest.mark.parametrize("script", [["["], ["[]", a_finish()], ["nonsense", a_finish()], [TWO[:40], a_finish()]])
async def test_a_stream_that_is_cut_or_unusable_is_tried_four_times(script: list[str | Finish]) -> None:
    bench = Workbench(ScriptedModel(*script))
    await bench.queue_job()
    for failures in range(1, MAX_FAILURES):
        await run(bench)
        waiting = await bench.jobs.get(USER_ID, JOB_ID)
        assert (waiting.status, waiting.failures) == (Status.QUEUED, failures)
        bench.clock.ahead += timedelta(minutes=2)
    await run(bench)
    assert (await bench.jobs.get(USER_ID, JOB_ID)).status is Status.FAILED


async def test_a_cancelled_job_stops_the_model_and_gets_no_result() -> None:
    bench = Workbench(ScriptedModel(document(a_question(0))[:-1], TWO[1:], a_finish()))
    await bench.queue_job()
    claimed = await bench.claim()
    await bench.jobs.cancel(USER_ID, JOB_ID, bench.shop.clock.now())
    await Attempt(claimed, bench.shop).run()
    job = await bench.jobs.get(USER_ID, JOB_ID)
    assert (job.status, job.result) == (Status.CANCELLED, None)
    assert bench.model.is_stopped


async def test_without_redis_a_job_completes_all_the_same() -> None:
    bench = Workbench(ScriptedModel(TWO, a_finish()))
    await bench.queue_job()
    bench.log.is_away = True
    await run(bench)
    assert (await bench.jobs.get(USER_ID, JOB_ID)).status is Status.COMPLETED
    assert await bench.events() == []


async def test_a_wait_the_service_asks_for_is_kept_and_counts_as_no_failure() -> None:
    busy = ModelError(ModelErrorCode.RATE_LIMITED, "busy", retryable=True, retry_after=timedelta(seconds=30))
    bench = Workbench(ScriptedModel(busy))
    await bench.queue_job()
    await run(bench)
    waiting, told = await bench.jobs.get(USER_ID, JOB_ID), (await bench.events())[-1].fact
    assert (waiting.status, waiting.failures, waiting.waits) == (Status.QUEUED, 0, 1)
    assert isinstance(told, Retrying)
    assert (told.error.code, told.retry_at) == ("rate_limited", waiting.run_after)


async def test_after_two_failures_another_model_is_asked() -> None:
    broken = ModelError(ModelErrorCode.UNAVAILABLE, "away", retryable=True)
    bench, fallback = Workbench(ScriptedModel(broken)), ScriptedModel(*TWO, a_finish())
    bench.shop = replace(bench.shop, fallback=fallback)
    await bench.queue_job()
    for _ in range(2):
        await run(bench)
        assert fallback.assignments == []
        bench.clock.ahead += timedelta(minutes=2)
    await run(bench)
    assert (await bench.jobs.get(USER_ID, JOB_ID)).status is Status.COMPLETED
    assert len(bench.model.assignments) == 2


async def test_what_each_attempt_cost_is_kept_however_it_ended() -> None:
    broken = ModelError(ModelErrorCode.UNAVAILABLE, "away", retryable=True)
    bench = Workbench(ScriptedModel(Tokens(100, 7), document(a_question(0))[:-1], broken))
    await bench.queue_job()
    await run(bench)
    bench.model.script = (Tokens(120, 3), document(a_question(1)), a_finish())
    bench.clock.ahead += timedelta(minutes=2)
    await run(bench)
    job = await bench.jobs.get(USER_ID, JOB_ID)
    assert job.usage == {1: Usage("script", 100, 7), 2: Usage("script", 120, 3)}


async def test_a_cancelled_attempt_has_cost_something_too() -> None:
    bench = Workbench(ScriptedModel(Tokens(100, 7), TWO, a_finish()))
    await bench.queue_job()
    claimed = await bench.claim()
    await bench.jobs.cancel(USER_ID, JOB_ID, bench.shop.clock.now())
    await Attempt(claimed, bench.shop).run()
    assert (await bench.jobs.get(USER_ID, JOB_ID)).usage == {1: Usage("script", 100, 7)}
