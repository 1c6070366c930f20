"""One body of promises for every JobStore: what a sweeper finds, takes back and deletes. Time is an argument."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from server.domain.job import Partial, Position, Status
from server.domain.view import view_of
from tests.contract.stores import Stores
from tests.support.strategies import AN_ERROR, CREATED_AT, a_question, seconds

RACERS = 8
LONG_AGO = CREATED_AT - timedelta(days=8)


async def test_a_queued_job_whose_doorbell_was_not_rung_lately_is_undelivered(stores: Stores) -> None:
    job = await stores.queue()
    assert await stores.jobs.undelivered(seconds(1), CREATED_AT, 10) == [job]
    await stores.jobs.rung([job.id], seconds(2))
    assert await stores.jobs.undelivered(seconds(10), seconds(2), 10) == []
    assert await stores.jobs.undelivered(seconds(10), seconds(2.001), 10) == [job]


async def test_what_runs_waits_or_has_ended_is_not_undelivered(stores: Stores) -> None:
    await stores.start()
    ended = await stores.queue()
    await stores.jobs.cancel(ended.user_id, ended.id, seconds(1))
    waiting = await stores.start()
    await stores.jobs.postpone(waiting.id, 1, seconds(60))
    assert await stores.jobs.undelivered(seconds(59.999), seconds(59), 10) == []


async def test_a_postponed_job_is_undelivered_as_soon_as_it_is_due(stores: Stores) -> None:
    job = await stores.start()
    await stores.jobs.rung([job.id], seconds(1))
    await stores.jobs.postpone(job.id, 1, seconds(2))
    assert [each.id for each in await stores.jobs.undelivered(seconds(2), CREATED_AT, 10)] == [job.id]


async def test_the_oldest_undelivered_jobs_come_first(stores: Stores) -> None:
    late, early, between = [await stores.queue(at=seconds(at)) for at in (3, 1, 2)]
    assert await stores.jobs.undelivered(seconds(9), CREATED_AT, 2) == [early, between]
    assert await stores.jobs.undelivered(seconds(9), CREATED_AT, 9) == [early, between, late]


async def test_a_running_job_expires_with_its_lease(stores: Stores) -> None:
    job = await stores.start()
    assert await stores.jobs.expired(seconds(29.999), 10) == []
    assert await stores.jobs.expired(seconds(30), 10) == [job]
    assert await stores.renew(job.id, 1, seconds(10))
    assert await stores.jobs.expired(seconds(39.999), 10) == []
    assert await stores.jobs.expired(seconds(40), 10) == [job]


async def test_what_nobody_runs_does_not_expire(stores: Stores) -> None:
    await stores.queue()
    job = await stores.start()
    await stores.jobs.complete(job.id, view_of(job), seconds(1))
    waiting = await stores.start()
    await stores.jobs.postpone(waiting.id, 1, seconds(60))
    assert await stores.jobs.expired(seconds(9999), 10) == []


async def test_the_longest_expired_come_first(stores: Stores) -> None:
    late, early = await stores.start(at=seconds(5)), await stores.start(at=seconds(1))
    assert await stores.jobs.expired(seconds(60), 1) == [early]
    assert await stores.jobs.expired(seconds(60), 9) == [early, late]


async def test_a_reclaimed_job_is_queued_again_in_a_higher_attempt(stores: Stores) -> None:
    job = await stores.keep(await stores.start(), a_question(0))
    await stores.jobs.rung([job.id], seconds(29))
    reclaimed = await stores.jobs.reclaim(job, seconds(30), None)
    assert reclaimed == replace(job, status=Status.QUEUED, attempt=2, crashes=1, run_after=seconds(30))
    assert await stores.jobs.undelivered(seconds(30), CREATED_AT, 10) == [reclaimed]
    again = await stores.claim(job, seconds(30))
    assert (again.attempt, again.partial) == (3, Partial((a_question(0),)))


async def test_a_job_reclaimed_for_the_last_time_fails_unsealed(stores: Stores) -> None:
    job = await stores.keep(await stores.start(), a_question(0))
    failed = await stores.jobs.reclaim(job, seconds(30), AN_ERROR)
    assert failed == replace(
        job,
        status=Status.FAILED,
        attempt=2,
        crashes=1,
        error=AN_ERROR,
        last=Position(2, 1),
        completed_at=seconds(30),
    )
    assert not failed.is_sealed
    await stores.jobs.seal(failed, view_of(failed))
    assert (await stores.jobs.get(job.user_id, job.id)).is_sealed


async def test_a_worker_that_was_faster_keeps_its_job(stores: Stores) -> None:
    job = await stores.start()
    assert await stores.jobs.reclaim(job, seconds(29.999), None) is None
    assert await stores.renew(job.id, 1, seconds(30))
    assert await stores.jobs.reclaim(job, seconds(31), None) is None
    completed = await stores.jobs.complete(job.id, view_of(job), seconds(61))
    assert await stores.jobs.reclaim(job, seconds(62), AN_ERROR) is None
    assert await stores.jobs.get(job.user_id, job.id) == completed


async def test_an_attempt_is_not_reclaimed_for_the_crash_of_an_earlier_one(stores: Stores) -> None:
    first = await stores.start()
    await stores.jobs.reclaim(first, seconds(30), None)
    later = await stores.claim(first, seconds(31))
    assert await stores.jobs.reclaim(first, seconds(99), None) is None
    assert await stores.jobs.expired(seconds(99), 10) == [later]


async def test_of_reclaims_at_the_same_moment_one_wins(stores: Stores) -> None:
    for error in (None, AN_ERROR):
        job = await stores.start()
        reclaims = (stores.jobs.reclaim(job, seconds(30), error) for _ in range(RACERS))
        won = [reclaimed for reclaimed in await asyncio.gather(*reclaims) if reclaimed]
        assert [(reclaimed.attempt, reclaimed.crashes) for reclaimed in won] == [(2, 1)]


async def test_of_a_renewal_and_a_reclaim_exactly_one_wins(stores: Stores) -> None:
    for _ in range(5):
        job = await stores.start()
        is_renewed, reclaimed = await asyncio.gather(
            stores.renew(job.id, 1, seconds(30)), stores.jobs.reclaim(job, seconds(30), None)
        )
        assert is_renewed is (reclaimed is None)


async def test_old_ended_jobs_are_deleted_and_what_they_finished_stays(stores: Stores) -> None:
    interview = await stores.add_interview()
    job = await stores.finish(interview, at=LONG_AGO)
    shown = await stores.interviews.question_sets(interview.user_id, interview.id)
    assert await stores.jobs.purge(LONG_AGO, 10) == 0
    assert await stores.jobs.purge(LONG_AGO + timedelta(milliseconds=1), 10) == 1
    assert await stores.jobs.recent(interview.user_id, 10) == []
    assert await stores.interviews.question_sets(interview.user_id, interview.id) == shown
    assert shown[0].job_id == job.id


async def test_the_unfinished_set_of_an_old_job_is_deleted_with_it(stores: Stores) -> None:
    job = await stores.keep(await stores.start(at=LONG_AGO), a_question(0))
    await stores.jobs.cancel(job.user_id, job.id, LONG_AGO)
    young = await stores.keep(await stores.start(at=LONG_AGO), a_question(0))
    await stores.jobs.cancel(young.user_id, young.id, seconds(1))
    assert await stores.jobs.purge(CREATED_AT, 10) == 1
    assert await stores.count_sets() == 1
    assert (await stores.jobs.get(young.user_id, young.id)).partial == Partial((a_question(0),))


async def test_active_jobs_are_never_deleted(stores: Stores) -> None:
    queued, running = await stores.queue(at=LONG_AGO), await stores.start(at=LONG_AGO)
    assert await stores.jobs.purge(seconds(1), 10) == 0
    assert len(await stores.jobs.active([queued.user_id, running.user_id])) == 2


async def test_deleting_goes_in_batches_the_oldest_first(stores: Stores) -> None:
    interview = await stores.add_interview()
    for at in (3, 1, 2):
        job = await stores.queue(interview, seconds(at))
        await stores.jobs.cancel(job.user_id, job.id, seconds(at))
    assert await stores.jobs.purge(seconds(9), 2) == 2
    assert [job.created_at for job in await stores.jobs.recent(interview.user_id, 9)] == [seconds(3)]
    assert [await stores.jobs.purge(seconds(9), 2) for _ in range(2)] == [1, 0]
