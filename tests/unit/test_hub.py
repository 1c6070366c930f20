"""The hub without Redis: who is told what, and when somebody has to catch up."""

from server.adapters.memory_database import MemoryDatabase
from server.adapters.memory_jobs import MemoryJobStore
from server.domain.events import Cancelled, Event, Queued, Retrying, Started
from server.domain.job import Position
from server.domain.view import view_of
from server.domain.wire import dumps, event_json
from server.hub import Hub
from server.ports import FeedReceiver
from tests.support.strategies import A_VIEW, AN_ERROR, JOB_ID, USER_ID, seconds
from tests.support.workbench import ScriptedModel, WallClock, Workbench


class Follows:
    """Stands where the feed stands: remembers who is followed."""

    def __init__(self) -> None:
        self.users: set[str] = set()

    def follow(self, user_id: str) -> None:
        self.users.add(user_id)

    def unfollow(self, user_id: str) -> None:
        self.users.discard(user_id)

    async def run(self, receiver: FeedReceiver) -> None:
        receiver.connected()


class Listener:
    """Counts what it is told."""

    def __init__(self) -> None:
        self.frames: list[str] = []
        self.resyncs = 0

    def put(self, frame: str) -> None:
        self.frames.append(frame)

    def resync(self) -> None:
        self.resyncs += 1


QUEUED = dumps(event_json(Event(JOB_ID, Position(0, 1), seconds(0), Queued(A_VIEW))))
CANCELLED = dumps(event_json(Event(JOB_ID, Position(1, 1), seconds(1), Cancelled())))


def a_hub() -> tuple[Hub, Follows]:
    follows = Follows()
    return Hub(follows, MemoryJobStore(MemoryDatabase()), WallClock()), follows


def test_a_user_is_followed_only_while_somebody_listens() -> None:
    hub, follows = a_hub()
    one, two = Listener(), Listener()
    hub.join(USER_ID, one)
    hub.join(USER_ID, two)
    hub.leave(USER_ID, one)
    assert follows.users == {USER_ID}
    hub.leave(USER_ID, two)
    hub.leave(USER_ID, two)
    assert follows.users == set()


def test_the_published_text_is_forwarded_as_it_is_to_that_user_alone() -> None:
    hub, _ = a_hub()
    mine, other = Listener(), Listener()
    hub.join(USER_ID, mine)
    hub.join("another user", other)
    hub.published(USER_ID, QUEUED)
    assert mine.frames == [QUEUED]
    assert other.frames == []


def test_who_joins_catches_up_when_the_subscription_counts_and_not_before() -> None:
    hub, _ = a_hub()
    hub.connected()
    first, second = Listener(), Listener()
    hub.join(USER_ID, first)
    assert first.resyncs == 0
    hub.subscribed(USER_ID)
    assert first.resyncs == 1
    hub.join(USER_ID, second)
    assert (first.resyncs, second.resyncs) == (1, 1)


def test_while_redis_is_away_everybody_is_served_from_the_database_once() -> None:
    hub, _ = a_hub()
    hub.connected()
    waiting, later = Listener(), Listener()
    hub.join(USER_ID, waiting)
    for _ in range(3):
        hub.disconnected()
    assert waiting.resyncs == 1
    hub.join(USER_ID, later)
    assert later.resyncs == 1
    hub.connected()
    hub.subscribed(USER_ID)
    assert (waiting.resyncs, later.resyncs) == (2, 2)


def test_a_job_is_active_from_its_first_event_to_its_last_whatever_an_old_snapshot_says() -> None:
    hub, _ = a_hub()
    hub.join(USER_ID, Listener())
    hub.published(USER_ID, QUEUED)
    assert hub.active_job_ids(USER_ID) == (JOB_ID,)
    hub.published(USER_ID, CANCELLED)
    hub.learn(USER_ID, [JOB_ID], [A_VIEW])
    assert hub.active_job_ids(USER_ID) == ()


def test_a_job_that_nobody_finds_any_more_is_not_active() -> None:
    hub, _ = a_hub()
    hub.join(USER_ID, Listener())
    hub.learn(USER_ID, [], [A_VIEW])
    assert hub.active_job_ids(USER_ID) == (JOB_ID,)
    hub.learn(USER_ID, [JOB_ID], [])
    assert hub.active_job_ids(USER_ID) == ()


async def test_an_end_nobody_told_is_found_by_looking_again() -> None:
    bench = Workbench(ScriptedModel())
    await bench.queue_job()
    hub, listener = Hub(Follows(), bench.jobs, bench.clock), Listener()
    hub.connected()
    hub.join(USER_ID, listener)
    hub.published(USER_ID, QUEUED)
    await hub.look_again()
    assert listener.resyncs == 0
    await bench.jobs.cancel(USER_ID, JOB_ID, bench.clock.now())
    await hub.look_again()
    assert listener.resyncs == 1


async def test_an_attempt_nobody_told_of_is_found_by_looking_again() -> None:
    bench = Workbench(ScriptedModel())
    await bench.queue_job()
    hub, listener = Hub(Follows(), bench.jobs, bench.clock), Listener()
    hub.connected()
    hub.join(USER_ID, listener)
    hub.published(USER_ID, QUEUED)
    job = await bench.claim()
    await hub.look_again()
    assert listener.resyncs == 1
    hub.published(USER_ID, dumps(event_json(Event(JOB_ID, Position(1, 1), seconds(1), Started()))))
    await hub.look_again()
    assert listener.resyncs == 1
    await bench.jobs.postpone(JOB_ID, job.attempt, seconds(9))
    await hub.look_again()
    assert listener.resyncs == 2
    hub.published(USER_ID, dumps(event_json(Event(JOB_ID, Position(1, 2), seconds(1), Retrying(AN_ERROR, seconds(9))))))
    await hub.look_again()
    assert listener.resyncs == 2


async def test_a_job_that_began_and_ended_while_redis_was_away_is_shown() -> None:
    bench = Workbench(ScriptedModel())
    hub, listener = Hub(Follows(), bench.jobs, bench.clock), Listener()
    hub.connected()
    hub.join(USER_ID, listener)
    hub.disconnected()
    await bench.queue_job()
    ended, _ = await bench.jobs.cancel(USER_ID, JOB_ID, bench.clock.now())
    await hub.look_again()
    assert (hub.active_job_ids(USER_ID), listener.resyncs) == ((), 1)
    hub.connected()
    await hub.look_again()
    assert (hub.active_job_ids(USER_ID), listener.resyncs) == ((JOB_ID,), 2)
    hub.learn(USER_ID, [JOB_ID], [view_of(ended)])
    await hub.look_again()
    assert (hub.active_job_ids(USER_ID), listener.resyncs) == ((), 2)


async def test_a_job_whose_end_was_heard_is_not_shown_again() -> None:
    bench = Workbench(ScriptedModel())
    await bench.queue_job()
    hub, listener = Hub(Follows(), bench.jobs, bench.clock), Listener()
    hub.connected()
    hub.join(USER_ID, listener)
    hub.published(USER_ID, QUEUED)
    hub.published(USER_ID, CANCELLED)
    await bench.jobs.cancel(USER_ID, JOB_ID, bench.clock.now())
    hub.disconnected()
    hub.connected()
    before = listener.resyncs
    await hub.look_again()
    assert (hub.active_job_ids(USER_ID), listener.resyncs) == ((), before)


def test_an_event_of_another_form_is_forwarded_and_costs_nobody_the_connection() -> None:
    hub, _ = a_hub()
    listener = Listener()
    hub.join(USER_ID, listener)
    joined = listener.resyncs
    for text in ('{"type":"job.queued","job":{}}', '{"type":"job.failed"', '{"type":"job.dreamt"}'):
        hub.published(USER_ID, text)
    assert len(listener.frames) == 3
    assert listener.resyncs == joined + 2
