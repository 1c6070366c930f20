"""Answers in a real browser: asked for, written live, found again after the browser was closed, written anew."""

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import OpenBrowser
from tests.browser.test_story import BUTTON, END_MILLISECONDS, describe_interview
from tests.support.stack import Stack


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with Stack(settings={"SAMPLE_SECONDS": "4"}) as stack:
        yield stack


async def open_question(page: Page) -> Locator:
    """Open the newest set and its first question; return the part with the answer."""
    newest = page.get_by_test_id("question-set").first
    await expect(newest).to_be_visible(timeout=END_MILLISECONDS)
    if not await newest.locator("details.set").evaluate("set => set.open"):
        await newest.locator("summary").first.click()
    first = newest.locator("details.question").first
    await first.locator("summary").click()
    answer = first.get_by_test_id("answer")
    await expect(answer).to_be_visible()
    return answer


async def ask_for_answer(page: Page, stack: Stack) -> Locator:
    """Generate a set of five, then begin an answer to its first question."""
    await describe_interview(page, stack)
    await page.get_by_label("질문 수").select_option("5")
    await page.get_by_test_id(BUTTON).click()
    answer = await open_question(page)
    await expect(answer.get_by_test_id("answer-button")).to_have_text("답변 생성")
    await answer.get_by_test_id("answer-button").click()
    await expect(page.get_by_test_id("toast").filter(has_text="답변 생성을 시작했습니다!")).to_be_visible()
    return answer


async def test_an_answer_is_written_live(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        answer = await ask_for_answer(page, stack)
        running = answer.get_by_test_id("answer-running")
        await expect(running).to_contain_text(re.compile(r"생성 중\.\.\. \(\d+초 경과\)"))
        await expect(running).to_contain_text("AI가 맞춤형 답변을 작성하고 있습니다")
        await expect(answer.get_by_test_id("answer-button")).to_be_disabled()
        await expect(page.get_by_test_id(BUTTON)).to_be_disabled()
        await expect(running.locator(".answer-text")).to_be_visible()
        await expect(answer.get_by_test_id("answer-body")).to_contain_text("핵심 포인트", timeout=END_MILLISECONDS)
        await expect(answer.get_by_test_id("answer-body")).to_contain_text("피해야 할 점")
        await expect(running).to_be_hidden()
        await expect(page.get_by_test_id("toast").filter(has_text="답변이 준비되었습니다.")).to_be_visible()
        await expect(answer.get_by_test_id("answer-button")).to_have_text("다시 생성")
        await expect(page.get_by_test_id(BUTTON)).to_be_enabled()
        await page.reload()
        again = await open_question(page)
        await expect(again.get_by_test_id("answer-body")).to_contain_text("핵심 포인트")


async def test_the_answers_have_a_place_of_their_own(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await describe_interview(page, stack)
        await page.get_by_role("link", name="답변", exact=True).click()
        await expect(page.get_by_test_id("answers")).to_contain_text("질문을 먼저 생성하면")
        await page.get_by_role("link", name="질문 생성하러 가기").click()
        await page.get_by_label("질문 수").select_option("5")
        await page.get_by_test_id(BUTTON).click()
        await expect(page.get_by_test_id("question-set")).to_have_count(1, timeout=END_MILLISECONDS)
        await page.get_by_role("link", name="답변", exact=True).click()
        items = page.get_by_test_id("answer-item")
        await expect(items).to_have_count(5)
        await items.nth(1).locator("summary").click()
        await items.nth(1).get_by_test_id("answer-button").click()
        await expect(items.nth(1).locator(".chip")).to_have_text("생성 중...")
        await items.nth(2).locator("summary").click()
        await expect(items.nth(2).get_by_test_id("answer-button")).to_be_disabled()
        await expect(items.nth(2).get_by_text("한 번에 하나씩 생성할 수 있습니다.")).to_be_visible()
        await expect(page).to_have_title(re.compile(r"^\(작성 중\) "))
        await page.reload()
        # Whoever comes back to an answer being written reads along, without a click.
        await expect(items.nth(1).get_by_test_id("answer-running")).to_be_visible()
        await expect(items.nth(1).get_by_test_id("answer-body")).to_contain_text("핵심", timeout=END_MILLISECONDS)
        await expect(items.nth(1).locator(".chip")).to_have_text("답변 있음")
        await page.go_back()
        await expect(page.get_by_test_id("question-set")).to_be_visible()


async def test_an_answer_survives_the_browser(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        answer = await ask_for_answer(page, stack)
        await expect(answer.get_by_test_id("answer-running").locator(".answer-text")).to_be_visible()
        address = page.url
    async with open_browser() as page:
        await page.goto(address)
        answer = await open_question(page)
        await expect(answer.get_by_test_id("answer-body")).to_contain_text("핵심 포인트", timeout=END_MILLISECONDS)


async def test_a_cancelled_regeneration_leaves_the_earlier_answer(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        answer = await ask_for_answer(page, stack)
        body = answer.get_by_test_id("answer-body")
        await expect(body).to_contain_text("핵심 포인트", timeout=END_MILLISECONDS)
        before = await body.inner_text()
        await expect(answer.get_by_test_id("answer-button")).to_be_enabled()
        await answer.get_by_test_id("answer-button").click()
        await expect(answer.get_by_test_id("answer-running").locator(".answer-text")).to_be_visible()
        assert await body.inner_text() == before
        await answer.get_by_role("button", name="취소").click()
        await expect(answer.get_by_test_id("answer-ended")).to_contain_text("생성을 취소했습니다.")
        assert await body.inner_text() == before
