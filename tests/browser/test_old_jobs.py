"""Old jobs are cleaned up; what they wrote stays on the page."""

from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenBrowser
from tests.browser.test_story import BUTTON, END_MILLISECONDS, describe_interview
from tests.support.stack import Stack
from tests.support.wait import wait_until

JOBS_LEFT = "fetch('/api/jobs').then(r => r.json()).then(r => r.jobs.length)"


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    # Old at once: the next sweep takes what has ended.
    with Stack(settings={"SAMPLE_SECONDS": "1", "RETENTION_DAYS": "0"}) as stack:
        yield stack


async def test_the_set_of_a_job_that_was_cleaned_up_stays(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await describe_interview(page, stack)
        await page.get_by_label("질문 수").select_option("5")
        await page.get_by_test_id(BUTTON).click()
        await expect(page.get_by_test_id("question-set")).to_have_count(1, timeout=END_MILLISECONDS)
        assert await page.evaluate(JOBS_LEFT) == 1
        # The worker sweeps as it starts, and then every hour.
        await stack.terminate("worker")
        await stack.start("worker")
        await wait_until(lambda: page.evaluate(f"{JOBS_LEFT}.then(count => count === 0)"), "the job is deleted")
        await page.reload()
        await expect(page.get_by_test_id("question-set")).to_have_count(1)
        await expect(page.get_by_test_id("question-set").get_by_text("5문항")).to_be_visible()
        await expect(page.get_by_test_id("question-set").locator(".question-text")).to_have_count(5)
