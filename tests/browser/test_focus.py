"""The place of a reader without a mouse: whatever comes and goes on the page, the focus stays near."""

from collections.abc import Iterator

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import OpenBrowser
from tests.browser.scenes import HeldModel, active_job, ask, attempt, begin, half_written, open_first_question, the_rest
from tests.browser.test_access import PHONE
from tests.browser.test_story import BUTTON, ROW
from tests.support.stack import Stack
from tests.support.workbench import a_finish
from worker.models.sample import SampleModel


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """Without a worker: the tests do its work, one piece at a time."""
    with Stack(names=["web"]) as stack:
        yield stack


async def cancel_elsewhere(page: Page) -> None:
    """Cancel what runs, as another tab would."""
    await page.evaluate("id => fetch(`/api/jobs/${id}/cancel`, {method: 'POST'})", await active_job(page))


async def test_a_language_is_chosen_without_losing_ones_place(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await page.goto(stack.url)
        await page.get_by_role("button", name="English").press("Enter")
        await expect(page.get_by_role("button", name="English")).to_be_focused()
        await page.set_viewport_size(PHONE)
        await page.get_by_role("button", name="한국어").press("Enter")
        await expect(page.get_by_role("button", name="English")).to_be_focused()


async def test_the_form_keeps_the_focus_for_its_button(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await begin(page, stack)
        await cancel_elsewhere(page)
        await expect(page.get_by_test_id(BUTTON)).to_be_enabled()
        await page.get_by_test_id(BUTTON).press("Enter")
        await expect(page.get_by_test_id(BUTTON)).to_be_disabled()
        form = page.locator(".generate-form")
        await expect(form).to_be_focused()
        await expect(form).to_have_accessible_description(
            "한 번에 하나씩 생성할 수 있습니다. 진행 중인 생성이 끝나면 다시 눌러 주세요."
        )
        await cancel_elsewhere(page)
        await expect(page.get_by_test_id(BUTTON)).to_be_focused()


async def test_who_has_gone_on_meanwhile_is_not_called_back(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await begin(page, stack)
        await page.keyboard.press("Tab")
        field = page.locator(".generate-form textarea")
        await expect(field).to_be_focused()
        await cancel_elsewhere(page)
        await expect(page.get_by_test_id(BUTTON)).to_be_enabled()
        await expect(field).to_be_focused()
        await ask(page)
        await page.get_by_role("heading", name="질문 히스토리").click()
        await cancel_elsewhere(page)
        await expect(page.get_by_test_id(BUTTON)).to_be_enabled()
        await expect(page.get_by_role("main")).to_be_focused()


async def test_the_focus_goes_from_a_row_to_what_becomes_of_it(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await begin(page, stack)
        await page.get_by_test_id(ROW).get_by_role("button").press("Enter")
        ended = page.get_by_test_id("cancelled-row")
        await expect(ended.get_by_role("heading")).to_be_focused()
        await ended.get_by_role("button", name="닫기").press("Enter")
        await expect(page.get_by_role("heading", name="질문 히스토리")).to_be_focused()
        model = HeldModel(half_written(), the_rest(), a_finish())
        async with attempt(stack, await ask(page), model) as running:
            model.go_on()
            await page.get_by_test_id(ROW).locator("details.question > summary").press("Enter")
            model.go_on()
            model.go_on()
            await running
        await expect(page.get_by_test_id("question-set").locator("summary").first).to_be_focused()


async def test_the_focus_stays_with_an_answer(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        async with attempt(stack, await begin(page, stack), SampleModel(0)) as running:
            await running
        answer = await open_first_question(page)
        await answer.get_by_test_id("answer-button").press("Enter")
        await expect(answer.get_by_role("form")).to_be_focused()
        await answer.get_by_role("button", name="취소").press("Enter")
        await expect(answer.get_by_role("heading", name="답변")).to_be_focused()
