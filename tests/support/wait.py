"""Waiting for what a test expects, instead of sleeping and hoping."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar, overload

T = TypeVar("T")

# Far above anything a healthy machine needs, below the time-out of a test: a failure names what was waited for.
DEFAULT_SECONDS = 10.0
POLL_SECONDS = 0.01


@overload
async def wait_until(predicate: Callable[[], Awaitable[T]], description: str, timeout_seconds: float = ...) -> T: ...
@overload
async def wait_until(predicate: Callable[[], T], description: str, timeout_seconds: float = ...) -> T: ...
async def wait_until(
    predicate: Callable[[], object], description: str, timeout_seconds: float = DEFAULT_SECONDS
) -> object:
    """Poll until the predicate's answer is true and return it; fails with the description otherwise."""
    deadline = time.monotonic() + timeout_seconds
    while True:
        answer = predicate()
        value: object = await answer if inspect.isawaitable(answer) else answer
        if value:
            return value
        _fail_if_late(deadline, description, timeout_seconds, value)
        await asyncio.sleep(POLL_SECONDS)


def block_until(predicate: Callable[[], T], description: str, timeout_seconds: float = DEFAULT_SECONDS) -> T:
    """Do the same where no event loop runs, as in fixtures of the whole session."""
    deadline = time.monotonic() + timeout_seconds
    while not (value := predicate()):
        _fail_if_late(deadline, description, timeout_seconds, value)
        time.sleep(POLL_SECONDS)
    return value


def _fail_if_late(deadline: float, description: str, timeout_seconds: float, value: object) -> None:
    if time.monotonic() > deadline:
        raise AssertionError(
            f"Waited {timeout_seconds:g} s in vain until {description}; the last answer was {value!r}."
        )
