"""A worker that dies or stops in the middle: its job goes on elsewhere, and what was finished is kept."""

from collections.abc import Iterator

import pytest

from tests.support.browser_client import User, comparable
from tests.support.stack import Stack

# A killed worker is noticed by its lease; one that is asked to stop gives its job back and needs no lease to run out.
LEASES = {"kill": "2", "terminate": "600"}


@pytest.fixture(params=LEASES)
def ending(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def stack(ending: str) -> Iterator[Stack]:
    with Stack(settings={"SAMPLE_SECONDS": "6", "LEASE_SECONDS": LEASES[ending]}) as stack:
        yield stack


async def test_another_worker_goes_on_and_keeps_the_finished_questions(stack: Stack, ending: str) -> None:
    async with User(stack.url) as user, user.connected() as watcher:
        job = await user.generate(await user.add_interview(), count=6)
        kept = [(await watcher.until("job.question", job["id"]))["question"] for _ in range(2)]
        await (stack.kill("worker") if ending == "kill" else stack.terminate("worker"))
        await stack.start("worker")
        view = await watcher.until_ended(job["id"])
        assert view["status"] == "completed"
        assert view["result"]["questions"][:2] == kept
        assert [question["index"] for question in view["result"]["questions"]] == list(range(6))
        assert comparable(view) == comparable(await user.job(job["id"]))
        first, *_, last = (frame["keeps"] for frame in watcher.frames if frame["type"] == "job.started")
        assert first == 0
        assert last >= 2
