"""From one screen to the next: blended where the browser can and the reader does not mind, and never in the way."""

from collections.abc import Iterator

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import OpenBrowser
from tests.browser.scenes import sign_in
from tests.support.stack import Stack

COUNT = """
    window.transitions = 0;
    const start = document.startViewTransition;
    document.startViewTransition = (change) => (window.transitions++, start.call(document, change));
"""


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with Stack(names=["web"]) as stack:
        yield stack


async def walk(page: Page) -> int:
    """Go to another screen and back; return how many transitions that took."""
    before = int(await page.evaluate("window.transitions"))
    await page.locator(".empty-page a").click()
    await expect(page.get_by_role("heading", level=1)).to_be_focused()
    await page.locator(".brand").click()
    await expect(page.locator(".empty-page")).to_be_visible()
    return int(await page.evaluate("window.transitions")) - before


async def test_screens_blend_into_each_other_without_motion_only_if_that_is_wanted(
    stack: Stack, open_browser: OpenBrowser
) -> None:
    async with open_browser() as page:
        await page.add_init_script(COUNT)
        await sign_in(page, stack)
        assert await walk(page) == 2
        await page.emulate_media(reduced_motion="reduce")
        assert await walk(page) == 0


async def test_the_last_of_many_places_is_the_one_that_stays(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await sign_in(page, stack)
        await page.evaluate("""() => {
            for (let turn = 0; turn < 5; turn += 1) {
                document.querySelector('.empty-page a').click();
                document.querySelector('.brand').click();
            }
            document.querySelector('.empty-page a').click();
        }""")
        await expect(page.locator(".interview-form")).to_be_visible()
        await page.locator(".brand").click()
        await page.go_back()
        await page.go_back()
        await page.go_forward()
        await expect(page.locator(".interview-form")).to_be_visible()
        await expect(page.get_by_role("main").get_by_role("heading", level=1)).to_have_count(1)


async def test_back_leads_to_what_was_in_sight(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser(viewport={"width": 600, "height": 200}) as page:
        await sign_in(page, stack)
        await page.locator(".empty-page a").scroll_into_view_if_needed()
        before = await page.evaluate("scrollY")
        assert before > 0
        await page.locator(".empty-page a").click()
        await expect(page.locator(".interview-form")).to_be_visible()
        assert await page.evaluate("scrollY") == 0
        await page.go_back()
        await expect(page.locator(".empty-page")).to_be_visible()
        assert await page.evaluate("new Promise((then) => requestAnimationFrame(() => then(scrollY)))") == before
