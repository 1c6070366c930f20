"""What the page shows of a generation that waits or fails. The test is the worker: its model fails as it is told."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import OpenBrowser
from tests.browser.test_story import BUTTON, END_MILLISECONDS, ROW, describe_interview
from tests.support.stack import Stack
from tests.support.strategies import a_question
from tests.support.workbench import ScriptedModel, document
from worker.__main__ import open_workshop
from worker.attempt import Attempt
from worker.models.port import ModelError, ModelErrorCode


@pytest.fixture
def stack() -> Iterator[Stack]:
    with Stack(settings={"SAMPLE_SECONDS": "1"}) as stack:
        yield stack


async def start_without_a_worker(page: Page, stack: Stack) -> str:
    """Queue a generation that nobody runs; return the job's id."""
    await describe_interview(page, stack)
    await stack.kill("worker")
    await page.get_by_test_id(BUTTON).click()
    await expect(page.get_by_test_id(ROW)).to_be_visible()
    return str(await page.evaluate("fetch('/api/jobs?status=active').then(r => r.json()).then(r => r.jobs[0].id)"))


async def run_attempt(stack: Stack, job_id: str, model: ScriptedModel) -> None:
    """Run one attempt at the job against the real database and the real Redis."""
    async with open_workshop(stack.settings) as (shop, clock):
        await clock.calibrate()
        job = await shop.jobs.claim(job_id, "the test", shop.clock.now(), shop.leases.length)
        assert job is not None
        await Attempt(job, replace(shop, model=model)).run()


async def test_a_failed_generation_says_why_and_can_be_done_over(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        job_id = await start_without_a_worker(page, stack)
        refused = ModelError(ModelErrorCode.BLOCKED, "refused", retryable=False)
        await run_attempt(stack, job_id, ScriptedModel(document(a_question(0))[:-1], refused))
        failed = page.get_by_test_id("failed-row")
        await expect(failed).to_contain_text("AI가 이 요청에 답하지 않았습니다.")
        await expect(failed).to_contain_text("작성된 질문 1개")
        await expect(page.get_by_test_id("toast").filter(has_text="질문을 생성하지 못했습니다.")).to_be_visible()
        await expect(page.get_by_test_id(BUTTON)).to_be_enabled()
        await stack.start("worker")
        await failed.get_by_role("button", name="다시 시도").click()
        await expect(page.get_by_test_id("question-set")).to_have_count(1, timeout=END_MILLISECONDS)
        await expect(failed).to_have_count(0)


async def test_an_automatic_retry_counts_down_and_keeps_what_was_finished(
    stack: Stack, open_browser: OpenBrowser
) -> None:
    async with open_browser() as page:
        job_id = await start_without_a_worker(page, stack)
        away = ModelError(ModelErrorCode.UNAVAILABLE, "away", retryable=True, retry_after=timedelta(seconds=8))
        await run_attempt(stack, job_id, ScriptedModel(document(a_question(0))[:-1], away))
        row = page.get_by_test_id(ROW)
        await expect(row).to_contain_text(re.compile(r"AI 서비스가 혼잡합니다\. \d+초 후 다시 시도합니다\."))
        await expect(row.get_by_role("listitem")).to_have_count(1)
        spoken = page.locator(".interview > [role=status]")
        said, shown = await spoken.inner_text(), await row.locator(".row-note").inner_text()
        assert re.fullmatch(r"AI 서비스가 혼잡합니다\. \d+초 후 다시 시도합니다\.", said)
        await expect(row.locator(".row-note")).not_to_have_text(shown)
        await expect(spoken).to_have_text(said)
        await expect(page.get_by_test_id(BUTTON)).to_be_disabled()
        await page.reload()
        await expect(row).to_contain_text(re.compile(r"\d+초 후 다시 시도합니다\."))
        await stack.start("worker")
        finished = page.get_by_test_id("question-set").first
        await expect(finished).to_be_visible(timeout=END_MILLISECONDS)
        await finished.locator("summary").first.click()
        await expect(finished).to_contain_text(a_question(0).text)
