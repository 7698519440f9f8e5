"""The checklist on a phone: saved by itself, nothing typed is lost, and it goes on without a network."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from shenguan.org.models import Staff
from shenguan.workdays import calendar
from supervision.actions import inspections
from supervision.models import Inspection, InspectionElement
from tests.e2e.conftest import DESK, PHONE
from tests.factories.files import PNG
from tests.factories.ground import StaffFactory
from tests.factories.supervision import CheckTaskFactory

pytestmark = pytest.mark.django_db(transaction=True)
PageFor = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture
def inspector() -> Staff:
    return StaffFactory(name="温书衡", enforcement_number="43990200001", roles=[Role.INSPECTOR])


@pytest.fixture
def sheet(inspector: Staff) -> Inspection:
    """A draft of three elements."""
    task = CheckTaskFactory(object__item__department=inspector.department, object__address="高新区明湖路 31 号")
    return inspections.start(by=Actor.of_staff(inspector), task=task)


@pytest.fixture
def phone(page_for: PageFor, inspector: Staff, sheet: Inspection) -> Page:
    page = page_for(inspector, PHONE)
    page.goto(f"/supervision/inspections/{sheet.number}/")
    return page


def rows(sheet: Inspection) -> list[InspectionElement]:
    return list(sheet.elements.all())


def card(page: Page, row: InspectionElement) -> str:
    return f"#element-{row.pk}"


def choose(page: Page, row: InspectionElement, verdict: str) -> None:
    """Taps one verdict."""
    page.locator(f"label[for={verdict}-{row.pk}]").tap()


def saved(page: Page) -> None:
    """Waits until nothing on the phone is unsent."""
    expect(page.locator("[data-wait]")).to_have_count(0)
    expect(page.locator("[data-waiting] figure")).to_have_count(0)


def verdicts(sheet: Inspection) -> list[str]:
    return [row.verdict for row in rows(sheet)]


def test_it_collapses_what_passed_and_opens_it_again(phone: Page, sheet: Inspection) -> None:
    first = rows(sheet)[0]
    choose(phone, first, "pass")
    expect(phone.locator(f"label[for=pass-{first.pk}]")).to_be_hidden()
    expect(phone.locator("[data-judged]")).to_have_text("1")
    saved(phone)
    assert verdicts(sheet) == ["pass", "unchecked", "unchecked"]
    phone.locator(f"{card(phone, first)} summary").tap()
    expect(phone.locator(f"label[for=pass-{first.pk}]")).to_be_visible()


def test_it_asks_for_the_problem_and_keeps_the_cursor(phone: Page, sheet: Inspection) -> None:
    first, second, _ = rows(sheet)
    choose(phone, first, "fail")
    field = phone.locator(f"#description-{first.pk}")
    field.click()
    field.press_sequentially("后厨食品直接放在地面")
    saved(phone)
    expect(field).to_be_focused()
    choose(phone, second, "pass")
    phone.locator(f"label[for=rectify-{first.pk}]").first.tap()
    phone.locator(f"{card(phone, first)} [data-date]").nth(1).tap()
    saved(phone)
    expect(field).to_have_value("后厨食品直接放在地面")
    first.refresh_from_db()
    assert (first.description, first.measure) == ("后厨食品直接放在地面", "rectify")
    assert first.rectify_by == calendar.today() + timedelta(days=5)


def test_it_keeps_answers_on_the_phone_without_a_network(phone: Page, sheet: Inspection) -> None:
    first, second, _ = rows(sheet)
    phone.context.set_offline(True)
    choose(phone, first, "pass")
    choose(phone, second, "fail")
    phone.locator(f"#description-{second.pk}").fill("没有健康证明")
    phone.locator(f"#photo-of-{second.pk}").set_input_files(
        {"name": "现场.png", "mimeType": "image/png", "buffer": PNG}
    )
    expect(phone.get_by_text("无网络，已存本机，联网后自动上传（3 处未上传）")).to_be_visible()
    phone.get_by_text("下一步").tap()
    expect(phone.get_by_text("联网上传后才能进入下一步")).to_be_visible()
    assert verdicts(sheet) == ["unchecked"] * 3
    phone.context.set_offline(False)
    saved(phone)
    expect(phone.locator("[data-strip]")).to_be_hidden()
    expect(phone.locator(f"#photos-{second.pk} figure")).to_have_count(1)
    second.refresh_from_db()
    assert (second.verdict, second.description, second.photos.count()) == ("fail", "没有健康证明", 1)


def test_it_goes_on_after_the_page_was_closed_without_a_network(phone: Page, sheet: Inspection) -> None:
    first = rows(sheet)[0]
    phone.context.set_offline(True)
    choose(phone, first, "fail")
    phone.locator(f"#description-{first.pk}").fill("冷库温度记录缺失")
    phone.locator(f"#photo-of-{first.pk}").set_input_files({"name": "现场.png", "mimeType": "image/png", "buffer": PNG})
    expect(phone.locator("[data-waiting] figure")).to_have_count(1)
    phone.goto("about:blank")
    phone.context.set_offline(False)
    phone.goto(f"/supervision/inspections/{sheet.number}/")
    expect(phone.locator(f"#description-{first.pk}")).to_have_value("冷库温度记录缺失")
    saved(phone)
    expect(phone.locator(f"#photos-{first.pk} figure")).to_have_count(1)
    first.refresh_from_db()
    assert (first.verdict, first.description) == ("fail", "冷库温度记录缺失")


def test_it_tries_again_after_the_server_failed(phone: Page, sheet: Inspection) -> None:
    first = rows(sheet)[0]
    failing = [True]

    def answer(route: Route) -> None:
        if failing:
            failing.pop()
            route.fulfill(status=503, body="")
        else:
            route.continue_()

    phone.route("**/elements/*/", answer)
    choose(phone, first, "fail")
    phone.locator(f"#description-{first.pk}").fill("地面积水")
    expect(phone.get_by_text("暂时连不上服务器，已存本机，正在重试")).to_be_visible()
    expect(phone.locator(f"#description-{first.pk}")).to_have_value("地面积水")
    phone.evaluate("dispatchEvent(new Event('online'))")
    saved(phone)
    first.refresh_from_db()
    assert first.description == "地面积水"


def test_it_asks_before_it_overwrites_somebody_elses_answer(phone: Page, sheet: Inspection, inspector: Staff) -> None:
    first = rows(sheet)[0]
    inspections.record_element(sheet, by=Actor.of_staff(inspector), element_id=first.pk, verdict="pass")
    choose(phone, first, "fail")
    phone.locator(f"#description-{first.pk}").fill("地面积水")
    expect(phone.get_by_text("已在另一处保存为“合格”")).to_be_visible()
    first.refresh_from_db()
    assert first.verdict == "pass"
    phone.get_by_role("button", name="以我的填写为准").tap()
    saved(phone)
    first.refresh_from_db()
    assert (first.verdict, first.description) == ("fail", "地面积水")


def test_it_marks_the_remainder_as_passed(phone: Page, sheet: Inspection) -> None:
    choose(phone, rows(sheet)[1], "fail")
    phone.get_by_role("button", name="其余全部合格").tap()
    saved(phone)
    assert verdicts(sheet) == ["pass", "fail", "pass"]


def test_it_does_not_send_another_persons_answers(
    phone: Page, page_for: PageFor, sheet: Inspection, inspector: Staff
) -> None:
    phone.context.set_offline(True)
    choose(phone, rows(sheet)[0], "fail")
    kept = phone.evaluate("Object.keys(localStorage).filter(k => k.startsWith('sg-inspection'))")
    assert kept == [f"sg-inspection:{sheet.number}:{inspector.pk}"]


def test_it_keeps_the_result_when_the_network_is_gone(phone: Page, sheet: Inspection) -> None:
    phone.goto(f"/supervision/inspections/{sheet.number}/result/")
    phone.get_by_label("检查情况说明").fill("现场整洁")
    phone.context.set_offline(True)
    phone.get_by_role("button", name="提交检查结果").tap()
    expect(phone.get_by_text("现在没有网络，检查结果没有提交")).to_be_visible()
    expect(phone.get_by_label("检查情况说明")).to_have_value("现场整洁")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["1366", "390"])
def test_it_is_accessible_and_fits(
    viewport: dict[str, int],
    page_for: PageFor,
    inspector: Staff,
    sheet: Inspection,
    assert_axe_clean: Check,
    assert_no_overflow: Check,
    screenshot: Callable[..., Path],
) -> None:
    first, second, _ = rows(sheet)
    mended = {"description": "后厨库房 2 箱半成品直接放在地面", "measure": "rectify", "rectify_by": date(2030, 1, 2)}
    by = Actor.of_staff(inspector)
    inspections.record_element(sheet, by=by, element_id=first.pk, verdict="pass")
    inspections.record_element(sheet, by=by, element_id=second.pk, verdict="fail", **mended)
    page = page_for(inspector, viewport)
    for path in (f"/supervision/inspections/{sheet.number}/", f"/supervision/inspections/{sheet.number}/result/"):
        page.goto(path)
        assert_axe_clean(page)
        assert_no_overflow(page)
        screenshot(page, f"inspection-{viewport['width']}-{'result' if 'result' in path else 'sheet'}")


def test_it_offers_targets_of_44_pixels(phone: Page, sheet: Inspection) -> None:
    choose(phone, rows(sheet)[0], "fail")
    small = phone.evaluate(
        """() => [...document.querySelectorAll('.mb :is(label:not(.form-label),button,summary), .mb-bar a')]
            .filter(e => e.getClientRects().length && e.getBoundingClientRect().height < 44)
            .map(e => e.outerHTML.slice(0, 80))"""
    )
    assert small == []
