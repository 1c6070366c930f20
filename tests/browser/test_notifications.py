"""Told when done: by the system while no tab is in sight, by the title of the tab, never without being asked to."""

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import OpenBrowser
from tests.browser.test_story import BUTTON, END_MILLISECONDS, describe_interview
from tests.support.stack import Stack
from tests.support.wait import wait_until

# Headless pages are always in sight, so sight is what the test says; and what the system is told is written down.
INSTRUMENTS = """
window.told = [];
window.sight = 'visible';
Object.defineProperty(Document.prototype, 'visibilityState', { get: () => window.sight });
window.Notification = class extends window.Notification {
  constructor(title, options) { super(title, options); window.told.push(title); }
};
window.show = (sight) => { window.sight = sight; document.dispatchEvent(new Event('visibilitychange')); };
"""


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with Stack(settings={"SAMPLE_SECONDS": "3"}) as stack:
        yield stack


async def prepare(page: Page, stack: Stack) -> None:
    await page.context.grant_permissions(["notifications"])
    await page.context.add_init_script(INSTRUMENTS)
    await describe_interview(page, stack)
    await page.get_by_label("질문 수").select_option("5")


async def generate(page: Page, sets: int) -> None:
    """Generate a set; ends when `sets` are there and the title is at rest again."""
    await page.get_by_test_id(BUTTON).click()
    await expect(page).to_have_title(re.compile(r"^\([1-5]/5\) 카카오뱅크"), timeout=END_MILLISECONDS)
    await expect(page.get_by_test_id("question-set")).to_have_count(sets, timeout=END_MILLISECONDS)
    await expect(page).to_have_title("카카오뱅크 · 백엔드 개발자 · Interview Live")


async def test_the_system_tells_of_an_end_out_of_sight(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await prepare(page, stack)
        button = page.get_by_test_id("notify")
        await expect(button).to_have_attribute("aria-pressed", "false")
        await page.evaluate("show('hidden')")
        await generate(page, 1)
        assert await page.evaluate("told") == []  # allowed by the browser, but never asked for by the reader
        await button.click()
        await expect(button).to_have_attribute("aria-pressed", "true")
        await generate(page, 2)
        await wait_until(lambda: page.evaluate("told.length === 1"), "the system has told of it once")
        assert await page.evaluate("told") == ["질문 5개가 준비되었습니다."]


async def test_a_tab_in_sight_is_enough(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await prepare(page, stack)
        await page.get_by_test_id("notify").click()
        other = await page.context.new_page()
        await other.goto(page.url)
        await expect(other.get_by_test_id("connection")).to_contain_text("실시간 연결됨")
        await page.evaluate("show('hidden')")
        await generate(page, 1)
        await other.evaluate("show('hidden')")
        await generate(page, 2)
        await wait_until(lambda: page.evaluate("told.length > 0"), "the system has told of it")
        assert len(await page.evaluate("told")) == 1
