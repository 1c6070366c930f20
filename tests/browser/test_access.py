"""The page for everybody: with a screen reader, a keyboard, a finger, a narrow screen, or no wish for motion."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, Page, ViewportSize, expect

from tests.browser.conftest import OpenBrowser
from tests.browser.scenes import active_job, attempt, generation, play
from tests.browser.test_story import BUTTON, ROW
from tests.support.stack import TOP, Stack
from worker.models.sample import SampleModel

AXE = TOP / "node_modules/axe-core/axe.min.js"
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
# As narrow as it can be without being laid out as a phone.
TABLET: ViewportSize = {"width": 660, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
# A small phone, and what 400 % of a 1280 px wide window comes to.
NARROW: ViewportSize = {"width": 320, "height": 640}
# WCAG 2.5.5.
TARGET_PIXELS = 44
# Links within a text are as high as its lines; these stand alone.
TARGETS = "button, summary, select, input, textarea, .button, .back, .brand, .tabs a, .interview-link"
# More stops than any screen has.
MAX_STOPS = 40

# Says what is wrong with the page as it stands.
Check = Callable[[Page], Awaitable[list[str]]]

in_each_language = pytest.mark.parametrize("language", ["ko", "en"])


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """Without a worker: the tests do its work, one piece at a time."""
    with Stack() as stack:
        with asyncio.Runner() as runner:
            runner.run(stack.kill("worker"))
        yield stack


@in_each_language
async def test_nothing_on_a_desktop_is_in_the_way(language: str, stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser(viewport=DESKTOP, reduced_motion="reduce") as page:
        found = await problems(page, stack, language, violations, movements)
    assert not found, "\n".join(found)


@in_each_language
async def test_nothing_on_a_phone_is_in_the_way(language: str, stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser(viewport=PHONE, reduced_motion="reduce", has_touch=True, is_mobile=True) as page:
        found = await problems(page, stack, language, violations, small_targets, cut_words, sideways)
    assert not found, "\n".join(found)


async def test_what_a_running_generation_says_moves_nothing_below_it(stack: Stack, open_browser: OpenBrowser) -> None:
    heights: dict[int, set[int]] = {TABLET["width"]: set(), PHONE["width"]: set()}

    async def look(state: str) -> None:
        for viewport in (PHONE, TABLET):
            await page.set_viewport_size(viewport)
            heads = page.locator(".row-running > .row-head")
            heights[viewport["width"]] |= set(
                await heads.evaluate_all("heads => heads.map((head) => head.offsetHeight)")
            )

    async with open_browser() as page:
        await prepare(page, "en")
        await generation(page, stack, look)
    assert [len(each) for each in heights.values()] == [1, 1], heights


async def test_the_keyboard_alone_is_enough(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await page.goto(stack.url)
        await press(page, page.get_by_test_id("sign-in"), "Enter")
        await press(page, page.locator(".empty-page a"), "Enter")
        await tab_to(page, page.locator("[name=company]"))
        await page.keyboard.type("네이버")
        await tab_to(page, page.locator("[name=position]"))
        await page.keyboard.type("SRE")
        await press(page, page.locator("form button"), "Enter")
        await press(page, page.get_by_test_id(BUTTON), "Space")
        await press(page, page.get_by_test_id(ROW).get_by_role("button"), "Enter")
        await press(page, page.get_by_test_id("cancelled-row").get_by_text("다시 시도"), "Enter")
        await expect(page.get_by_test_id(ROW)).to_be_visible()
        async with attempt(stack, await active_job(page), SampleModel(0)) as running:
            await running
        found = page.get_by_test_id("question-set")
        await expect(found).to_be_visible()
        await page.reload()
        await press(page, found.locator("summary").first, "Enter")
        await press(page, found.locator("details.question > summary").first, "Space")
        await press(page, found.get_by_test_id("answer-button").first, "Enter")
        await press(page, found.get_by_test_id("answer-running").first.get_by_role("button"), "Enter")
        await expect(found.get_by_test_id("answer-ended").first).to_be_visible()


async def prepare(page: Page, language: str) -> None:
    """Have every page come up in a language and with axe-core, which the page's own policy would keep out."""
    await page.add_init_script(f"localStorage.setItem('interview-live.language', '{language}')")
    await page.add_init_script(path=Path(AXE))


async def problems(page: Page, stack: Stack, language: str, *checks: Check) -> list[str]:
    """Bring about every state; return what the checks find in them."""
    found: list[str] = []

    async def look(state: str) -> None:
        for check in checks:
            found.extend(f"{state}: {each}" for each in await check(page))

    await prepare(page, language)
    await play(page, stack, look)
    return found


async def violations(page: Page) -> list[str]:
    """Return what axe-core objects to in either theme: the rule, and where."""
    found: list[str] = []
    for theme in ("light", "dark"):
        await page.emulate_media(color_scheme=theme)
        rules: list[dict[str, Any]] = await page.evaluate("axe.run().then(({violations}) => violations)")
        found += [f"{theme}, {rule['id']}: {node['html'][:160]}" for rule in rules for node in rule["nodes"]]
    return found


async def cut_words(page: Page) -> list[str]:
    """Return what is pressed or read as a title and does not fit its box."""
    return list(
        await page.evaluate(
            """() => [...document.querySelectorAll('.button, .row-title, h1, h2:not(.visually-hidden)')]
                .filter((each) => each.checkVisibility() && each.scrollWidth > each.clientWidth)
                .map((each) => `cut off: ${each.outerHTML.slice(0, 160)}`)"""
        )
    )


async def movements(page: Page) -> list[str]:
    """Return what moves for longer than nobody can see."""
    return list(
        await page.evaluate(
            """() => document.getAnimations()
                .filter(({effect}) => effect.getComputedTiming().activeDuration > 1)
                .map(({effect, animationName}) => `moves: ${animationName} of ${effect.target.className}`)"""
        )
    )


async def small_targets(page: Page) -> list[str]:
    """Return what can be pressed or typed into but is smaller than a finger."""
    return list(
        await page.locator(TARGETS)
        .filter(visible=True)
        .evaluate_all(
            """(targets, pixels) => targets
                .map((target) => [target, target.getBoundingClientRect()])
                .filter(([, { width, height }]) => Math.min(width, height) < pixels)
                .map(([target, { width, height }]) => `${width} x ${height}: ${target.outerHTML.slice(0, 160)}`)""",
            TARGET_PIXELS,
        )
    )


async def sideways(page: Page) -> list[str]:
    """Return the widths at which the page is wider than the screen. A phone's innerWidth would grow with the page."""
    found = []
    for viewport in (NARROW, PHONE):
        await page.set_viewport_size(viewport)
        width = await page.evaluate("document.documentElement.scrollWidth")
        found += [f"{width} px wide at {viewport['width']}"] if width > viewport["width"] else []
    return found


async def press(page: Page, target: Locator, key: str) -> None:
    """Go to an element by the keyboard, and press."""
    await tab_to(page, target)
    await page.keyboard.press(key)


async def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until an element has the focus; it can be seen at every stop on the way."""
    await expect(target).to_be_enabled()
    for _ in range(MAX_STOPS):
        await page.keyboard.press("Tab")
        unseen = await page.evaluate(
            """() => {
                const {outlineStyle, outlineWidth, boxShadow} = getComputedStyle(document.activeElement);
                const isSeen = (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
                return document.activeElement === document.body || isSeen ? '' : document.activeElement.outerHTML;
            }"""
        )
        assert not unseen
        if await target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab does not lead to {target}.")
