"""The whole story in a real browser: sign in, describe, generate, close, come back, find the finished set."""

import re
from collections.abc import Iterator

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import OpenBrowser
from tests.support.stack import Stack

# Long enough to close the browser in the middle and find the job still running.
SAMPLE_SECONDS = "12"
END_MILLISECONDS = 40_000

BUTTON = "generate-button"
ROW = "loading-row"


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with Stack(settings={"SAMPLE_SECONDS": SAMPLE_SECONDS}) as stack:
        yield stack


async def describe_interview(page: Page, stack: Stack) -> None:
    """Sign in as a guest and describe an interview; ends on its page."""
    await page.goto(stack.url)
    await page.get_by_test_id("sign-in").click()
    # While the list is loading, the same link stands elsewhere and is about to go.
    await expect(page.locator(".empty-page")).to_be_visible()
    await page.get_by_role("link", name="새 면접").filter(visible=True).first.click()
    await page.get_by_label("회사").fill("카카오뱅크")
    await page.get_by_label("직무").fill("백엔드 개발자")
    await page.get_by_label("채용 공고").fill("대용량 결제 시스템을 함께 만들 백엔드 개발자를 찾습니다.")
    await page.get_by_label("이력서").fill("결제 정산 시스템을 5년간 개발했습니다. Kotlin, Kafka, PostgreSQL.")
    await page.get_by_role("button", name="저장").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("카카오뱅크 · 백엔드 개발자")
    await expect(page.get_by_test_id("connection")).to_contain_text("실시간 연결됨")


async def elapsed_seconds(page: Page) -> int:
    """Read the running time off the loading row: `생성 중... (1분 30초 경과)`."""
    text = await page.get_by_test_id("elapsed").inner_text()
    found = re.fullmatch(r"생성 중\.\.\. \((?:(\d+)분 )?(\d+)초 경과\)", text)
    assert found, text
    return int(found[1] or 0) * 60 + int(found[2])


async def questions_shown(page: Page) -> int:
    return await page.get_by_test_id(ROW).get_by_role("listitem").count()


async def test_a_generation_survives_the_browser(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await describe_interview(page, stack)
        await page.get_by_label("질문 수").select_option("5")
        await page.get_by_test_id(BUTTON).click()

        await expect(page.get_by_test_id("toast").filter(has_text="질문 생성을 시작했습니다!")).to_be_visible()
        await expect(page.get_by_test_id(BUTTON)).to_have_text("생성 중...")
        await expect(page.get_by_test_id(BUTTON)).to_be_disabled()
        row = page.get_by_test_id(ROW)
        await expect(row).to_contain_text("AI가 맞춤형 질문을 생성하고 있습니다")
        await expect(row.locator(".spinner")).to_be_visible()
        await expect(row.get_by_role("listitem").nth(1)).to_be_visible(timeout=END_MILLISECONDS)
        before, shown = await elapsed_seconds(page), await questions_shown(page)
        address = page.url

    async with open_browser() as page:
        await page.goto(address)
        await expect(page.get_by_test_id(ROW)).to_be_visible()
        assert await elapsed_seconds(page) >= before
        assert await questions_shown(page) >= shown
        finished = page.get_by_test_id("question-set").first
        await expect(finished).to_be_visible(timeout=END_MILLISECONDS)
        await expect(finished).to_contain_text(re.compile(r"질문 세트 #1 \(\d{4}-\d\d-\d\d \d\d:\d\d\)"))
        await expect(page.get_by_test_id("toast").filter(has_text="질문 5개가 준비되었습니다.")).to_be_visible()
        await expect(page.get_by_test_id(BUTTON)).to_be_enabled()
        await expect(page.get_by_test_id(ROW)).to_have_count(0)


async def test_an_end_that_came_while_the_browser_was_closed_is_announced(
    stack: Stack, open_browser: OpenBrowser
) -> None:
    async with open_browser() as page:
        await describe_interview(page, stack)
        await page.get_by_test_id(BUTTON).click()
        await expect(page.get_by_test_id(ROW)).to_be_visible()
        job = await page.evaluate("fetch('/api/jobs?status=active').then(r => r.json()).then(r => r.jobs[0].id)")
        cookies = {cookie["name"]: cookie["value"] for cookie in await page.context.cookies()}
    await stack.wait_until_ended(job, cookies["session"])
    async with open_browser() as page:
        await page.goto(stack.url)
        away = page.get_by_test_id("toast").filter(has_text="자리를 비운 사이 질문 생성이 끝났습니다.")
        await expect(away).to_be_visible()


async def test_navigation_never_interrupts_a_generation(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await describe_interview(page, stack)
        await page.get_by_test_id(BUTTON).click()
        await expect(page.get_by_test_id(ROW)).to_be_visible()
        await page.get_by_role("link", name="Interview Live").click()
        await expect(page.get_by_role("main")).to_contain_text("초 경과")
        await page.get_by_role("link", name=re.compile("카카오뱅크")).click()
        await expect(page.get_by_test_id(ROW)).to_be_visible()
        await page.get_by_role("button", name="취소").click()
        await expect(page.get_by_test_id("cancelled-row")).to_be_visible()
        await expect(page.get_by_test_id(BUTTON)).to_be_enabled()


async def test_two_browsers_show_the_same_and_two_people_never_meet(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser("ada") as page, open_browser("bob") as other:
        await describe_interview(page, stack)
        await describe_interview(other, stack)
        second_tab = await page.context.new_page()
        await second_tab.goto(page.url)
        await expect(second_tab.get_by_test_id("connection")).to_contain_text("실시간 연결됨")
        await page.get_by_test_id(BUTTON).click()
        await expect(second_tab.get_by_test_id(ROW)).to_be_visible()
        await expect(second_tab.get_by_test_id(BUTTON)).to_be_disabled()
        await expect(other.get_by_test_id(BUTTON)).to_be_enabled()
        await expect(other.get_by_test_id(ROW)).to_have_count(0)
        await second_tab.get_by_role("button", name="취소").click()
        await expect(page.get_by_test_id("cancelled-row")).to_be_visible()


async def test_a_lost_server_is_shown_and_found_again(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await describe_interview(page, stack)
        await page.get_by_test_id(BUTTON).click()
        await expect(page.get_by_test_id(ROW)).to_be_visible()
        await stack.kill("web")
        await expect(page.get_by_test_id("connection")).not_to_contain_text("실시간 연결됨")
        await stack.start("web")
        await expect(page.get_by_test_id("connection")).to_contain_text("실시간 연결됨", timeout=END_MILLISECONDS)
        await expect(page.get_by_test_id("question-set")).to_have_count(1, timeout=END_MILLISECONDS)


async def test_a_phone_has_no_sideways_scroll(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser(viewport={"width": 390, "height": 844}, has_touch=True) as page:
        await describe_interview(page, stack)
        await page.get_by_test_id(BUTTON).click()
        await expect(page.get_by_test_id(ROW).get_by_role("listitem").first).to_be_visible(timeout=END_MILLISECONDS)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        box = await page.get_by_test_id(BUTTON).bounding_box()
        assert box
        assert box["height"] >= 44
