"""The select of many rows in a real browser: found by typing, chosen by keyboard, sent as a plain select."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from linkage.models import Consultation
from shenguan.access.roles import Role
from tests.factories.ground import DepartmentFactory, StaffFactory

pytestmark = pytest.mark.django_db(transaction=True)
PageFor = Callable[..., Page]


@pytest.fixture
def form(page_for: PageFor) -> Page:
    for name in ("云州市水利局", "云州市消防救援支队"):
        other = DepartmentFactory(name=name, short_name=name.removeprefix("云州"))
        StaffFactory(department=other, roles=[Role.LIAISON])
    page = page_for(StaffFactory(roles=[Role.LIAISON]))
    page.goto(reverse("linkage:consultation_new"))
    return page


def test_it_is_chosen_by_keyboard_and_sent(form: Page) -> None:
    form.get_by_label("议题").fill("冷库备案与检查的衔接")
    form.get_by_role("textbox", name="会商内容").fill("请说明现场核查的分工。")
    search = form.get_by_role("combobox", name="参加部门")
    search.fill("消防")
    expect(form.get_by_role("listbox", name="参加部门").get_by_role("option")).to_have_count(1)
    search.press("Enter")
    expect(form.get_by_role("button", name="去掉 市消防救援支队")).to_be_visible()
    form.get_by_role("button", name="发起会商").click()
    expect(form.get_by_text("已发起")).to_be_visible()
    (party,) = Consultation.objects.get().parties.all()
    assert party.department.name == "云州市消防救援支队"


def test_backspace_takes_the_last_one_away(form: Page) -> None:
    search = form.get_by_role("combobox", name="参加部门")
    search.press("ArrowDown")
    search.press("Enter")
    expect(form.locator("#id_departments option:checked")).to_have_count(1)
    search.press("Backspace")
    expect(form.locator("#id_departments option:checked")).to_have_count(0)


def test_an_unsent_form_asks_before_it_is_left(form: Page) -> None:
    asked: list[str] = []
    form.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    form.get_by_label("议题").fill("未提交")
    form.get_by_role("link", name="取消").click()
    expect(form.get_by_label("议题")).to_have_value("未提交")
    assert asked == ["beforeunload"]
