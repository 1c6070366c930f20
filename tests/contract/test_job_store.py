"""One body of promises for every JobStore: what users do. Attempts are in test_job_attempts.py, sweeps beside it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from server.domain.errors import DailyLimitReached, GenerationActive, IdempotencyKeyReused, NotFound
from server.domain.job import Draft, Job, JobType, Partial, Position, Progress, Stage, Status
from server.domain.view import view_of
from tests.contract.stores import LEASE, Stores, a_request, new_id
from tests.support.strategies import AN_ERROR, CREATED_AT, a_question, seconds

# How many requests race for one prize; more than a pool of five would let through at once.
RACERS = 8


async def test_a_new_job_is_queued_at_attempt_zero_in_the_language_of_its_interview(stores: Stores) -> None:
    interview = await stores.add_interview()
    new = a_request(interview)
    job, is_new = await stores.jobs.create(new, CREATED_AT)
    assert is_new
    assert job == Job(
        id=new.id,
        user_id=interview.user_id,
        interview_id=interview.id,
        type=JobType.QUESTION,
        status=Status.QUEUED,
        count=3,
        language="en",
        created_at=CREATED_AT,
        comment="백엔드 중심",
    )
    assert await stores.jobs.get(interview.user_id, job.id) == job


async def test_times_are_kept_in_utc_to_the_millisecond(stores: Stores) -> None:
    at = CREATED_AT + timedelta(milliseconds=7)
    job = await stores.start(at=at)
    assert (job.created_at, job.started_at) == (at, at)
    assert str(job.started_at) == "2026-11-23 14:30:00.007000+00:00"


async def test_what_is_finer_than_a_millisecond_is_cut_off(sql_stores: Stores) -> None:
    job = await sql_stores.start(at=CREATED_AT + timedelta(microseconds=7999))
    assert job.created_at == job.started_at == CREATED_AT + timedelta(milliseconds=7)


async def test_another_users_interview_is_not_found(stores: Stores) -> None:
    interview = await stores.add_interview()
    stranger = await stores.add_interview()
    for changes in ({"user_id": stranger.user_id}, {"interview_id": new_id()}):
        with pytest.raises(NotFound):
            await stores.jobs.create(a_request(interview, **changes), CREATED_AT)


async def test_a_second_generation_is_refused_with_the_active_one(stores: Stores) -> None:
    interview = await stores.add_interview()
    for active in (await stores.queue(interview), await stores.start(await stores.add_interview())):
        another = await stores.add_interview(active.user_id)
        with pytest.raises(GenerationActive) as refused:
            await stores.jobs.create(a_request(another), CREATED_AT)
        assert refused.value.job == active


async def test_an_ended_generation_makes_room(stores: Stores) -> None:
    interview = await stores.add_interview()
    job = await stores.queue(interview)
    await stores.jobs.cancel(job.user_id, job.id, seconds(1))
    assert (await stores.queue(interview, seconds(2))).status is Status.QUEUED


async def test_of_creates_at_the_same_moment_one_wins_and_the_others_are_told_of_it(stores: Stores) -> None:
    interview = await stores.add_interview()
    requests = [stores.jobs.create(a_request(interview), CREATED_AT) for _ in range(RACERS)]
    answers = await asyncio.gather(*requests, return_exceptions=True)
    [(winner, is_new)] = [answer for answer in answers if not isinstance(answer, BaseException)]
    assert is_new
    losers = [answer for answer in answers if isinstance(answer, GenerationActive)]
    assert [loser.job for loser in losers] == [winner] * (RACERS - 1)


async def test_a_create_beside_the_end_of_the_active_job_is_accepted_or_refused_and_nothing_else(
    stores: Stores,
) -> None:
    interview = await stores.add_interview()
    for _ in range(5):
        active = await stores.queue(interview)
        answer, _ = await asyncio.gather(
            stores.jobs.create(a_request(interview), CREATED_AT),
            stores.jobs.cancel(active.user_id, active.id, CREATED_AT),
            return_exceptions=True,
        )
        if isinstance(answer, BaseException):
            assert isinstance(answer, GenerationActive)
            continue
        assert await stores.jobs.active([interview.user_id]) == [answer[0]]
        await stores.jobs.cancel(interview.user_id, answer[0].id, CREATED_AT)


async def test_the_same_key_and_body_return_the_same_job_also_when_it_has_ended(stores: Stores) -> None:
    interview = await stores.add_interview()
    job, _ = await stores.jobs.create(a_request(interview, "key"), CREATED_AT)
    assert await stores.jobs.create(a_request(interview, "key"), seconds(1)) == (job, False)
    ended, _ = await stores.jobs.cancel(job.user_id, job.id, seconds(2))
    assert await stores.jobs.create(a_request(interview, "key"), seconds(3)) == (ended, False)


async def test_of_creates_under_one_key_at_the_same_moment_one_is_new(stores: Stores) -> None:
    interview = await stores.add_interview()
    answers = await asyncio.gather(
        *(stores.jobs.create(a_request(interview, "key"), CREATED_AT) for _ in range(RACERS))
    )
    assert len({job.id for job, _ in answers}) == 1
    assert sorted(is_new for _, is_new in answers) == [False] * (RACERS - 1) + [True]


async def test_a_key_with_another_body_is_refused(stores: Stores) -> None:
    interview = await stores.add_interview()
    await stores.jobs.create(a_request(interview, "key"), CREATED_AT)
    with pytest.raises(IdempotencyKeyReused):
        await stores.jobs.create(a_request(interview, "key", input_hash="another"), CREATED_AT)


async def test_a_key_is_its_users_own(stores: Stores) -> None:
    for interview in (await stores.add_interview(), await stores.add_interview()):
        assert (await stores.jobs.create(a_request(interview, "key"), CREATED_AT))[1]


async def test_a_create_whose_answer_was_lost_can_be_repeated(stores: Stores) -> None:
    new = a_request(await stores.add_interview())
    job, _ = await stores.jobs.create(new, CREATED_AT)
    assert await stores.jobs.create(new, seconds(1)) == (job, False)


async def test_the_estimate_is_the_median_of_what_completed_and_never_changes(stores: Stores) -> None:
    first = await stores.queue()
    assert first.estimated_seconds is None
    for took in (10, 20, 60):
        job = await stores.start()
        await stores.jobs.complete(job.id, view_of(job), seconds(took))
    failed = await stores.start()
    await stores.jobs.fail(failed.id, view_of(failed), AN_ERROR, seconds(1000))
    assert (await stores.queue()).estimated_seconds == 20.0
    assert (await stores.jobs.get(first.user_id, first.id)).estimated_seconds is None


async def test_the_estimate_looks_at_the_newest_twenty(stores: Stores) -> None:
    for took in [1] * 21 + [500] * 20:
        job = await stores.start(at=seconds(took))
        await stores.jobs.complete(job.id, view_of(job), seconds(took * 2))
    assert (await stores.queue()).estimated_seconds == 500.0


async def test_a_job_is_found_by_its_user_alone(stores: Stores) -> None:
    job, stranger = await stores.queue(), await stores.queue()
    with pytest.raises(NotFound):
        await stores.jobs.get(stranger.user_id, job.id)
    with pytest.raises(NotFound):
        await stores.jobs.get(job.user_id, new_id())
    assert await stores.jobs.select(stranger.user_id, [job.id, new_id()]) == []
    assert await stores.jobs.recent(new_id(), 10) == []


async def test_jobs_are_selected_oldest_first_and_recent_ones_newest_first(stores: Stores) -> None:
    interview = await stores.add_interview()
    made = []
    for at in (3, 1, 2):
        job = await stores.queue(interview, seconds(at))
        made.append((await stores.jobs.cancel(job.user_id, job.id, seconds(9)))[0])
    third, first, second = made
    assert await stores.jobs.select(interview.user_id, [job.id for job in made]) == [first, second, third]
    assert await stores.jobs.recent(interview.user_id, 2) == [third, second]


async def test_the_active_jobs_of_several_users_are_told_oldest_first(stores: Stores) -> None:
    late, early, running = await stores.queue(at=seconds(3)), await stores.queue(at=seconds(1)), await stores.start()
    await stores.queue()
    ended = await stores.queue()
    await stores.jobs.cancel(ended.user_id, ended.id, seconds(4))
    users = [job.user_id for job in (late, early, running, ended)]
    assert await stores.jobs.active(users) == [running, early, late]
    assert await stores.jobs.active([]) == []


async def test_the_jobs_that_ended_lately_are_told_whoever_ended_them(stores: Stores) -> None:
    early, late, foreign, active = [await stores.queue(at=seconds(n)) for n in range(4)]
    for job, end in ((early, 5), (late, 6), (foreign, 6)):
        await stores.jobs.cancel(job.user_id, job.id, seconds(end))
    users = [early.user_id, late.user_id, active.user_id]
    assert [job.id for job in await stores.jobs.ended(users, seconds(5))] == [early.id, late.id]
    assert [job.id for job in await stores.jobs.ended(users, seconds(5.001))] == [late.id]
    assert await stores.jobs.ended(users, seconds(7)) == []


async def test_known_jobs_come_with_the_active_ones_if_they_are_these_users(stores: Stores) -> None:
    ended, foreign = await stores.queue(), await stores.queue(at=seconds(1))
    ended, _ = await stores.jobs.cancel(ended.user_id, ended.id, seconds(2))
    assert await stores.jobs.active([ended.user_id]) == []
    assert await stores.jobs.active([ended.user_id], [ended.id, foreign.id, new_id()]) == [ended]
    assert await stores.jobs.active([foreign.user_id], [foreign.id]) == [foreign]


async def test_active_jobs_take_two_queries_however_many(sql_stores: Stores) -> None:
    jobs = [await sql_stores.keep(await sql_stores.start(), a_question(0), a_question(1)) for _ in range(5)]
    statements: list[str] = []
    assert sql_stores.database is not None
    engine = sql_stores.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *called: statements.append(called[2]))
    assert await sql_stores.jobs.active([job.user_id for job in jobs]) == sorted(jobs, key=lambda job: job.id)
    assert len([each for each in statements if each.startswith("SELECT")]) == 2


@pytest.mark.parametrize("is_started", [False, True])
async def test_a_cancelled_job_stands_first_in_a_new_attempt(stores: Stores, is_started: bool) -> None:
    job = await (stores.start() if is_started else stores.queue())
    cancelled, is_changed = await stores.jobs.cancel(job.user_id, job.id, seconds(5))
    assert is_changed
    assert cancelled == replace(
        job,
        status=Status.CANCELLED,
        attempt=job.attempt + 1,
        last=Position(job.attempt + 1, 1),
        completed_at=seconds(5),
    )
    assert await stores.jobs.cancel(job.user_id, job.id, seconds(6)) == (cancelled, False)


async def test_another_users_job_cannot_be_cancelled(stores: Stores) -> None:
    job, stranger = await stores.queue(), await stores.queue()
    with pytest.raises(NotFound):
        await stores.jobs.cancel(stranger.user_id, job.id, seconds(1))
    assert await stores.jobs.get(job.user_id, job.id) == job


async def test_a_cancelled_job_keeps_its_finished_questions_and_is_not_sealed(stores: Stores) -> None:
    job = await stores.keep(await stores.start(), a_question(1), a_question(0))
    cancelled, _ = await stores.jobs.cancel(job.user_id, job.id, seconds(1))
    assert cancelled.partial == Partial((a_question(0), a_question(1)))
    assert not cancelled.is_sealed
    assert await stores.interviews.question_sets(job.user_id, job.interview_id) == []


async def test_sealing_keeps_what_only_the_log_knew_and_the_first_to_do_so_decides(stores: Stores) -> None:
    job = await stores.start()
    cancelled, _ = await stores.jobs.cancel(job.user_id, job.id, seconds(1))
    partial, progress = Partial((a_question(0),), Draft(1, "말해 🙂")), Progress(Stage.WRITING, 1, 3)
    view = replace(view_of(cancelled), partial=partial, progress=progress, started_at=None)
    await stores.jobs.seal(job, view)  # a lower attempt knows less
    assert not (await stores.jobs.get(job.user_id, job.id)).is_sealed
    await stores.jobs.seal(cancelled, view)
    sealed = await stores.jobs.get(job.user_id, job.id)
    assert sealed == replace(cancelled, partial=partial, progress=progress, started_at=None, is_sealed=True)
    await stores.jobs.seal(cancelled, view_of(cancelled))
    assert await stores.jobs.get(job.user_id, job.id) == sealed


async def test_an_active_job_cannot_be_sealed(stores: Stores) -> None:
    job = await stores.start()
    await stores.jobs.seal(job, view_of(job))
    assert await stores.jobs.get(job.user_id, job.id) == job
    assert await stores.renew(job.id, job.attempt, seconds(1))
    assert await stores.jobs.claim(job.id, "another worker", seconds(1), LEASE) is None


async def test_a_day_has_so_many_generations_and_the_next_one_as_many(stores: Stores) -> None:
    interview = await stores.add_interview()
    for _ in range(2):
        job, _ = await stores.jobs.create(a_request(interview), CREATED_AT, 2)
        await stores.jobs.cancel(job.user_id, job.id, CREATED_AT)
    with pytest.raises(DailyLimitReached) as refusal:
        await stores.jobs.create(a_request(interview), CREATED_AT, 2)
    midnight = CREATED_AT.replace(hour=0, minute=0) + timedelta(days=1)
    assert CREATED_AT + timedelta(seconds=refusal.value.retry_after_seconds) == midnight
    assert await stores.jobs.active([interview.user_id]) == []
    job, is_new = await stores.jobs.create(a_request(interview), midnight, 2)
    assert is_new


async def test_a_deleted_interview_gives_no_generation_back(stores: Stores) -> None:
    interview = await stores.add_interview()
    job, _ = await stores.jobs.create(a_request(interview), CREATED_AT, 1)
    await stores.jobs.cancel(job.user_id, job.id, CREATED_AT)
    await stores.interviews.delete(interview.user_id, interview.id)
    with pytest.raises(DailyLimitReached):
        await stores.jobs.create(a_request(await stores.add_interview(interview.user_id)), CREATED_AT, 1)


async def test_what_creates_no_job_uses_up_nothing(stores: Stores) -> None:
    interview = await stores.add_interview()
    new = a_request(interview, idempotency_key="key")
    job, _ = await stores.jobs.create(new, CREATED_AT, 2)
    assert (await stores.jobs.create(new, CREATED_AT, 2)) == (job, False)
    with pytest.raises(GenerationActive):
        await stores.jobs.create(a_request(interview), CREATED_AT, 2)
    await stores.jobs.cancel(job.user_id, job.id, CREATED_AT)
    assert (await stores.jobs.create(a_request(interview), CREATED_AT, 2))[1]
