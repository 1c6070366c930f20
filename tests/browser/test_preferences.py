"""How a reader wants the page: in which language, and how bright. Chosen once, remembered by the browser."""

from collections.abc import Iterator

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import OpenBrowser
from tests.browser.test_interviews import edit_interview
from tests.support.stack import Stack

PAPER = "getComputedStyle(document.documentElement).backgroundColor"
LIGHT, DARK = "rgb(251, 251, 249)", "rgb(18, 22, 23)"


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with Stack() as stack:
        yield stack


async def test_the_language_changes_at_once_and_stays(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await edit_interview(page, stack)
        await page.get_by_label("직무").fill("SRE")
        await page.get_by_role("button", name="English").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Edit interview")
        await expect(page.locator("html")).to_have_attribute("lang", "en")
        await expect(page.get_by_label("Position")).to_have_value("SRE")  # what was typed is not lost
        await expect(page.get_by_role("button", name="English")).to_have_attribute("aria-pressed", "true")
        await page.reload()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Edit interview")
        await page.get_by_role("button", name="한국어").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("면접 수정")


async def test_the_theme_changes_at_once_and_stays(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser(color_scheme="dark") as page:
        await page.goto(stack.url)
        button = page.get_by_role("button", name="화면 테마")
        await expect_theme(page, "system", "시스템 설정", DARK)
        await button.click()
        await expect_theme(page, "light", "밝게", LIGHT)
        await page.emulate_media(color_scheme="light")
        await button.click()
        await expect_theme(page, "dark", "어둡게", DARK)
        await page.reload()
        await expect_theme(page, "dark", "어둡게", DARK)
        await button.click()
        await expect_theme(page, "system", "시스템 설정", LIGHT)


async def expect_theme(page: Page, theme: str, name: str, paper: str) -> None:
    await expect(page.locator("html")).to_have_attribute("data-theme", theme)
    await expect(page.get_by_role("button", name="화면 테마")).to_have_accessible_name(f"화면 테마: {name}")
    assert await page.evaluate(PAPER) == paper
