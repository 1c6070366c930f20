"""A session in a tab that stays open: renewed in time, and its loss noticed when somebody looks again."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.conftest import OpenBrowser
from tests.browser.test_story import describe_interview
from tests.browser.test_tabs import Sockets
from tests.support.stack import Stack
from tests.support.wait import wait_until


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with Stack() as stack:
        yield stack


async def sign_in_for_a_fortnight(page: Page, stack: Stack) -> list[str]:
    """Describe an interview as a guest whose session ends soon until it is renewed; return the calls about it."""
    calls: list[str] = []

    async def answer(route: Route) -> None:
        calls.append(route.request.method)
        is_renewed = calls.count("POST") > 1
        response = await route.fetch()
        session = await response.json()
        if not is_renewed:
            session["expires_at"] = (datetime.now(UTC) + timedelta(days=14)).isoformat()
        await route.fulfill(response=response, body=json.dumps(session))

    await page.route("**/api/session", answer)
    await describe_interview(page, stack)
    return calls


async def look_again(page: Page) -> None:
    """Come back to the page; ends when another question to the server has been there and back."""
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await page.evaluate("fetch('/api/interviews').then((answer) => answer.text())")


async def test_a_tab_that_stays_open_renews_its_session_once(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        calls = await sign_in_for_a_fortnight(page, stack)
        assert calls == ["GET", "POST"]
        async with page.expect_response(lambda response: response.request.method == "POST"):
            await look_again(page)
        await look_again(page)
        assert calls == ["GET", "POST", "GET", "POST"]


async def test_a_session_lost_meanwhile_takes_its_connection_along(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        sockets = Sockets(page)
        await sign_in_for_a_fortnight(page, stack)
        # A screen that asks the server for nothing itself.
        await page.get_by_role("link", name="Interview Live").click()
        await page.get_by_role("link", name="새 면접").click()
        assert sockets.open == 1
        await page.context.clear_cookies()
        await look_again(page)
        await expect(page.get_by_text("로그인이 만료되었습니다.")).to_be_visible()
        await wait_until(lambda: sockets.open == 0, "the connection is closed")


async def test_who_is_signed_in_is_asked_again_when_the_network_is_back(
    stack: Stack, open_browser: OpenBrowser
) -> None:
    async with open_browser() as page:
        await page.route("**/api/session", lambda route: route.abort())
        await page.goto(stack.url)
        await expect(page.get_by_role("alert")).to_contain_text("서버에 연결할 수 없습니다.")
        await page.unroute("**/api/session")
        await page.evaluate("dispatchEvent(new Event('online'))")
        await expect(page.get_by_test_id("sign-in")).to_be_visible()
