"""One read for all who ask at the same moment, each with its own answer."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import pytest

from server.domain.errors import Unavailable
from server.domain.job import Job
from server.gathering import MAX_USERS, ActiveJobs
from server.ports import JobStore
from tests.contract.stores import new_id
from tests.support.strategies import A_JOB

# As many as one process may have to take back at once.
RETURNING = 5_000


class Store:
    """Counts reads, and takes a turn of the loop for each; every user has one active job under the user's own id."""

    def __init__(self) -> None:
        self.reads: list[int] = []
        self.problem: Exception | None = None

    async def active(self, user_ids: Sequence[str], known: Sequence[str] = ()) -> list[Job]:
        self.reads.append(len(user_ids))
        await asyncio.sleep(0)
        if self.problem:
            raise self.problem
        return [replace(A_JOB, id=f"job of {user_id}", user_id=user_id) for user_id in user_ids]


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def jobs(store: Store) -> ActiveJobs:
    return ActiveJobs(cast(JobStore, store))


async def test_five_thousand_who_return_at_once_need_few_reads(store: Store, jobs: ActiveJobs) -> None:
    users = [new_id() for _ in range(RETURNING)]
    found = await asyncio.gather(*map(jobs.read, users))
    assert [[job.user_id for job in each] for each in found] == [[user] for user in users]
    assert len(store.reads) <= RETURNING / MAX_USERS + 1
    assert max(store.reads) <= MAX_USERS


async def test_who_comes_alone_waits_for_nobody(store: Store, jobs: ActiveJobs) -> None:
    for user in ("ada", "bob"):
        [job] = await jobs.read(user)
        assert job.user_id == user
    assert store.reads == [1, 1]


@pytest.mark.parametrize("problem", [Unavailable("The database does not answer."), ValueError("an unreadable row")])
async def test_a_failure_is_told_to_all_who_wait_and_later_ones_are_served(
    store: Store, jobs: ActiveJobs, problem: Exception
) -> None:
    store.problem = problem
    found = await asyncio.gather(*map(jobs.read, ["ada", "bob", "eve"]), return_exceptions=True)
    assert found == [problem] * 3
    store.problem = None
    assert len(await jobs.read("ada")) == 1


async def test_who_goes_away_while_waiting_disturbs_nobody(store: Store, jobs: ActiveJobs) -> None:
    leaving, staying = (asyncio.create_task(jobs.read(user)) for user in ("ada", "bob"))
    await asyncio.sleep(0)
    leaving.cancel()
    assert [job.user_id for job in await staying] == ["bob"]
