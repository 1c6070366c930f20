"""What a request may hold at the most, and that what is within its bounds is taken."""

import asyncio
import json
from collections.abc import Iterator

import pytest

from tests.support.browser_client import User
from tests.support.stack import Stack


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with Stack(names=["web"]) as stack:
        yield stack


async def test_the_largest_details_fit_however_they_are_escaped(stack: Stack) -> None:
    details = {"company": "a", "position": "b", "job_posting": "🙂" * 20_000, "resume": "🙂" * 20_000}
    body = json.dumps(details).encode()
    async with User(stack.url) as user:
        answer = await user.http.post("/api/interviews", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["resume"]) == (201, details["resume"])


async def test_headers_have_a_bound(stack: Stack) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", stack.port)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: a\r\n" + b"X-A: b\r\n" * 20_000)
    assert (await reader.readline()).startswith(b"HTTP/1.1 400")
    writer.close()
