"""Reading while the page changes: what was opened, what was written and the reader's place stay."""

from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenBrowser
from tests.browser.scenes import HeldModel, a_long_question, attempt, begin, half_written, open_first_question, the_rest
from tests.browser.test_story import ROW
from tests.support.stack import Stack
from tests.support.workbench import a_finish
from worker.models.sample import SampleModel


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """Without a worker: the tests do its work, one piece at a time."""
    with Stack(names=["web"]) as stack:
        yield stack


async def test_a_question_that_is_being_read_stays_open_when_its_set_is_finished(
    stack: Stack, open_browser: OpenBrowser
) -> None:
    async with open_browser() as page:
        model = HeldModel(half_written(), the_rest(), a_finish())
        async with attempt(stack, await begin(page, stack), model) as running:
            model.go_on()
            await page.get_by_test_id(ROW).locator("details.question > summary").click()
            model.go_on()
            model.go_on()
            await running
        found = page.get_by_test_id("question-set")
        await expect(found.locator("details.question[open]")).to_have_count(1)
        await expect(found.locator("details.question").first.locator(".question-more")).to_be_visible()
        await page.get_by_role("button", name="English").click()
        await expect(found.locator("details.question[open]")).to_have_count(1)


async def test_what_a_cancelled_generation_wrote_stays_in_view(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        model = HeldModel(half_written())
        async with attempt(stack, await begin(page, stack), model):
            model.go_on()
            await expect(page.get_by_test_id(ROW)).to_contain_text("트래픽이 갑자기")
            await page.get_by_test_id(ROW).get_by_role("button", name="취소").click()
            row = page.get_by_test_id("cancelled-row")
            await expect(row.get_by_text(a_long_question(0).text)).to_be_visible()
            await expect(row.get_by_text("트래픽이 갑자기")).to_be_visible()
            await row.locator(".kept > summary").click()
            await expect(row.get_by_text(a_long_question(0).text)).to_be_hidden()
        await page.reload()
        await expect(row.get_by_text(a_long_question(0).text)).to_be_visible()


async def test_a_cancelled_answer_can_be_put_aside(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        async with attempt(stack, await begin(page, stack), SampleModel(0)) as running:
            await running
        answer = await open_first_question(page)
        await answer.get_by_test_id("answer-button").click()
        await answer.get_by_role("button", name="취소").click()
        await expect(answer.get_by_test_id("answer-ended")).to_be_visible()
        await answer.get_by_role("button", name="닫기").click()
        await expect(answer.get_by_test_id("answer-ended")).to_be_hidden()
        await page.reload()
        await expect(await open_first_question(page)).to_be_visible()
        await expect(answer.get_by_test_id("answer-ended")).to_be_hidden()


async def test_only_what_is_looked_at_is_drawn(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        async with attempt(stack, await begin(page, stack), SampleModel(0)) as running:
            await running
        await expect(page.get_by_test_id("question-set")).to_be_visible()
        await expect(page.get_by_test_id("answer")).to_have_count(0)
        await expect(page.get_by_test_id("answer-item")).to_have_count(0)
        await open_first_question(page)
        await expect(page.get_by_test_id("answer")).to_have_count(1)
        await page.get_by_role("link", name="답변", exact=True).click()
        await expect(page.get_by_test_id("answer-item")).to_have_count(10)
        await page.get_by_test_id("answer-item").first.locator("summary").click()
        await expect(page.get_by_test_id("answer").filter(visible=True)).to_have_count(1)
