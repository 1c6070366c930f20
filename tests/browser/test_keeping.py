"""Taking what was written out of the page: the clipboard, and a Markdown file."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import OpenBrowser
from tests.browser.test_answers import ask_for_answer
from tests.browser.test_story import BUTTON, END_MILLISECONDS, describe_interview
from tests.support.stack import Stack


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with Stack(settings={"SAMPLE_SECONDS": "1"}) as stack:
        yield stack


async def generate(page: Page, stack: Stack) -> None:
    """Describe an interview, and generate a set of five for it."""
    await describe_interview(page, stack)
    await page.get_by_label("질문 수").select_option("5")
    await page.get_by_test_id(BUTTON).click()
    await expect(page.get_by_test_id("question-set")).to_be_visible(timeout=END_MILLISECONDS)


async def test_a_set_is_copied_as_it_is_exported(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await generate(page, stack)
        await page.get_by_role("button", name="질문 세트 #1 복사").click()
        await expect(page.get_by_test_id("toast").filter(has_text="클립보드에 복사했습니다.")).to_be_visible()
        async with page.expect_download() as downloading:
            await page.get_by_role("button", name="질문 세트 #1 Markdown으로 내보내기").click()
        file = await downloading.value
        assert file.suggested_filename == "카카오뱅크 백엔드 개발자 질문 세트 1.md"
        exported = await asyncio.to_thread(Path(await file.path()).read_text, encoding="utf-8")
        assert exported == await page.evaluate("navigator.clipboard.readText()")
        lines = exported.splitlines()
        assert lines[0] == "# 카카오뱅크 · 백엔드 개발자"
        shown = await page.get_by_test_id("question-set").locator(".question-text").all_inner_texts()
        asked = [line for line in lines if line[:1].isdigit()]
        assert [f"{n}. **{text}**" for n, text in enumerate(shown, 1)] == [line.rpartition(" (")[0] for line in asked]


async def test_where_copying_is_not_allowed_the_page_says_what_else_can_be_done(
    stack: Stack, open_browser: OpenBrowser
) -> None:
    async with open_browser() as page:
        await page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new DOMException())")
        answer = await ask_for_answer(page, stack)
        copied = answer.get_by_role("button", name="답변 복사")
        await expect(copied).to_be_visible(timeout=END_MILLISECONDS)
        for button in (copied, page.get_by_role("button", name="질문 세트 #1 복사")):
            await button.click()
            toast = page.get_by_test_id("toast").filter(has_text="글을 직접 선택해 복사해 주세요.")
            await expect(toast).to_be_visible()
            await toast.get_by_role("button", name="알림 닫기").click()
            await expect(toast).to_have_count(0)
