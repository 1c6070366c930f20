"""A check on every asynchronous test: whoever starts a task sees to its end."""

import asyncio
import inspect
from collections.abc import AsyncIterator

import pytest

# A task that was cancelled still needs a turn of the event loop; one that needs longer than this has no owner.
GRACE_SECONDS = 0.2


@pytest.fixture
async def owned_tasks() -> AsyncIterator[None]:
    """Fail the test when it leaves an asyncio task running."""
    yield
    leaked = await tasks_left()
    assert not leaked, f"Tasks were left running: {leaked}"


@pytest.fixture(autouse=True)
def _every_task_is_owned(request: pytest.FixtureRequest) -> None:
    """Apply the check to asynchronous tests alone: the others get no event loop."""
    if inspect.iscoroutinefunction(getattr(request.node, "obj", None)):
        request.getfixturevalue("owned_tasks")


async def tasks_left() -> set[asyncio.Task[object]]:
    """Return the tasks, other than this one, that outlive the grace."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    return (await asyncio.wait(others, timeout=GRACE_SECONDS))[1] if others else set()
