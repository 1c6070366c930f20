"""A worker that dies or stops in the middle: its job goes on elsewhere, and what was finished is kept."""

import signal
from collections.abc import Iterator

import pytest

from tests.support.browser_client import User, comparable
from tests.support.invariants import broken_promises
from tests.support.stack import Stack
from tests.support.wait import wait_until

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


async def test_a_worker_that_slept_past_its_lease_changes_nothing() -> None:
    settings = {"SAMPLE_SECONDS": "8", "LEASE_SECONDS": "2"}
    with Stack(settings=settings, names=("web", "worker", "worker2")) as stack:
        async with User(stack.url) as user, user.connected() as watcher:
            job = await user.generate(await user.add_interview(), count=6)
            await watcher.until("job.question", job["id"])
            [asleep] = [name for name in ("worker", "worker2") if job["id"] in stack.output(name)]
            stack.signal(asleep, signal.SIGSTOP)
            started = await watcher.until("job.started", job["id"])
            stack.signal(asleep, signal.SIGCONT)
            view = await watcher.until_ended(job["id"])
            assert (started["attempt"] > 1, view["status"]) == (True, "completed")
            await wait_until(lambda: "stops: " in stack.output(asleep), "the worker knows that the job is not its own")
            assert await broken_promises(stack, user, [job["id"]]) == []


async def test_a_job_that_kills_three_workers_is_given_up() -> None:
    with Stack(settings={"SAMPLE_SECONDS": "60", "LEASE_SECONDS": "1"}) as stack:
        async with User(stack.url) as user, user.connected() as watcher:
            job = await user.generate(await user.add_interview(), count=6)
            for _ in range(3):
                await watcher.until("job.started", job["id"])
                await stack.kill("worker")
                await stack.start("worker")
            view = await watcher.until_ended(job["id"])
            assert (view["status"], view["error"]["code"]) == ("failed", "crashed")
            assert await broken_promises(stack, user, [job["id"]]) == []
