"""Anti-entropy: what was committed and never told is found, and reaches every browser."""

from datetime import UTC, datetime, timedelta

import pytest

from server.adapters.sql_database import Database
from server.adapters.sql_jobs import SqlJobStore
from server.domain.job import Job, JobError
from server.domain.view import view_of
from tests.support.browser_client import User, comparable
from tests.support.stack import Stack

CRASHED = JobError("crashed", "Nobody tells of this.", retryable=True)


async def end_in_silence(stack: Stack, job_id: str) -> None:
    """Do what a worker does that dies between the commit of an end and its event."""
    database = Database(stack.settings.database_url)
    jobs, now = SqlJobStore(database), datetime.now(UTC)
    job = await jobs.claim(job_id, "a worker that dies", now, timedelta(minutes=10))
    assert isinstance(job, Job)
    await jobs.fail(job.id, view_of(job), CRASHED, now)
    await database.close()


@pytest.mark.parametrize("fault", ["nothing else", "Redis restarts"])
async def test_an_end_that_nobody_told_reaches_every_browser(fault: str) -> None:
    with Stack(names=("web", "web2")) as stack:
        async with User(stack.urls[0]) as user:
            interview_id = await user.add_interview()
            async with user.connected() as watcher:
                job_id = (await user.generate(interview_id))["id"]
                user.url = stack.urls[1]
                async with user.connected() as other:
                    await other.until("snapshot")
                    await end_in_silence(stack, job_id)
                    if fault == "Redis restarts":
                        await stack.redis.restart()
                    views = [await each.until_ended(job_id) for each in (watcher, other)]
                    told = comparable(await user.job(job_id))
                    assert told["error"]["code"] == CRASHED.code
                    assert [comparable(view) for view in views] == [told, told]
