"""An interview from its description to its end: described, changed here and elsewhere, deleted."""

from collections.abc import Iterator

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import OpenBrowser
from tests.browser.test_story import describe_interview
from tests.support.stack import Stack


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with Stack() as stack:
        yield stack


async def edit_interview(page: Page, stack: Stack) -> None:
    """Describe an interview; ends on the form that changes it."""
    await describe_interview(page, stack)
    await page.get_by_role("link", name="수정").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("면접 수정")


async def test_an_interview_is_changed(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await edit_interview(page, stack)
        await page.get_by_label("직무").fill("SRE")
        await page.get_by_role("button", name="저장").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("카카오뱅크 · SRE")
        await expect(page.get_by_test_id("toast").filter(has_text="저장했습니다.")).to_be_visible()
        await page.reload()
        await expect(page.get_by_role("heading", level=1)).to_have_text("카카오뱅크 · SRE")


async def test_an_interview_is_deleted_by_who_is_sure(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await describe_interview(page, stack)
        address = page.url
        for answer in ("취소", "삭제"):
            await expect(page.get_by_role("heading", level=1)).to_have_text("카카오뱅크 · 백엔드 개발자")
            await page.get_by_role("button", name="삭제").click()
            await page.get_by_role("dialog").get_by_role("button", name=answer).click()
        await expect(page.get_by_test_id("toast").filter(has_text="면접을 삭제했습니다.")).to_be_visible()
        await expect(page.get_by_text("아직 준비 중인 면접이 없습니다")).to_be_visible()
        await page.goto(address)
        await expect(page.get_by_role("heading", level=1)).to_have_text("페이지를 찾을 수 없습니다")


async def test_the_form_asks_for_what_it_shows(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await edit_interview(page, stack)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url.removeprefix(stack.url)))
        await page.reload()
        await expect(page.get_by_label("회사")).to_have_value("카카오뱅크")
        await expect(page.get_by_test_id("connection")).to_contain_text("실시간 연결됨")
        place = page.url.removeprefix(stack.url).removesuffix("/edit")
        assert sorted(path for path in asked if path.startswith("/api")) == [f"/api{place}", "/api/session"]


async def test_what_was_changed_elsewhere_is_not_changed_back(stack: Stack, open_browser: OpenBrowser) -> None:
    async with open_browser() as page:
        await edit_interview(page, stack)
        address = page.url.replace("/interviews", "/api/interviews").removesuffix("/edit")

        async def change_elsewhere(**changes: str) -> None:
            answer = await page.request.patch(address, data=changes, headers={"Origin": stack.url})
            assert answer.ok

        await page.get_by_label("직무").fill("SRE")
        await change_elsewhere(resume="그동안 더한 경력")
        await page.get_by_role("link", name="Interview Live").click()
        await page.get_by_role("link", name="카카오뱅크").click()
        await expect(page.locator(".material")).to_contain_text("그동안 더한 경력")
        await page.get_by_role("link", name="수정").click()
        await expect(page.get_by_label("직무")).to_have_value("SRE")
        await expect(page.get_by_label("이력서")).to_have_value("그동안 더한 경력")
        await change_elsewhere(job_posting="그동안 바뀐 공고")
        await page.get_by_role("button", name="저장").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("카카오뱅크 · SRE")
        await expect(page.locator(".material")).to_contain_text("그동안 더한 경력")
        await expect(page.locator(".material")).to_contain_text("그동안 바뀐 공고")


async def test_a_text_field_is_called_by_its_label_alone(stack: Stack, open_browser: OpenBrowser) -> None:
    # The browser's language writes 20.000; the page's own is what counts.
    async with open_browser(locale="de-DE") as page:
        await edit_interview(page, stack)
        resume = page.get_by_role("textbox", name="이력서 (선택)", exact=True)
        await resume.fill("가" * 1_234)
        hint = "경력, 프로젝트, 사용한 기술을 적어 주세요. 1,234 / 20,000자"
        await expect(resume).to_have_accessible_description(hint)
        await page.get_by_text("채용 공고 (선택)").click()
        await expect(page.get_by_label("채용 공고")).to_be_focused()
