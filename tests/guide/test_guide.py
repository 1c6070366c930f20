"""Six ideas that carry the house. Read from the top."""

from datetime import timedelta

from server.domain.events import Cancelled, Event, QuestionWritten, Queued, Started, TextWritten
from server.domain.fold import Verdict, fold, fold_all
from server.domain.job import Draft, Position, Status
from server.domain.outbox import Outbox, SnapshotRequest
from server.domain.session import Close, Identity, Join, Send, Session
from server.ports import Appended
from server.recovery import recover
from tests.support.strategies import A_VIEW, CREATED_AT, JOB_ID, USER_ID, a_question, seconds
from tests.support.workbench import ScriptedModel, Workbench, a_finish, document
from worker.attempt import Attempt

LOG = [
    Event(JOB_ID, Position(0, 1), seconds(0), Queued(A_VIEW)),
    Event(JOB_ID, Position(1, 1), seconds(1), Started()),
    Event(JOB_ID, Position(1, 2), seconds(2), TextWritten(0, 0, "Tell me ab")),
    Event(JOB_ID, Position(1, 3), seconds(3), QuestionWritten(a_question(0))),
    Event(JOB_ID, Position(1, 4), seconds(4), TextWritten(1, 0, "And wh")),
]


def test_1_what_people_see_of_a_job_is_the_fold_of_its_log() -> None:
    """Nobody sends a state: what happens is told as events, and whoever has them all can work the state out."""
    view = fold_all(A_VIEW, LOG)
    assert view.status is Status.PROCESSING
    assert view.partial.questions == (a_question(0),)
    assert view.partial.text == Draft(1, "And wh")
    assert view.position == Position(1, 4)


def test_2_a_position_tells_whether_something_was_missed() -> None:
    """An event is old, next, or beyond a gap. Old ones are harmless; a gap is answered by asking for the state."""
    view = fold_all(A_VIEW, LOG[:3])
    assert fold(view, LOG[1]) == (view, Verdict.OLD)
    assert fold(view, LOG[3])[1] is Verdict.APPLIED
    assert fold(view, LOG[4]) == (view, Verdict.GAP)


def test_3_the_attempt_is_a_fence() -> None:
    """Cancelling raises the attempt; whatever the old attempt still says is too late, in every fold."""
    cancelled = Event(JOB_ID, Position(2, 1), seconds(5), Cancelled())
    view = fold_all(A_VIEW, [*LOG, cancelled])
    assert view.status is Status.CANCELLED
    assert view.partial.questions == (a_question(0),), "what was written stays"
    too_late = Event(JOB_ID, Position(1, 5), seconds(6), TextWritten(1, 6, "ich"))
    assert fold(view, too_late) == (view, Verdict.OLD)


async def test_4_an_attempt_leaves_a_row_and_a_log_that_say_the_same() -> None:
    """The worker writes the truth into the database and tells it through the log. Lose the log: the row is enough."""
    bench = Workbench(ScriptedModel(document(a_question(0), a_question(1)), a_finish()))
    await bench.queue_job(count=2)
    await Attempt(await bench.claim(), bench.shop).run()
    row, log = await bench.jobs.get(USER_ID, JOB_ID), await bench.events()
    assert row.status is Status.COMPLETED
    assert recover(row, log) == recover(row, [])

    zombie = Event(JOB_ID, Position(0, 9), seconds(9), Cancelled())
    assert await bench.log.append(USER_ID, [zombie]) is Appended.FENCED


def test_5_a_conversation_needs_no_socket() -> None:
    """The WebSocket session is a value: frames in, effects out. The shell around it only carries them out."""
    session = Session("a session", Identity(USER_ID, seconds(3600)), CREATED_AT, timedelta(minutes=45))
    welcome, join = session.receive('{"type":"connect"}', seconds(1))
    assert isinstance(welcome, Send)
    assert join == Join(USER_ID, ())
    assert [type(effect) for effect in session.receive("not a frame", seconds(2))] == [Close]


def test_6_who_falls_behind_gets_the_state_instead_of_the_backlog() -> None:
    """The outbox is bounded. When it overflows, one snapshot takes the place of everything in it."""
    outbox = Outbox()
    for n in range(1000):
        outbox.put(f'{{"type":"job.text","job_id":"{JOB_ID}","n":{n}}}')
    assert len(outbox) <= 256
    assert outbox.pop() == SnapshotRequest(known=(JOB_ID,))
