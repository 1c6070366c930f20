"""Many web processes serve the same people: one that is deployed says goodbye to each, and they go on with another."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from server.domain.wire import Json
from tests.support.browser_client import User, Watcher, comparable
from tests.support.invariants import broken_promises
from tests.support.stack import Stack
from tests.support.wait import wait_until

BROWSERS = 20


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    settings = {"SAMPLE_SECONDS": "6", "DRAIN_SECONDS": "3"}
    with Stack(settings=settings, names=("web", "web2", "worker")) as stack:
        yield stack


async def leave(watcher: Watcher) -> Json:
    """Receive until the server closes the socket; return its goodbye, which came last."""
    with pytest.raises(ConnectionClosed, match="1012"):  # noqa: PT012
        while True:
            await watcher.receive()
    assert watcher.frames[-1]["type"] == "closing"
    return watcher.frames[-1]


async def go_on(stack: Stack, user: User, watcher: Watcher, job_id: str) -> Json:
    """Come back to the other process with what was known, and watch to the end."""
    user.url = stack.urls[1]
    async with user.connected(known=(job_id,)) as again:
        again.views = watcher.views
        return await again.until_ended(job_id)


async def test_a_deploy_ends_every_session_by_its_turn_and_loses_nothing(stack: Stack) -> None:
    async with AsyncExitStack() as browsers, User(stack.url) as user:
        watchers = [await browsers.enter_async_context(user.connected()) for _ in range(BROWSERS)]
        job = await user.generate(await user.add_interview(), count=6)
        await asyncio.gather(*(watcher.until("job.question", job["id"]) for watcher in watchers))
        stopping = asyncio.create_task(stack.terminate("web"))
        loop, ends = asyncio.get_running_loop(), []

        async def follow(watcher: Watcher) -> tuple[Json, Json]:
            goodbye = await leave(watcher)
            ends.append(loop.time())
            return goodbye, await go_on(stack, user, watcher, job["id"])

        told = await asyncio.gather(*map(follow, watchers))
        await stopping
        # No stampede: they leave one after the other, and each is told another moment to come back at.
        assert max(ends) - min(ends) > 1
        assert len({goodbye["retry_after_seconds"] for goodbye, _ in told}) > BROWSERS / 2
        user.http.base_url = stack.urls[1]
        final = comparable(await user.job(job["id"]))
        assert [comparable(view) for _, view in told] == [final] * BROWSERS
        await stack.start("web")
        user.url = stack.url
        assert await broken_promises(stack, user, [job["id"]]) == []


async def test_a_long_poll_is_answered_before_the_process_stops(stack: Stack) -> None:
    async with User(stack.url) as user:
        job = await user.generate(await user.add_interview(), count=6)
        await stack.kill("worker")
        view = await user.job(job["id"])
        held = {"If-None-Match": f'"{view["position"]}"', "Prefer": "wait=30"}
        poll = asyncio.create_task(user.http.get(f"/api/jobs/{job['id']}", headers=held))
        await asyncio.sleep(0.5)
        await stack.terminate("web")
        assert (await poll).status_code in (200, 304)
        await asyncio.gather(stack.start("web"), stack.start("worker"))
        await stack.wait_until_ended(job["id"], user.token)


async def test_a_process_that_is_about_to_stop_takes_nobody_new(stack: Stack) -> None:
    async with AsyncExitStack() as browsers, User(stack.url) as user:
        watchers = [await browsers.enter_async_context(user.connected()) for _ in range(3)]
        stopping = asyncio.create_task(stack.terminate("web"))

        async def is_closed() -> bool:
            try:
                async with user.connected():
                    return False
            except (OSError, InvalidStatus):
                return True

        await wait_until(is_closed, "nobody new is taken")
        assert not stopping.done()
        await asyncio.gather(*map(leave, watchers))
        await stopping
        await stack.start("web")
