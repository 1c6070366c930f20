"""The page when the network fails it: offline and back, a proxy that blocks WebSockets, a generation that fails."""

from collections.abc import Iterator

import pytest
from playwright.async_api import WebSocketRoute, expect

from tests.browser.conftest import OpenBrowser
from tests.browser.test_story import BUTTON, END_MILLISECONDS, ROW, describe_interview
from tests.support.stack import Stack

# Two connections must have failed before the page falls back; the backoff takes a second or two.
FALLBACK_MILLISECONDS = 30_000


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with Stack(settings={"SAMPLE_SECONDS": "8"}) as stack:
        yield stack


async def test_offline_and_back(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await describe_interview(page, stack)
        await page.get_by_test_id(BUTTON).click()
        await expect(page.get_by_test_id(ROW)).to_be_visible()
        await page.context.set_offline(True)
        await expect(page.get_by_test_id("connection")).to_contain_text("오프라인")
        await expect(page.get_by_test_id(ROW)).to_be_visible()
        await page.context.set_offline(False)
        await expect(page.get_by_test_id("connection")).to_contain_text("실시간 연결됨")
        await expect(page.get_by_test_id("question-set")).to_have_count(1, timeout=END_MILLISECONDS)
        await expect(page.get_by_test_id(ROW)).to_have_count(0)


async def test_a_blocked_websocket_is_replaced_by_requests_until_it_opens(
    stack: Stack, open_browser: OpenBrowser
) -> None:
    async with open_browser() as page:
        await describe_interview(page, stack)
        is_blocked = True

        async def block(route: WebSocketRoute) -> None:
            if is_blocked:
                await route.close(code=1011)
            else:
                route.connect_to_server()

        await page.route_web_socket("**/ws", block)
        await page.reload()
        await page.get_by_test_id(BUTTON).click()
        polling = page.get_by_test_id("connection").filter(has_text="주기적으로 확인 중")
        await expect(polling).to_be_visible(timeout=FALLBACK_MILLISECONDS)
        await expect(page.get_by_test_id("question-set")).to_have_count(1, timeout=END_MILLISECONDS)
        is_blocked = False
        await page.evaluate("dispatchEvent(new Event('online'))")
        await expect(page.get_by_test_id("connection")).to_contain_text("실시간 연결됨", timeout=FALLBACK_MILLISECONDS)
