"""The frame in a real browser: keyboard, large type, off-canvas menu, accessibility, no policy violation."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from shenguan.access.roles import Role
from tests.e2e.conftest import DESK, PHONE
from tests.factories.ground import StaffFactory

pytestmark = pytest.mark.django_db(transaction=True)
PageFor = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture
def auditor(page_for: PageFor) -> Page:
    page = page_for(StaffFactory(roles=[Role.AUDIT_ADMIN]))
    page.goto("/search/")
    return page


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["1366", "390"])
@pytest.mark.parametrize(
    ("path", "heading"),
    [("/search/", "全局搜索"), ("/search/?q=无此企业", "全局搜索"), ("/none/", "没有找到这个页面")],
)
def test_it_is_accessible_and_fits(
    path: str,
    heading: str,
    viewport: dict[str, int],
    page_for: PageFor,
    assert_axe_clean: Check,
    assert_no_overflow: Check,
) -> None:
    page = page_for(StaffFactory(roles=[Role.AUDIT_ADMIN]), viewport)
    page.goto(path)
    expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
    assert_axe_clean(page)
    assert_no_overflow(page)


def test_it_focuses_the_global_search_by_ctrl_k(auditor: Page) -> None:
    auditor.keyboard.press("Control+k")
    expect(auditor.get_by_label("全局搜索")).to_be_focused()


def test_it_focuses_the_page_search_by_slash(auditor: Page) -> None:
    auditor.keyboard.press("/")
    expect(auditor.get_by_label("搜索内容")).to_be_focused()


def test_it_opens_the_keyboard_help_by_question_mark(auditor: Page, assert_axe_clean: Check) -> None:
    auditor.keyboard.press("?")
    expect(auditor.get_by_role("dialog", name="快捷键")).to_be_visible()
    assert_axe_clean(auditor)


def test_it_types_a_question_mark_into_a_field(auditor: Page) -> None:
    field = auditor.get_by_label("搜索内容")
    field.press("?")
    expect(field).to_have_value("?")
    expect(auditor.get_by_role("dialog", name="快捷键")).to_be_hidden()


def test_it_turns_single_keys_off_but_keeps_ctrl(auditor: Page) -> None:
    auditor.keyboard.press("?")
    auditor.get_by_role("button", name="关闭单键快捷键").click()
    expect(auditor.get_by_role("status")).to_contain_text("已关闭单键快捷键")
    auditor.keyboard.press("/")
    expect(auditor.get_by_label("搜索内容")).not_to_be_focused()
    auditor.keyboard.press("Control+k")
    expect(auditor.get_by_label("全局搜索")).to_be_focused()


def test_it_keeps_large_type_on_the_next_page(auditor: Page, assert_no_overflow: Check) -> None:
    auditor.get_by_role("button", name="大字").click()
    auditor.goto("/search/?q=x")
    assert auditor.evaluate("document.documentElement.dataset.size") == "lg"
    assert_no_overflow(auditor)


def test_it_opens_the_menu_on_a_phone(page_for: PageFor, assert_axe_clean: Check) -> None:
    page = page_for(StaffFactory(roles=[Role.AUDIT_ADMIN]), PHONE)
    page.goto("/search/")
    menu_entry = page.get_by_role("link", name="审计日志")
    expect(menu_entry).to_be_hidden()
    page.get_by_role("button", name="打开主导航").click()
    expect(menu_entry).to_be_visible()
    assert_axe_clean(page)
    page.keyboard.press("Escape")
    expect(menu_entry).to_be_hidden()


def test_it_keeps_a_personal_number_out_of_the_address(auditor: Page) -> None:
    auditor.get_by_label("搜索内容").fill("138 0000 1111")
    auditor.get_by_role("button", name="搜索").click()
    expect(auditor.get_by_role("alert")).to_contain_text("不接受身份证件号码和手机号")
    assert "q=" not in auditor.url


def test_it_skips_to_the_main_content(auditor: Page) -> None:
    auditor.keyboard.press("Tab")
    expect(auditor.get_by_role("link", name="跳到主要内容")).to_be_focused()
