"""Every state the page draws, brought about one after another for somebody to look at, in whichever language."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from playwright.async_api import Locator, Page, expect

from server.domain.job import Question
from tests.browser.test_story import BUTTON, ROW
from tests.support.stack import Stack
from tests.support.strategies import a_question
from tests.support.workbench import a_finish, document
from worker.__main__ import open_workshop
from worker.attempt import Attempt
from worker.models.port import Assignment, ModelError, ModelErrorCode, Piece, TextModel
from worker.models.sample import SampleModel

REQUIRED = {"회사을(를) 입력해 주세요.", "Company is required."}
# What is looked at in a state; the name is for the message of a failure.
Look = Callable[[str], Awaitable[None]]

# Words without a space are what a narrow screen has most trouble with.
LONG = "가나다라마바사아자차카타파하" * 3
DETAILS = {
    "company": "카카오뱅크",
    "position": "백엔드 개발자 (대용량 결제 시스템)",
    "job_posting": "https://careers.example.com/jobs/" + "payment-systems-" * 12,
    # Longer than its box.
    "resume": "결제 정산 시스템을 5년간 개발했습니다.\n" * 40,
    "language": "ko",
}
REFUSED = ModelError(ModelErrorCode.BLOCKED, "refused", retryable=False)


class HeldModel:
    """Writes the next piece of its script when it is told to go on."""

    name = "held"

    def __init__(self, *pieces: Piece | ModelError) -> None:
        self._pieces = pieces
        self._turns = asyncio.Semaphore(0)

    def go_on(self) -> None:
        """Let one more piece be written."""
        self._turns.release()

    async def write(self, assignment: Assignment) -> AsyncGenerator[Piece, None]:
        """Write the script, piece by piece; an error in it is raised."""
        for piece in self._pieces:
            await self._turns.acquire()
            if isinstance(piece, ModelError):
                raise piece
            yield piece


def a_long_question(index: int) -> Question:
    return a_question(index, f"{index + 1}: {LONG}")


def half_written() -> str:
    """One question and the beginning of a second."""
    return document(a_long_question(0))[:-1] + ',{"ask":"트래픽이 갑자기'


def the_rest() -> str:
    """What follows on that, to the end of ten."""
    return document(*map(a_long_question, range(10)))[len(half_written()) :]


async def entrance(page: Page, stack: Stack, look: Look) -> None:
    """Signing in, an empty list, an address of nothing, and the way out."""
    await page.goto(f"{stack.url}/nothing/here")
    await expect(page.get_by_test_id("sign-in")).to_be_visible()
    await look("signed out")
    await page.get_by_test_id("sign-in").click()
    await expect(page.get_by_role("main").get_by_role("link")).to_be_visible()
    await look("not found")
    await page.locator(".brand").click()
    await expect(page.locator(".empty-page")).to_be_visible()
    await look("empty list")
    await page.locator("footer button").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await look("asked whether to sign out")


async def description(page: Page, stack: Stack, look: Look) -> None:
    """A new interview: the form empty, refused, and the interview without questions."""
    await sign_in(page, stack)
    await page.locator(".empty-page a").click()
    await expect(page.locator("form")).to_be_visible()
    await look("empty form")
    await page.locator("form button").click()
    await expect(page.locator("[name=company]")).to_be_focused()
    assert await page.locator("[name=company]").evaluate("field => field.validationMessage") in REQUIRED
    await look("refused form")
    for name in ("company", "position", "job_posting", "resume"):
        await page.locator(f"[name={name}]").fill(DETAILS[name])
    await page.locator("form button").click()
    await expect(page.locator(".history .empty")).to_be_visible()
    await page.locator(".material summary").click()
    await look("interview without questions")
    await page.locator(".tabs a").last.click()
    await expect(page.locator(".answers .empty")).to_be_visible()
    await look("interview without answers")
    await page.locator(".brand").click()
    await expect(page.locator(".interview-link")).to_be_visible()
    await look("list")


async def generation(page: Page, stack: Stack, look: Look) -> None:
    """Questions from the queue to the finished set, and an answer in it."""
    job_id = await begin(page, stack)
    await look("queued")
    model = HeldModel(half_written(), the_rest(), a_finish())
    async with attempt(stack, job_id, model) as running:
        await expect(page.get_by_test_id(ROW).locator(".row-count")).to_have_text("0/10")
        await look("thinking")
        model.go_on()
        await expect(page.get_by_test_id(ROW).locator(".question-draft")).to_be_visible()
        await look("writing")
        model.go_on()
        model.go_on()
        await running
    await expect(page.get_by_test_id("question-set")).to_be_visible()
    answer = await open_first_question(page)
    await look("opened question")
    await answer.get_by_test_id("answer-button").click()
    await expect(answer.get_by_test_id("answer-running")).to_be_visible()
    await look("answer asked for")
    async with attempt(stack, await active_job(page), SampleModel(0)) as running:
        await running
    await expect(answer.get_by_test_id("answer-body")).to_be_visible()
    await look("answered question")
    await answer.get_by_test_id("answer-button").click()
    await answer.get_by_test_id("answer-running").get_by_role("button").click()
    await expect(answer.get_by_test_id("answer-ended")).to_be_visible()
    await look("cancelled answer")
    await page.locator(".tabs a").last.click()
    await page.locator(".answers details").first.evaluate("item => { item.open = true }")
    await expect(page.locator(".answers").get_by_test_id("answer-body").first).to_be_visible()
    await look("answers")


async def endings(page: Page, stack: Stack, look: Look) -> None:
    """Generations that fail and that are cancelled, each with a question written."""
    job_id = await begin(page, stack)
    model = HeldModel(half_written(), REFUSED)
    async with attempt(stack, job_id, model) as running:
        model.go_on()
        model.go_on()
        await running
    await page.get_by_test_id("failed-row").locator("details.question > summary").click()
    await look("failed")
    model = HeldModel(half_written())
    async with attempt(stack, await ask(page), model):
        model.go_on()
        await expect(page.get_by_test_id(ROW).locator(".question-draft")).to_be_visible()
        await page.get_by_test_id(ROW).get_by_role("button").click()
        await expect(page.get_by_test_id("cancelled-row")).to_be_visible()
        await look("cancelled")


async def play(page: Page, stack: Stack, look: Look) -> None:
    """Bring about every state, and look at each."""
    for scene in (entrance, description, generation, endings):
        await page.context.clear_cookies()
        await scene(page, stack, look)


async def sign_in(page: Page, stack: Stack) -> None:
    await page.goto(stack.url)
    await page.get_by_test_id("sign-in").click()
    await expect(page.locator(".empty-page")).to_be_visible()


async def begin(page: Page, stack: Stack) -> str:
    """Sign in, describe an interview and ask for questions; return the job's id."""
    await sign_in(page, stack)
    answer = await page.request.post(f"{stack.url}/api/interviews", data=DETAILS, headers={"Origin": stack.url})
    await page.goto(f"{stack.url}/interviews/{(await answer.json())['id']}")
    return await ask(page)


async def ask(page: Page) -> str:
    """Press the button of an interview; return the job's id."""
    await page.get_by_test_id(BUTTON).click()
    await expect(page.get_by_test_id(ROW)).to_be_visible()
    return await active_job(page)


async def active_job(page: Page) -> str:
    """Return the id of the job that is queued or running."""
    return str(await page.evaluate("fetch('/api/jobs?status=active').then(r => r.json()).then(r => r.jobs[0].id)"))


async def open_first_question(page: Page) -> Locator:
    """Open a set, which may be open, and its first question; return the part with the answer."""
    found = page.get_by_test_id("question-set").first
    await found.locator("details.set").evaluate("set => { set.open = true }")
    await found.locator("details.question").first.evaluate("question => { question.open = true }")
    answer = found.get_by_test_id("answer").first
    await expect(answer).to_be_visible()
    return answer


@asynccontextmanager
async def attempt(stack: Stack, job_id: str, model: TextModel) -> AsyncIterator[asyncio.Task[None]]:
    """Run an attempt beside the block, as a worker of the stack would; what has not ended by its end is cancelled."""
    async with open_workshop(stack.settings) as (shop, clock), asyncio.TaskGroup() as tasks:
        await clock.calibrate()
        job = await shop.jobs.claim(job_id, "the test", shop.clock.now(), shop.leases.length)
        assert job is not None
        running = tasks.create_task(Attempt(job, replace(shop, model=model)).run())
        yield running
        running.cancel()
