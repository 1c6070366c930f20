"""Tabs of one browser share one socket; when the tab that holds it goes, another takes over. Two browsers have two."""

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import Page, WebSocketRoute, expect

from tests.browser.conftest import OpenBrowser
from tests.browser.test_story import BUTTON, END_MILLISECONDS, ROW, describe_interview
from tests.support.stack import Stack

LIVE = "실시간 연결됨"
# Longer than a tab needs to find out that its leader is gone.
BUSY_MILLISECONDS = 8_000


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with Stack(settings={"SAMPLE_SECONDS": "6"}) as stack:
        yield stack


class Sockets:
    """Counts the WebSockets that a page opens from now on, and those that are open."""

    def __init__(self, page: Page) -> None:
        self.opened = self.open = 0
        page.on("websocket", lambda socket: self._add(socket))

    def _add(self, socket: object) -> None:
        self.opened += 1
        self.open += 1
        socket.on("close", lambda _: self._remove())  # type: ignore[attr-defined]

    def _remove(self) -> None:
        self.open -= 1


async def second_tab(page: Page) -> tuple[Page, Sockets]:
    """Open another tab at the same place; ends when it shows that it is up to date."""
    tab = await page.context.new_page()
    sockets = Sockets(tab)
    await tab.goto(page.url)
    await expect(tab.get_by_test_id("connection")).to_contain_text(LIVE)
    return tab, sockets


async def test_tabs_share_one_socket_and_show_the_same(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await describe_interview(page, stack)
        tab, sockets = await second_tab(page)
        await tab.get_by_label("질문 수").select_option("5")
        await tab.get_by_test_id(BUTTON).click()
        for each in (page, tab):
            await expect(each.get_by_test_id(ROW)).to_be_visible()
            await expect(each.get_by_test_id(BUTTON)).to_be_disabled()
        late = await page.context.new_page()
        late_sockets = Sockets(late)
        # The list asks the server for no jobs: what it knows of them the other tabs have told it.
        await late.goto(stack.url)
        await expect(late.get_by_role("main")).to_contain_text("초 경과")
        await late.get_by_role("link", name=re.compile("카카오뱅크")).click()
        for each in (page, tab, late):
            await expect(each.get_by_test_id("question-set")).to_have_count(1, timeout=END_MILLISECONDS)
            await expect(each.get_by_test_id("toast").filter(has_text="질문 5개가 준비되었습니다.")).to_be_visible()
        assert (sockets.opened, late_sockets.opened) == (0, 0)


async def test_a_row_closed_in_one_tab_is_closed_in_the_others(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await describe_interview(page, stack)
        tab, _ = await second_tab(page)
        await page.get_by_test_id(BUTTON).click()
        await page.get_by_test_id(ROW).get_by_role("button", name="취소").click()
        await expect(tab.get_by_test_id("cancelled-row")).to_be_visible()
        await page.get_by_test_id("cancelled-row").get_by_role("button", name="닫기").click()
        for each in (page, tab):
            await expect(each.get_by_test_id("cancelled-row")).to_have_count(0)


async def test_when_the_tab_with_the_socket_is_closed_another_goes_on(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await describe_interview(page, stack)
        tab, sockets = await second_tab(page)
        await page.get_by_test_id(BUTTON).click()
        await expect(tab.get_by_test_id(ROW).get_by_role("listitem").first).to_be_visible(timeout=END_MILLISECONDS)
        await page.close()
        await expect(tab.get_by_test_id("question-set")).to_have_count(1, timeout=END_MILLISECONDS)
        await expect(tab.get_by_test_id("question-set").get_by_text("10문항")).to_be_visible()
        assert sockets.opened == 1


async def test_a_tab_that_hangs_is_relieved_of_the_socket(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await describe_interview(page, stack)
        held = Sockets(page)
        tab, sockets = await second_tab(page)
        await page.evaluate(
            f"setTimeout(() => {{ const end = Date.now() + {BUSY_MILLISECONDS}; while (Date.now() < end); }})"
        )
        await tab.get_by_test_id(BUTTON).click()
        await expect(tab.get_by_test_id(ROW).get_by_role("listitem").first).to_be_visible(timeout=END_MILLISECONDS)
        assert sockets.opened == 1
        # Free again, it follows: it shows the same, and opens no socket of its own.
        await expect(page.get_by_test_id("question-set")).to_have_count(1, timeout=END_MILLISECONDS)
        await expect(page.get_by_test_id("connection")).to_contain_text(LIVE)
        assert (sockets.open, held.opened) == (1, 0)


async def test_without_locks_each_tab_has_its_own_socket(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await page.context.add_init_script("Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })")
        await describe_interview(page, stack)
        tab, sockets = await second_tab(page)
        await tab.get_by_test_id(BUTTON).click()
        await expect(page.get_by_test_id(ROW)).to_be_visible()
        assert sockets.opened == 1
        await page.get_by_role("button", name="취소").click()
        await expect(tab.get_by_test_id("cancelled-row")).to_be_visible()


async def test_two_browsers_of_one_user_show_the_same(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser("laptop") as page, open_browser("phone", viewport={"width": 390, "height": 844}) as phone:
        await describe_interview(page, stack)
        await phone.context.add_cookies(await page.context.cookies())  # type: ignore[arg-type]
        await phone.goto(page.url)
        await expect(phone.get_by_test_id("connection")).to_contain_text(LIVE)
        await phone.get_by_label("질문 수").select_option("5")
        await phone.get_by_test_id(BUTTON).click()
        await expect(page.get_by_test_id(ROW)).to_be_visible()
        for each in (page, phone):
            await expect(each.get_by_test_id("question-set")).to_have_count(1, timeout=END_MILLISECONDS)
        written = page.get_by_test_id("question-set").locator(".question-text")
        assert (
            await written.all_inner_texts()
            == await phone.get_by_test_id("question-set").locator(".question-text").all_inner_texts()
        )
        assert await written.count() == 5


async def test_signing_out_in_one_tab_signs_out_the_others(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        for is_leader in (True, False):
            await describe_interview(page, stack)
            tab, _ = await second_tab(page)
            leaving, left = (page, tab) if is_leader else (tab, page)
            await leaving.get_by_role("button", name="로그아웃").click()
            await leaving.get_by_role("dialog").get_by_role("button", name="로그아웃").click()
            for each in (leaving, left):
                await expect(each.get_by_test_id("sign-in")).to_be_visible()
                await expect(each.get_by_text("만료")).to_have_count(0)
            assert await left.evaluate("fetch('/api/session').then(answer => answer.status)") == 401
            await tab.close()


async def test_a_hidden_leader_that_lost_its_connection_is_relieved(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await describe_interview(page, stack)
        tab, sockets = await second_tab(page)

        async def block(_: WebSocketRoute) -> None:
            """Let the connection neither open nor fail."""

        # Out of sight it is not the one to try.
        await page.route_web_socket("**/ws", block)
        await page.evaluate("Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })")
        await stack.kill("web")
        await stack.start("web")
        await expect(tab.get_by_test_id("connection")).to_contain_text(LIVE, timeout=END_MILLISECONDS)
        await expect(page.get_by_test_id("connection")).to_contain_text(LIVE)
        assert sockets.opened >= 1


async def test_a_page_never_shows_the_jobs_of_whoever_signed_in_since(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await describe_interview(page, stack)
        # Another guest signs in behind this page's back: the cookie is theirs now.
        become = "fetch('/api/session', {method}).then(answer => answer.status)"
        assert await page.evaluate(become.replace("{method}", "{method: 'DELETE'}")) == 204
        assert await page.evaluate(become.replace("{method}", "{method: 'POST'}")) == 200
        await stack.kill("web")
        await stack.start("web")
        await expect(page.get_by_test_id("sign-in")).to_be_visible(timeout=END_MILLISECONDS)
        await expect(page.get_by_text("카카오뱅크")).to_have_count(0)


async def test_what_one_reader_typed_is_gone_for_the_next(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await page.goto(stack.url)
        for is_next in (False, True):
            await page.get_by_test_id("sign-in").click()
            await page.get_by_role("link", name="새 면접").filter(visible=True).first.click()
            await expect(page.get_by_label("이력서")).to_have_value("")
            if is_next:
                return
            await page.get_by_label("이력서").fill("아무에게도 보이지 않을 것")
            await page.get_by_role("button", name="로그아웃").click()
            await page.get_by_role("dialog").get_by_role("button", name="로그아웃").click()
            await expect(page.get_by_test_id("sign-in")).to_be_visible()
