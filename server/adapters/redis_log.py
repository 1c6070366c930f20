"""EventLog on Redis: a stream for each job, appended to and published by one Lua call (protocol.md, Redis).

Redis itself refuses a zombie: a stream id is `<attempt>-<n>`, and the script compares it with the tail.
"""

import json
import logging
from collections.abc import Mapping, Sequence

from redis.asyncio import Redis

from server.adapters.redis_client import deadline
from server.domain.events import Event, Queued, Restored
from server.domain.wire import dumps, event_json, parse_event
from server.ports import Appended

logger = logging.getLogger(__name__)

# A browser that comes back within the hour replays the text; after that the database row says enough.
LOG_SECONDS = 3600

# KEYS: log, channel. ARGV: seconds to live, attempt, then n, whole (a view that needs no tail), text of each event.
_APPEND = """
local attempt = tonumber(ARGV[2])
local tail_attempt, tail_n = -1, 0
local tail = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if tail then
  local a, n = string.match(tail[1], '(%d+)-(%d+)')
  tail_attempt, tail_n = tonumber(a), tonumber(n)
end
if tail_attempt > attempt then return 'fenced' end
local written = tail_attempt == attempt and tail_n or 0
for i = 3, #ARGV, 3 do
  local n = tonumber(ARGV[i])
  if n > written then
    if n > written + 1 and ARGV[i + 1] == '0' then return 'lost' end
    redis.call('XADD', KEYS[1], attempt .. '-' .. n, 'event', ARGV[i + 2])
    redis.call('PUBLISH', KEYS[2], ARGV[i + 2])
    written = n
  end
end
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 'ok'
"""


def channel_of(user_id: str) -> str:
    """Return the pub/sub channel of a user; the braces keep a user's keys in one Redis Cluster slot."""
    return f"events:{{{user_id}}}"


def log_key(user_id: str, job_id: str) -> str:
    """Return the stream key of a job's log."""
    return f"job-log:{{{user_id}}}:{job_id}"


class RedisEventLog:
    """The logs of all jobs in one Redis."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._append = redis.register_script(_APPEND)

    async def append(self, user_id: str, events: Sequence[Event]) -> Appended:
        """Append and publish consecutive events of one job in one call."""
        first = events[0]
        arguments: list[str | int] = [LOG_SECONDS, first.position.attempt]
        for event in events:
            whole = isinstance(event.fact, Queued | Restored)
            arguments += [event.position.n, int(whole), dumps(event_json(event))]
        keys = [log_key(user_id, first.job_id), channel_of(user_id)]
        async with deadline():
            answer = await self._append(keys, arguments)
        return Appended(answer.decode())

    async def check(self) -> None:
        """Make sure that Redis answers; raises Unavailable."""
        async with deadline():
            await self._redis.ping()

    async def read(self, user_id: str, job_ids: Sequence[str]) -> Mapping[str, Sequence[Event]]:
        """Read the logs of several jobs of one user in one round trip."""
        async with deadline(), self._redis.pipeline(transaction=False) as pipeline:
            for job_id in job_ids:
                pipeline.xrange(log_key(user_id, job_id))
            logs = await pipeline.execute()
        return {job_id: _events(job_id, entries) for job_id, entries in zip(job_ids, logs, strict=True)}


def _events(job_id: str, entries: Sequence[tuple[bytes, Mapping[bytes, bytes]]]) -> list[Event]:
    """Return the events up to the first that is of another form: a newer version may have written it."""
    events = []
    for position, fields in entries:
        try:
            events.append(parse_event(json.loads(fields[b"event"])))
        except (ValueError, KeyError, TypeError):
            logger.warning("job %s: what stands at %s of its log was not understood", job_id, position.decode())
            break
    return events
