"""What generations cost, seen from outside: the limit of a day, the figures for an operator."""

from collections.abc import Iterator

import pytest

from tests.support.browser_client import User
from tests.support.stack import Stack
from tests.support.wait import wait_until

COMPLETED = 'interview_live_attempts_total{model="sample",outcome="completed"}'


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with Stack(None, {"SAMPLE_SECONDS": "0", "DAILY_GENERATIONS": "2"}) as stack:
        yield stack


async def test_a_day_has_so_many_generations(stack: Stack) -> None:
    async with User(stack.url) as user, user.connected() as watcher:
        interview_id = await user.add_interview()
        for _ in range(2):
            await watcher.until_ended((await user.generate(interview_id, count=1))["id"])
        refused = await user.http.post("/api/ai/question", json={"interview_id": interview_id, "count": 1})
        assert (refused.status_code, refused.json()["code"]) == (429, "daily_limit")
        assert 0 < int(refused.headers["retry-after"]) <= 24 * 3600
        assert (await user.http.get("/api/jobs?status=active")).json()["jobs"] == []
        async with User(stack.url) as other:
            await other.generate(await other.add_interview(), count=1)


async def has_figure(user: User, name: str) -> bool:
    return name in (await user.http.get("/metrics")).text


async def test_the_figures_of_all_workers_are_shown_by_model_and_outcome(stack: Stack) -> None:
    async with User(stack.url) as user, user.connected() as watcher:
        await watcher.until_ended((await user.generate(await user.add_interview(), count=1))["id"])
        await wait_until(lambda: has_figure(user, COMPLETED), "the attempt is counted")
        figures = (await user.http.get("/metrics")).text
        assert 'interview_live_tokens_total{direction="output",model="sample"} 0.0' in figures
        assert "interview_live_sockets 1.0" in figures
