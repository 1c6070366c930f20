"""One body of promises for every InterviewStore."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import func, select, text

from server.adapters.sql_database import Database
from server.domain.errors import GenerationActive, NotFound, Unauthenticated
from server.domain.interview import Interview, InterviewDetails, Language
from server.tables import answers, interviews, jobs, questions
from tests.contract.stores import Stores, a_request, new_id
from tests.support.strategies import CREATED_AT, a_question, seconds
from tests.support.wait import wait_until

DETAILS = InterviewDetails("네이버", "SRE", "Kubernetes 🚀", "10년", Language.KOREAN)


async def test_an_interview_is_read_back_as_it_was_created(stores: Stores) -> None:
    user_id, interview_id = new_id(), new_id()
    await stores.interviews.add_user(user_id, CREATED_AT)
    created = await stores.interviews.create(user_id, interview_id, DETAILS, seconds(1))
    assert created == Interview(interview_id, user_id, DETAILS, seconds(1), seconds(1))
    assert await stores.interviews.get(user_id, interview_id) == created
    assert created.details.language is Language.KOREAN


async def test_a_user_can_be_added_again(stores: Stores) -> None:
    interview = await stores.add_interview()
    await asyncio.gather(*(stores.interviews.add_user(interview.user_id, seconds(n)) for n in range(8)))
    assert await stores.interviews.get(interview.user_id, interview.id) == interview


async def test_a_user_who_is_gone_is_asked_to_sign_in(stores: Stores) -> None:
    with pytest.raises(Unauthenticated):
        await stores.interviews.create(new_id(), new_id(), DETAILS, CREATED_AT)


async def test_a_create_whose_answer_was_lost_can_be_repeated(stores: Stores) -> None:
    interview = await stores.add_interview()
    again = await stores.interviews.create(interview.user_id, interview.id, interview.details, seconds(1))
    assert again == interview


async def test_interviews_are_listed_newest_first_for_their_user_alone(stores: Stores) -> None:
    first = await stores.add_interview(at=seconds(1))
    third, second = [await stores.add_interview(first.user_id, seconds(at)) for at in (3, 2)]
    await stores.add_interview()
    assert list(await stores.interviews.list(first.user_id)) == [third, second, first]
    assert list(await stores.interviews.list(new_id())) == []


async def test_finished_questions_are_counted(stores: Stores) -> None:
    interview = await stores.add_interview()
    await stores.finish(interview, count=2)
    await stores.finish(interview, count=3)
    await stores.keep(await stores.start(interview), a_question(0))
    counted = replace(interview, question_count=5)
    assert await stores.interviews.get(interview.user_id, interview.id) == counted
    assert await stores.interviews.list(interview.user_id) == [counted]


async def test_those_details_are_changed_that_are_named(stores: Stores) -> None:
    interview = await stores.add_interview()
    ids = (interview.user_id, interview.id)
    await asyncio.gather(
        stores.interviews.update(*ids, {"company": "네이버"}, seconds(5)),
        stores.interviews.update(*ids, {"resume": "", "language": Language.ENGLISH}, seconds(5)),
    )
    details = replace(interview.details, company="네이버", resume="", language=Language.ENGLISH)
    assert await stores.interviews.get(*ids) == replace(interview, details=details, updated_at=seconds(5))


async def test_another_users_interview_is_not_found_and_stays_as_it_is(stores: Stores) -> None:
    interview, stranger = await stores.add_interview(), await stores.add_interview()
    for user_id, interview_id in ((stranger.user_id, interview.id), (interview.user_id, new_id())):
        with pytest.raises(NotFound):
            await stores.interviews.get(user_id, interview_id)
        with pytest.raises(NotFound):
            await stores.interviews.update(user_id, interview_id, {"company": "a stranger's"}, seconds(1))
        with pytest.raises(NotFound):
            await stores.interviews.delete(user_id, interview_id)
        with pytest.raises(NotFound):
            await stores.interviews.question_sets(user_id, interview_id)
    assert await stores.interviews.get(interview.user_id, interview.id) == interview


async def test_finished_sets_are_shown_newest_first_with_their_questions_in_order(stores: Stores) -> None:
    interview = await stores.add_interview()
    jobs = [await stores.finish(interview, count=3, at=seconds(at)) for at in (1, 2)]
    await stores.keep(await stores.start(interview), a_question(0))
    sets = await stores.interviews.question_sets(interview.user_id, interview.id)
    assert [(each.number, each.job_id) for each in sets] == [(2, jobs[1].id), (1, jobs[0].id)]
    for each in sets:
        assert [stored.question for stored in each.questions] == [a_question(index) for index in range(3)]


async def test_numbers_count_within_their_interview(stores: Stores) -> None:
    first = await stores.add_interview()
    second = await stores.add_interview(first.user_id)
    for interview in (first, second):
        await stores.finish(interview)
        [only] = await stores.interviews.question_sets(interview.user_id, interview.id)
        assert only.number == 1


async def test_everything_generated_for_an_interview_is_deleted_with_it(stores: Stores) -> None:
    interview = await stores.add_interview()
    await stores.finish(interview)
    cancelled = await stores.keep(await stores.start(interview), a_question(0))
    await stores.jobs.cancel(cancelled.user_id, cancelled.id, seconds(1))
    kept = await stores.add_interview(interview.user_id)
    await stores.interviews.delete(interview.user_id, interview.id)
    assert await stores.interviews.list(interview.user_id) == [kept]
    assert await stores.jobs.recent(interview.user_id, 10) == []
    assert await stores.count_sets() == 0


async def test_no_row_of_a_deleted_interview_is_left(sql_stores: Stores) -> None:
    interview = await sql_stores.add_interview()
    await sql_stores.finish(interview)
    await sql_stores.interviews.delete(interview.user_id, interview.id)
    assert sql_stores.database is not None
    async with sql_stores.database.read() as connection:
        for table in (questions, answers, jobs):
            assert await connection.scalar(select(func.count()).select_from(table)) == 0


async def test_an_interview_with_an_active_job_cannot_be_deleted(stores: Stores) -> None:
    job = await stores.keep(await stores.start(), a_question(0))
    with pytest.raises(GenerationActive) as refused:
        await stores.interviews.delete(job.user_id, job.interview_id)
    assert refused.value.job == job
    assert await stores.jobs.get(job.user_id, job.id) == job


async def test_of_a_delete_and_a_create_at_the_same_moment_exactly_one_wins(stores: Stores) -> None:
    for _ in range(5):
        interview = await stores.add_interview()
        deleted, created = await asyncio.gather(
            stores.interviews.delete(interview.user_id, interview.id),
            stores.jobs.create(a_request(interview), CREATED_AT),
            return_exceptions=True,
        )
        active = await stores.jobs.active([interview.user_id])
        if isinstance(created, BaseException):
            assert (deleted, type(created), active) == (None, NotFound, [])
        else:
            assert isinstance(deleted, GenerationActive)
            assert active == [created[0]]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_delete_that_had_to_wait_looks_for_active_jobs_afterwards(sql_stores: Stores) -> None:
    interview, database = await sql_stores.add_interview(), sql_stores.database
    assert database is not None
    async with asyncio.TaskGroup() as tasks:
        # What the foreign key of a job locks while its transaction is under way.
        async with database.write() as connection:
            await connection.execute(select(interviews.c.id).with_for_update(read=True, key_share=True))
            deleting = tasks.create_task(_refusal(sql_stores, interview))
            await wait_until(lambda: _is_anyone_waiting(database), "the delete waits for the lock")
            job, _ = await sql_stores.jobs.create(a_request(interview), CREATED_AT)
        assert (await deleting).job == job
    assert await sql_stores.jobs.get(interview.user_id, job.id) == job


async def _refusal(stores: Stores, interview: Interview) -> GenerationActive:
    with pytest.raises(GenerationActive) as refused:
        await stores.interviews.delete(interview.user_id, interview.id)
    return refused.value


async def _is_anyone_waiting(database: Database) -> bool:
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    async with database.read() as connection:
        return bool(await connection.scalar(waiting))
