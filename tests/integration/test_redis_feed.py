"""The feed against a real Redis: subscriptions that count, bytes that stay bytes, restarts that are noticed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest

from server.adapters import redis_feed
from server.adapters.redis_client import connect
from server.adapters.redis_feed import RedisFeed
from server.adapters.redis_log import channel_of
from tests.support.redis_server import RedisServer
from tests.support.wait import wait_until


class Notebook:
    """Writes down what the feed tells."""

    def __init__(self) -> None:
        self.published_texts: list[tuple[str, str]] = []
        self.subscriptions: list[str] = []
        self.losses = 0

    def published(self, user_id: str, text: str) -> None:
        self.published_texts.append((user_id, text))

    def subscribed(self, user_id: str) -> None:
        self.subscriptions.append(user_id)

    def connected(self) -> None:
        pass

    def disconnected(self) -> None:
        self.losses += 1


@asynccontextmanager
async def listening(feed: RedisFeed, notebook: Notebook) -> AsyncIterator[None]:
    task = asyncio.create_task(feed.run(notebook))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_every_message_after_the_acknowledgement_arrives_though_many_subscribe_at_once(redis_url: str) -> None:
    feed, notebook, redis = RedisFeed(redis_url), Notebook(), connect(redis_url)
    users = [str(uuid4()) for _ in range(700)]
    async with listening(feed, notebook):
        for user in users:
            feed.follow(user)
        await wait_until(lambda: len(notebook.subscriptions) == 700, "all subscriptions are acknowledged")
        for user in users:
            await redis.publish(channel_of(user), f"안녕 {user}")
        await wait_until(lambda: len(notebook.published_texts) == 700, "all messages arrive")
    assert notebook.published_texts == [(user, f"안녕 {user}") for user in users]
    await redis.aclose()


async def test_nothing_of_a_user_who_is_no_longer_followed_arrives(redis_url: str) -> None:
    feed, notebook, redis = RedisFeed(redis_url), Notebook(), connect(redis_url)
    async with listening(feed, notebook):
        feed.follow("a")
        feed.follow("b")
        await wait_until(lambda: len(notebook.subscriptions) == 2, "both are followed")
        feed.unfollow("a")

        async def only_b_listens() -> bool:
            return bool(await redis.pubsub_numsub(channel_of("a")) == [(channel_of("a").encode(), 0)])

        await wait_until(only_b_listens, "Redis has forgotten a")
        await redis.publish(channel_of("a"), "to nobody")
        await redis.publish(channel_of("b"), "to b")
        await wait_until(lambda: bool(notebook.published_texts), "b hears")
    assert notebook.published_texts == [("b", "to b")]
    await redis.aclose()


async def test_a_restarted_redis_is_followed_again_and_the_receiver_told_to_catch_up() -> None:
    async with RedisServer() as server:
        feed, notebook = RedisFeed(server.url), Notebook()
        async with listening(feed, notebook):
            feed.follow("a")
            await wait_until(lambda: notebook.subscriptions == ["a"], "a is followed")
            await server.restart()
            await wait_until(lambda: notebook.subscriptions == ["a", "a"], "a is followed again")
            assert notebook.losses >= 1
            redis = connect(server.url)
            await redis.publish(channel_of("a"), "after the restart")
            await wait_until(lambda: bool(notebook.published_texts), "the message arrives")
            await redis.aclose()
    assert notebook.published_texts == [("a", "after the restart")]


async def test_what_is_no_text_ends_nothing(redis_url: str) -> None:
    feed, notebook, redis = RedisFeed(redis_url), Notebook(), connect(redis_url)
    async with listening(feed, notebook):
        feed.follow("a")
        await wait_until(lambda: bool(notebook.subscriptions), "a is followed")
        await redis.publish(channel_of("a"), b"\xff")
        await redis.publish(channel_of("a"), "well")
        await wait_until(lambda: len(notebook.published_texts) == 2, "the next message arrives")
    assert notebook.published_texts[1] == ("a", "well")
    await redis.aclose()


async def test_a_peer_that_takes_the_connection_and_says_nothing_is_a_lost_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_feed, "DEADLINE_SECONDS", 0.2)
    writers: list[asyncio.StreamWriter] = []
    notebook = Notebook()
    async with await asyncio.start_server(lambda _, writer: writers.append(writer), "127.0.0.1", 0) as silent:
        async with listening(RedisFeed(f"redis://127.0.0.1:{silent.sockets[0].getsockname()[1]}/0"), notebook):
            await wait_until(lambda: notebook.losses > 1, "the receiver is told, and it is tried again")
        for writer in writers:
            writer.close()


async def test_who_leaves_and_comes_back_at_once_is_acknowledged_anew(redis_url: str) -> None:
    feed, notebook = RedisFeed(redis_url), Notebook()
    async with listening(feed, notebook):
        feed.follow("a")
        await wait_until(lambda: notebook.subscriptions == ["a"], "a is followed")
        feed.unfollow("a")
        feed.follow("a")
        await wait_until(lambda: notebook.subscriptions == ["a", "a"], "a is acknowledged again")
