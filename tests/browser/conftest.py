"""Debian's Chromium, headless, one for the session; a fresh profile for each test."""

import os
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.support.processes import find_program

# Nothing the browser does by itself should reach for the network; root has no sandbox.
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-sync",
    "--no-first-run",
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        program = find_program("chromium", "chromium")
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def profile(chromium: Browser) -> AsyncIterator[BrowserContext]:
    """A person's browser: its cookies and storage outlive its pages."""
    context = await chromium.new_context(locale="ko-KR", timezone_id="Asia/Seoul")
    yield context
    await context.close()


@pytest.fixture
async def page(profile: BrowserContext) -> Page:
    return await profile.new_page()
