"""One body of promises for every EventLog: the shipped double and Redis."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from server.adapters.memory_log import MemoryEventLog
from server.adapters.redis_client import connect
from server.adapters.redis_log import LOG_SECONDS, RedisEventLog, log_key
from server.domain.events import Cancelled, Event, Fact, Progressed, Queued, Restored, Started, TextWritten
from server.domain.job import Job, JobType, Position, Stage, Status
from server.domain.view import view_of
from server.ports import Appended, EventLog

AT = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
USER = str(uuid4())


@pytest.fixture(params=["memory", "redis"])
async def log(request: pytest.FixtureRequest) -> AsyncIterator[EventLog]:
    if request.param == "memory":
        yield MemoryEventLog()
        return
    redis = connect(request.getfixturevalue("redis_url"))
    yield RedisEventLog(redis)
    await redis.aclose()


def event(job_id: str, position: str, fact: Fact | None = None) -> Event:
    return Event(job_id, Position.parse(position), AT, fact or Progressed(Stage.WRITING, 1, 3))


def whole(job_id: str, position: str, kind: type[Queued] | type[Restored] = Restored) -> Event:
    job = Job(job_id, USER, str(uuid4()), JobType.QUESTION, Status.QUEUED, 3, "ko", AT)
    return event(job_id, position, kind(view_of(job)))


def text(job_id: str, position: str) -> Event:
    return event(job_id, position, TextWritten(0, 0, "안녕 🙂"))


@pytest.fixture
def job_id() -> str:
    return str(uuid4())


async def test_what_is_appended_is_read_back_in_order(log: EventLog, job_id: str) -> None:
    events = [whole(job_id, "0-1", Queued), event(job_id, "1-1", Started()), text(job_id, "1-2")]
    for each in events:
        assert await log.append(USER, [each]) is Appended.OK
    assert list((await log.read(USER, [job_id]))[job_id]) == events


async def test_several_events_are_appended_in_one_call(log: EventLog, job_id: str) -> None:
    events = [event(job_id, "1-1", Started()), text(job_id, "1-2"), event(job_id, "1-3")]
    assert await log.append(USER, events) is Appended.OK
    assert list((await log.read(USER, [job_id]))[job_id]) == events


async def test_an_append_whose_answer_was_lost_can_be_repeated(log: EventLog, job_id: str) -> None:
    first = [event(job_id, "1-1", Started()), event(job_id, "1-2")]
    await log.append(USER, first)
    assert await log.append(USER, [*first, event(job_id, "1-3")]) is Appended.OK
    assert [str(each.position) for each in (await log.read(USER, [job_id]))[job_id]] == ["1-1", "1-2", "1-3"]


async def test_a_lower_attempt_is_fenced_and_writes_nothing(log: EventLog, job_id: str) -> None:
    await log.append(USER, [event(job_id, "1-1", Started())])
    await log.append(USER, [event(job_id, "2-1", Cancelled())])
    assert await log.append(USER, [event(job_id, "1-2")]) is Appended.FENCED
    assert await log.append(USER, [whole(job_id, "1-2")]) is Appended.FENCED
    assert len((await log.read(USER, [job_id]))[job_id]) == 2


async def test_an_event_beyond_a_gap_is_lost_and_nothing_of_its_call_is_written(log: EventLog, job_id: str) -> None:
    await log.append(USER, [event(job_id, "1-1", Started())])
    assert await log.append(USER, [event(job_id, "1-3"), event(job_id, "1-4")]) is Appended.LOST
    assert len((await log.read(USER, [job_id]))[job_id]) == 1


async def test_without_its_tail_an_event_is_lost_but_a_whole_view_is_not(log: EventLog, job_id: str) -> None:
    assert await log.append(USER, [event(job_id, "1-7")]) is Appended.LOST
    assert await log.append(USER, [whole(job_id, "1-7")]) is Appended.OK
    assert await log.append(USER, [event(job_id, "1-8")]) is Appended.OK


async def test_a_higher_attempt_begins_at_one(log: EventLog, job_id: str) -> None:
    await log.append(USER, [event(job_id, "1-1", Started())])
    assert await log.append(USER, [event(job_id, "2-2")]) is Appended.LOST
    assert await log.append(USER, [event(job_id, "2-1", Started())]) is Appended.OK


async def test_a_job_without_a_log_reads_as_empty(log: EventLog, job_id: str) -> None:
    assert list((await log.read(USER, [job_id]))[job_id]) == []


async def test_logs_of_several_jobs_are_read_at_once(log: EventLog) -> None:
    ids = [str(uuid4()) for _ in range(3)]
    for each in ids:
        await log.append(USER, [event(each, "1-1", Started())])
    logs = await log.read(USER, ids)
    assert {each: len(logs[each]) for each in ids} == dict.fromkeys(ids, 1)


async def test_racing_attempts_leave_one_contiguous_winner(log: EventLog, job_id: str) -> None:
    async def attempt(number: int) -> list[Appended]:
        return [await log.append(USER, [event(job_id, f"{number}-{n}")]) for n in range(1, 20)]

    await asyncio.gather(*(attempt(number) for number in (1, 2, 3)))
    positions = [each.position for each in (await log.read(USER, [job_id]))[job_id]]
    assert positions == sorted(positions)
    assert [each.n for each in positions if each.attempt == 3] == list(range(1, 20))


async def test_a_log_in_redis_expires_an_hour_after_its_last_write(redis_url: str, job_id: str) -> None:
    redis = connect(redis_url)
    await RedisEventLog(redis).append(USER, [event(job_id, "1-1", Started())])
    assert LOG_SECONDS - 5 <= await redis.ttl(log_key(USER, job_id)) <= LOG_SECONDS
    await redis.aclose()


@pytest.mark.parametrize(
    "entry",
    [
        {"event": '{"type":"job.note","job_id":"?","position":"1-2","at":"2026-11-23T14:30:00.000Z"}'},
        {"event": "no JSON"},
        {"event": "[]"},
        {"another": "field"},
    ],
)
async def test_what_a_newer_version_wrote_ends_the_log_and_not_the_reading(
    redis_url: str, job_id: str, entry: dict[str, str]
) -> None:
    redis = connect(redis_url)
    log = RedisEventLog(redis)
    known = event(job_id, "1-1", Started())
    await log.append(USER, [known])
    await redis.xadd(log_key(USER, job_id), entry, id="1-2")  # type: ignore[arg-type]
    assert list((await log.read(USER, [job_id]))[job_id]) == [known]
    await redis.aclose()
