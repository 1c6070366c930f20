"""What is the same on every screen: notices, and what is tried again by itself."""

from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenBrowser
from tests.browser.test_interviews import edit_interview
from tests.browser.test_notifications import INSTRUMENTS
from tests.browser.test_story import describe_interview
from tests.support.stack import Stack
from tests.support.wait import wait_until


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with Stack() as stack:
        yield stack


async def test_a_toast_waits_for_somebody_to_see_it(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await page.context.add_init_script(INSTRUMENTS)
        await page.clock.install()
        await edit_interview(page, stack)
        await page.evaluate("show('hidden')")
        await page.get_by_role("button", name="저장").click()
        toast = page.get_by_test_id("toast").filter(has_text="저장했습니다.")
        await expect(toast).to_be_visible()
        await page.clock.fast_forward("01:00")
        await expect(toast).to_be_visible()
        # From now on it has the five seconds of every toast, and no less.
        await page.evaluate("show('visible')")
        await page.clock.fast_forward("00:02")
        await expect(toast).to_be_visible()
        await page.clock.fast_forward("00:04")
        await expect(toast).to_have_count(0)


async def test_a_new_toast_is_read_without_the_others(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await page.goto(stack.url)
        await expect(page.locator(".toasts")).to_have_attribute("aria-atomic", "false")


async def test_a_failure_to_load_says_that_it_was_tried_again_and_ends_by_itself(
    stack: Stack, open_browser: OpenBrowser
) -> None:
    async with open_browser() as page:
        await describe_interview(page, stack)
        await expect(page.get_by_text("아직 만든 질문이 없습니다.")).to_be_visible()
        await page.route("**/question-sets", lambda route: route.abort())
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        failure = page.get_by_test_id("sets-notice").filter(visible=True)
        toast = page.get_by_test_id("toast").filter(has_text="서버에 연결할 수 없습니다.")
        await expect(failure).to_contain_text("서버에 연결할 수 없습니다.")
        await expect(toast).to_have_count(0)
        await failure.get_by_role("button", name="다시 불러오기").click()
        await expect(toast).to_be_visible()
        await page.unroute("**/question-sets")
        await page.evaluate("dispatchEvent(new Event('online'))")
        await expect(page.get_by_text("아직 만든 질문이 없습니다.")).to_be_visible()


async def test_back_leads_to_what_was_in_sight(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser(viewport={"width": 1280, "height": 600}) as page:
        await describe_interview(page, stack)
        details = {"company": "네이버", "position": "SRE"}
        for _ in range(20):
            await page.request.post(f"{stack.url}/api/interviews", data=details, headers={"Origin": stack.url})
        await page.locator(".brand").click()
        chosen = page.get_by_role("link", name="네이버").nth(15)
        await chosen.scroll_into_view_if_needed()
        before = await page.evaluate("scrollY")
        assert before > 0
        # A click of the mouse would scroll once more where a transition is in the way.
        await chosen.evaluate("link => link.click()")
        await expect(page.get_by_role("heading", level=1)).to_have_text("네이버 · SRE")
        assert await page.evaluate("scrollY") == 0
        await page.go_back()
        await expect(chosen).to_be_in_viewport()
        await wait_until(lambda: page.evaluate(f"scrollY === {before}"), "the list is where it was")
        await page.go_forward()
        await expect(page.get_by_role("heading", level=1)).to_have_text("네이버 · SRE")
        await page.locator(".brand").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("면접")
        assert await page.evaluate("scrollY") == 0
