"""What is told of a job by who does not run it: its end, and with it what nobody was told of."""

from server.announcer import Announcer
from server.domain.events import Cancelled, Event, Fact, Queued, Restored, Started, TextWritten
from server.domain.fold import fold_all
from server.domain.job import Job, Position
from server.domain.view import View, view_of
from server.recovery import recover
from tests.support.strategies import USER_ID, a_question, seconds
from tests.support.workbench import QUESTION_ID, ScriptedModel, Workbench


async def tell(bench: Workbench, job: Job, *facts: Fact) -> None:
    """Append the first events of an attempt."""
    events = [Event(job.id, Position(job.attempt, n), seconds(n), fact) for n, fact in enumerate(facts, 1)]
    await bench.log.append(USER_ID, events)


async def running(bench: Workbench) -> Job:
    """Queue and claim a job; of its first question the text was told."""
    queued = await bench.queue_job()
    await tell(bench, queued, Queued(view_of(queued)))
    job = await bench.claim()
    await tell(bench, job, Started(), TextWritten(0, 0, "Question 0?"))
    return job


async def cancel(bench: Workbench, job: Job) -> View:
    cancelled, _ = await bench.jobs.cancel(USER_ID, job.id, seconds(9))
    return await Announcer(bench.jobs, bench.log, bench.clock).tell_end(cancelled, Cancelled())


async def seen(bench: Workbench) -> View:
    """Return what a browser holds that was told everything."""
    events = await bench.events()
    assert isinstance(events[0].fact, Queued)
    return fold_all(events[0].fact.job, events)


async def test_an_end_alone_is_enough_where_everything_was_told() -> None:
    bench = Workbench(ScriptedModel())
    job = await running(bench)
    view = await cancel(bench, job)
    assert view.position == Position(2, 1)
    assert view == await seen(bench) == view_of(await bench.jobs.get(USER_ID, job.id))


async def test_a_question_whose_event_never_came_is_told_after_the_end() -> None:
    bench = Workbench(ScriptedModel())
    job = await running(bench)
    await bench.jobs.checkpoint(job.id, job.attempt, a_question(0), QUESTION_ID, seconds(8))
    view = await cancel(bench, job)
    assert (view.partial.questions, view.partial.text) == ((a_question(0),), None)
    assert [str(event.position) for event in (await bench.events())[-2:]] == ["2-1", "2-2"]
    assert view == await seen(bench) == view_of(await bench.jobs.get(USER_ID, job.id))


async def test_a_log_that_was_lost_before_the_end_is_told_anew() -> None:
    bench = Workbench(ScriptedModel())
    job = await running(bench)
    bench.log.lose(USER_ID, job.id)
    view = await cancel(bench, job)
    events = await bench.events()
    assert isinstance(events[-1].fact, Restored)
    assert events[-1].fact.job == view == view_of(await bench.jobs.get(USER_ID, job.id))


async def test_until_it_is_sealed_the_log_tells_what_was_told_after_the_end() -> None:
    bench = Workbench(ScriptedModel())
    job = await running(bench)
    await bench.jobs.checkpoint(job.id, job.attempt, a_question(0), QUESTION_ID, seconds(8))
    cancelled, _ = await bench.jobs.cancel(USER_ID, job.id, seconds(9))
    view = await Announcer(bench.jobs, bench.log, bench.clock).tell_end(cancelled, Cancelled())
    assert recover(cancelled, await bench.events()) == view
