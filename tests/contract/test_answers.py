"""What becomes of an answer job, in every store."""

from datetime import datetime, timedelta

import pytest

from server.domain.errors import Fenced, NotFound
from server.domain.interview import Interview, StoredQuestion
from server.domain.job import Answer, AnswerResult, Job, JobType, Status
from server.domain.view import view_of
from tests.contract.stores import Stores, an_answer_request, new_id
from tests.support.strategies import CREATED_AT, a_question

FIRST = Answer("우선 상황을 말씀드리면 🙂", ("수치를 말합니다",), ("남 탓",))
SECOND = Answer("결론부터 말씀드리면", ("근거", "결과"), ("장황함",))


def seconds(after: float) -> datetime:
    return CREATED_AT + timedelta(seconds=after)


async def asked(stores: Stores, interview: Interview) -> list[StoredQuestion]:
    [newest, *_] = await stores.interviews.question_sets(interview.user_id, interview.id)
    return list(newest.questions)


async def start_answer(stores: Stores, interview: Interview, question_id: str) -> Job:
    job, _ = await stores.jobs.create(an_answer_request(question_id, interview), CREATED_AT)
    return await stores.claim(job)


async def test_an_answer_belongs_to_the_interview_of_its_question(stores: Stores) -> None:
    interview, stranger = await stores.add_interview(), await stores.add_interview()
    await stores.finish(interview)
    [question, _] = await asked(stores, interview)
    with pytest.raises(NotFound):
        await stores.jobs.create(an_answer_request(question.id, stranger), CREATED_AT)
    with pytest.raises(NotFound):
        await stores.jobs.create(an_answer_request(new_id(), interview), CREATED_AT)
    job, is_new = await stores.jobs.create(an_answer_request(question.id, interview), CREATED_AT)
    assert is_new
    assert (job.interview_id, job.question_id, job.type) == (interview.id, question.id, JobType.ANSWER)


async def test_a_question_of_an_unfinished_set_is_no_question_yet(stores: Stores) -> None:
    interview = await stores.add_interview()
    running, question_id = await stores.start(interview), new_id()
    await stores.jobs.checkpoint(running.id, running.attempt, a_question(0), question_id, CREATED_AT)
    await stores.jobs.cancel(interview.user_id, running.id, CREATED_AT)
    with pytest.raises(NotFound):
        await stores.jobs.create(an_answer_request(question_id, interview), CREATED_AT)


async def test_a_finished_answer_is_the_newest_of_its_question_alone(stores: Stores) -> None:
    interview = await stores.add_interview()
    await stores.finish(interview)
    [question, other] = await asked(stores, interview)
    for number, answer in enumerate((FIRST, SECOND), 1):
        job = await start_answer(stores, interview, question.id)
        done = await stores.jobs.complete(job.id, view_of(job), seconds(number), answer)
        assert isinstance(done.result, AnswerResult)
        assert (done.status, done.result.question_id, done.result.answer) == (Status.COMPLETED, question.id, answer)
        [shown, unanswered] = await asked(stores, interview)
        assert shown.answer is not None
        assert (shown.answer.id, shown.answer.answer) == (done.result.answer_id, answer)
        assert (shown.answer.job_id, shown.answer.comment) == (job.id, job.comment)
        assert shown.answer.created_at == seconds(number)
        assert (unanswered.id, unanswered.answer) == (other.id, None)
    counted = await stores.interviews.get(interview.user_id, interview.id)
    assert (counted.question_count, counted.answer_count) == (2, 1)
    assert len(await stores.interviews.question_sets(interview.user_id, interview.id)) == 1


async def test_completing_twice_keeps_one_answer(stores: Stores) -> None:
    interview = await stores.add_interview()
    await stores.finish(interview)
    [question, _] = await asked(stores, interview)
    job = await start_answer(stores, interview, question.id)
    once = await stores.jobs.complete(job.id, view_of(job), seconds(1), FIRST)
    again = await stores.jobs.complete(job.id, view_of(job), seconds(2), SECOND)
    assert again.result == once.result
    [shown, _] = await asked(stores, interview)
    assert shown.answer is not None
    assert shown.answer.answer == FIRST


async def test_an_answer_of_a_lost_attempt_is_refused(stores: Stores) -> None:
    interview = await stores.add_interview()
    await stores.finish(interview)
    [question, _] = await asked(stores, interview)
    job = await start_answer(stores, interview, question.id)
    await stores.jobs.cancel(interview.user_id, job.id, seconds(1))
    with pytest.raises(Fenced):
        await stores.jobs.complete(job.id, view_of(job), seconds(2), FIRST)
    assert [each.answer for each in await asked(stores, interview)] == [None, None]


async def test_an_answer_outlives_its_job(stores: Stores) -> None:
    interview = await stores.add_interview()
    await stores.finish(interview)
    [question, _] = await asked(stores, interview)
    job = await start_answer(stores, interview, question.id)
    await stores.jobs.complete(job.id, view_of(job), seconds(1), FIRST)
    assert await stores.jobs.purge(seconds(60), 10) == 2
    [shown, _] = await asked(stores, interview)
    assert shown.answer is not None
    assert shown.answer.job_id == job.id
