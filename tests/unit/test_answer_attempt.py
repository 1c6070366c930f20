"""The story of an attempt at an answer."""

from datetime import timedelta

from server.domain.events import Completed, Progressed, Retrying, Started, TextWritten
from server.domain.job import Answer, AnswerResult, Stage, Status
from server.domain.wire import dumps
from server.recovery import recover
from tests.support.strategies import USER_ID, a_question
from tests.support.workbench import ANSWER_JOB_ID, INTERVIEW_ID, ScriptedModel, Workbench, a_finish
from worker.attempt import Attempt
from worker.models.port import ModelError, ModelErrorCode

ANSWER = Answer("결론부터 말씀드리면, 이렇습니다.", ("수치",), ("남 탓",))
DOCUMENT = dumps({"answer": ANSWER.text, "key_points": ANSWER.key_points, "avoid": ANSWER.avoid})


async def run(bench: Workbench) -> None:
    await Attempt(await bench.claim(ANSWER_JOB_ID), bench.shop).run()


async def test_an_answer_is_written_to_its_question_and_its_log_says_the_same() -> None:
    bench = Workbench(ScriptedModel(*DOCUMENT, a_finish()))
    await bench.queue_answer()
    await run(bench)
    job, events = await bench.jobs.get(USER_ID, ANSWER_JOB_ID), await bench.events(ANSWER_JOB_ID)
    assert isinstance(job.result, AnswerResult)
    assert (job.status, job.result.answer) == (Status.COMPLETED, ANSWER)
    assert isinstance(events[-1].fact, Completed)
    assert "".join(each.fact.text for each in events if isinstance(each.fact, TextWritten)) == ANSWER.text
    told = [each.fact for each in events if isinstance(each.fact, Progressed)]
    assert [(each.stage, each.done, each.total) for each in told] == [
        (Stage.THINKING, 0, 1),
        (Stage.WRITING, 0, 1),
        (Stage.SAVING, 1, 1),
    ]
    assert recover(job, ()) == recover(job, events)
    [assignment] = bench.model.assignments
    assert (assignment.question, assignment.comment) == (a_question(0), "수치 중심")
    [history] = await bench.interviews.question_sets(USER_ID, INTERVIEW_ID)
    assert history.questions[0].answer is not None
    assert history.questions[0].answer.answer == ANSWER


async def test_a_broken_answer_is_written_again_from_its_beginning() -> None:
    broken = ModelError(ModelErrorCode.UNAVAILABLE, "away", retryable=True, retry_after=timedelta(0))
    bench = Workbench(ScriptedModel(DOCUMENT[:20], broken))
    await bench.queue_answer()
    await run(bench)
    assert isinstance((await bench.events(ANSWER_JOB_ID))[-1].fact, Retrying)
    bench.model.script = (DOCUMENT, a_finish())
    await run(bench)
    job, events = await bench.jobs.get(USER_ID, ANSWER_JOB_ID), await bench.events(ANSWER_JOB_ID)
    assert job.status is Status.COMPLETED
    assert Started(keeps=0) in [each.fact for each in events if each.position.attempt == 2]
    assert recover(job, ()) == recover(job, events)
    assert recover(job, ()).partial.text is not None


async def test_half_an_answer_is_no_answer() -> None:
    bench = Workbench(ScriptedModel(DOCUMENT[:-3], a_finish()))
    await bench.queue_answer()
    await run(bench)
    job = await bench.jobs.get(USER_ID, ANSWER_JOB_ID)
    assert (job.status, job.failures, job.result) == (Status.QUEUED, 1, None)
