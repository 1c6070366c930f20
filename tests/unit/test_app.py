"""The answer to a bug of ours: it tells nothing, and carries what every answer carries."""

from types import SimpleNamespace
from typing import cast

import httpx

from server.app import create_app
from server.parts import Parts
from server.settings import Settings


async def test_a_bug_is_a_problem_with_the_headers_of_every_answer() -> None:
    settings = Settings.from_environment({})
    parts = SimpleNamespace(
        settings=settings, sockets=SimpleNamespace(endpoint=None), check_database=None, check_redis=None
    )
    broken = create_app(cast(Parts, parts))
    # Starlette raises again what it has answered, so that the server logs it.
    transport = httpx.ASGITransport(broken, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        answer = await http.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "NoneType" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
