"""What must hold of a job whatever died meanwhile: asked of the database, the log, HTTP and a browser that comes."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from server.adapters.redis_client import connect
from server.adapters.redis_log import RedisEventLog
from server.adapters.sql_database import Database
from server.adapters.sql_interviews import SqlInterviewStore
from server.adapters.sql_jobs import SqlJobStore
from server.domain.events import Event, Queued, Restored
from server.domain.interview import QuestionSet
from server.domain.job import TERMINAL, Job, JobType, QuestionsResult, Status
from server.domain.view import view_of
from server.domain.wire import view_json
from tests.support.browser_client import User, comparable
from tests.support.stack import Stack


async def broken_promises(stack: Stack, user: User, job_ids: Sequence[str]) -> list[str]:
    """Return what does not hold of these jobs of one user, all of which should have ended."""
    database, redis = Database(stack.settings.database_url), connect(stack.redis.url)
    try:
        jobs = {job.id: job for job in await SqlJobStore(database).select(user.user_id, job_ids)}
        logs = await RedisEventLog(redis).read(user.user_id, job_ids)
        broken = [f"{job_id}: lost" for job_id in job_ids if job_id not in jobs]
        for job in jobs.values():
            sets = await SqlInterviewStore(database).question_sets(user.user_id, job.interview_id)
            broken += [f"{job.id}: {each}" for each in [*_of_row(job, sets), *_of_log(logs[job.id])]]
            broken += [f"{job.id}: {each}" for each in await _of_views(user, job)]
        return broken
    finally:
        await redis.aclose()
        await database.close()


def _of_row(job: Job, sets: Iterable[QuestionSet]) -> Iterable[str]:
    """One terminal state, one result, unique indexes."""
    if job.status not in TERMINAL:
        yield f"still {job.status}"
    if (job.result is not None) != (job.status is Status.COMPLETED):
        yield f"{job.status} with result {job.result}"
    kept = [each for each in sets if each.job_id == job.id]
    wanted = int(job.type is JobType.QUESTION and job.status is Status.COMPLETED)
    if len(kept) != wanted:
        yield f"{len(kept)} sets in the history"
    if isinstance(job.result, QuestionsResult):
        indexes = [question.index for question in job.result.questions]
        if indexes != list(range(len(indexes))):
            yield f"indexes {indexes}"
        if kept and [each.question for each in kept[0].questions] != list(job.result.questions):
            yield "the set is not the result"


def _of_log(log: Sequence[Event]) -> Iterable[str]:
    """Nothing is skipped within an attempt, and no lower attempt writes after a higher one."""
    for before, after in pairwise(log):
        is_whole = isinstance(after.fact, Queued | Restored)
        if not after.position.follows(before.position) and not (is_whole and after.position > before.position):
            yield f"{after.position} after {before.position}"


async def _of_views(user: User, job: Job) -> Iterable[str]:
    """HTTP, a browser that comes now, and the row say the same."""
    told = comparable(await user.job(job.id))
    async with user.connected(known=(job.id,)) as watcher:
        await watcher.until("snapshot")
        seen = comparable(watcher.view(job.id)) if job.id in watcher.views else None
    broken = [] if seen == told else [f"a browser sees {seen}, HTTP tells {told}"]
    row = comparable(view_json(view_of(job), job.completed_at or job.created_at))
    if job.is_sealed and row != told:
        broken.append(f"HTTP tells {told}, the row {row}")
    return broken
