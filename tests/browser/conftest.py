"""Debian's Chromium, headless, with profiles on disk: a browser that is closed and opened again remembers."""

import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.async_api import Page, async_playwright

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


# A click waits for its element at most this long: a missing one should not cost half a minute.
ACTION_MILLISECONDS = 10_000


class OpenBrowser(Protocol):
    """Opens the browser of one person; the name is the profile, the options are Playwright's."""

    def __call__(self, name: str = "ada", **options: Any) -> AbstractAsyncContextManager[Page]: ...


@pytest.fixture
async def open_browser(tmp_path: Path) -> AsyncIterator[OpenBrowser]:
    """Give a function that opens a browser; an error on the page fails the test."""
    program = find_program("chromium", "chromium")
    async with async_playwright() as playwright:

        @asynccontextmanager
        async def open_one(name: str = "ada", **options: Any) -> AsyncIterator[Page]:
            viewer: dict[str, Any] = {
                "locale": "ko-KR",
                "timezone_id": "Asia/Seoul",
                "executable_path": program,
                "args": FLAGS,
            }
            context = await playwright.chromium.launch_persistent_context(tmp_path / name, **(viewer | options))
            errors: list[str] = []
            context.set_default_timeout(ACTION_MILLISECONDS)
            page = context.pages[0]
            page.on("pageerror", lambda error: errors.append(str(error)))
            try:
                yield page
            finally:
                await context.close()
            assert errors == []

        yield open_one
