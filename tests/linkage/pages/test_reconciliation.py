"""The reconciliation pages: days by departments, one day, the discrepancies and what is done about them."""

import io
from datetime import date

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from linkage.models import DaySheet, Delivery, Discrepancy
from tests.factories.linkage import (
    DayReportFactory,
    DaySheetFactory,
    DiscrepancyFactory,
    EndpointFactory,
    PushFactory,
)

OVERVIEW = reverse("linkage:reconciliation")
GAPS = reverse("linkage:discrepancies")
THURSDAY = date(2026, 11, 19)


def text_of(response) -> str:
    return response.content.decode()


@pytest.fixture
def sheet(city) -> DaySheet:
    """Thursday of the supervising department."""
    return DaySheetFactory(department=city.entry.department, lines=["TS20261119-0001:1"])


@pytest.fixture
def missing(city, sheet) -> Discrepancy:
    """A push that the department says it never got."""
    push = PushFactory(entry=city.entry, application=city.application)
    DayReportFactory(sheet=sheet, result="differs", differences=1)
    return DiscrepancyFactory(
        push=push, kind="missing_there", key=f"{sheet.pk}:{push.number}", sheet=sheet, owner=city.coordinator
    )


def day_of(sheet: DaySheet) -> str:
    return reverse("linkage:reconciliation_day", args=[str(sheet.day), sheet.department.code])


def states(client) -> list[str]:
    return [cell.words for line in client.get(OVERVIEW).context["lines"] for cell in line.cells if cell.state]


def test_a_day_nobody_reported_waits(coordinating, sheet):
    assert states(coordinating) == ["对方未报"]


def test_a_day_on_which_both_agree(coordinating, sheet):
    DayReportFactory(sheet=sheet)
    assert states(coordinating) == ["一致"]


def test_the_last_report_counts(coordinating, sheet):
    DayReportFactory(sheet=sheet, result="differs", differences=1)
    DayReportFactory(sheet=sheet)
    assert states(coordinating) == ["一致"]


def test_a_day_with_open_differences_says_how_many(coordinating, missing):
    assert states(coordinating) == ["差异 1"]


def test_a_day_whose_differences_are_explained_is_settled(coordinating, missing):
    coordinating.post(reverse("linkage:discrepancy_explain", args=[missing.pk]), {"reason": "对方系统升级"})
    assert states(coordinating) == ["差异已处理"]


def test_a_department_sees_its_own_days_only(liaison, stranger, sheet):
    assert states(liaison) == ["对方未报"]
    assert states(stranger) == []


def test_it_goes_back_in_time(coordinating, sheet):
    older = coordinating.get(f"{OVERVIEW}?until=2026-10-01")
    assert older.context["days"][0] == date(2026, 10, 1)
    assert older.context["newer"] == date(2026, 10, 14)


@pytest.mark.parametrize("until", ["x", "9999-12-31", "0001-01-01"])
def test_an_absurd_day_is_read_over(coordinating, sheet, until):
    assert coordinating.get(f"{OVERVIEW}?until={until}").status_code == 200


def test_the_day_shows_both_sides(coordinating, missing, sheet):
    text = text_of(coordinating.get(day_of(sheet)))
    assert sheet.digest in text
    assert "市场监管局业务系统" in text
    assert missing.label in text
    assert "补发对方缺失的 1 条" in text


def test_a_foreign_day_is_not_found(stranger, sheet):
    assert stranger.get(day_of(sheet)).status_code == 404


@pytest.mark.parametrize("day", ["2026-11-18", "2026-11-99", "x"])
def test_a_day_without_sheets_is_not_found(coordinating, sheet, day):
    assert coordinating.get(reverse("linkage:reconciliation_day", args=[day, "X"])).status_code == 404


def test_everything_missing_is_sent_again(coordinating, missing, sheet):
    EndpointFactory(department=sheet.department)
    address = reverse("linkage:reconciliation_send", args=[str(sheet.day), sheet.department.code])
    assert "已安排补发 1 条" in text_of(coordinating.post(address, follow=True))
    assert Delivery.objects.get().is_replay
    missing.refresh_from_db()
    assert missing.state == "repaired"


def test_sending_again_without_an_address_is_refused(coordinating, missing, sheet):
    address = reverse("linkage:reconciliation_send", args=[str(sheet.day), sheet.department.code])
    assert coordinating.post(address).status_code == 409


def test_a_liaison_does_not_send_again(liaison, missing, sheet):
    address = reverse("linkage:reconciliation_send", args=[str(sheet.day), sheet.department.code])
    assert liaison.post(address).status_code == 403


def test_the_list_shows_what_is_open(coordinating, missing):
    DiscrepancyFactory(explained=True)
    assert [row for row, _ in coordinating.get(GAPS).context["rows"]] == [missing]


@pytest.mark.parametrize(
    ("query", "number"),
    [("state=explained", 1), ("state=all", 2), ("kind=missing_there", 1), ("kind=unrouted", 0), ("mine=on", 1)],
)
def test_it_filters(coordinating, missing, query, number):
    DiscrepancyFactory(explained=True)
    assert len(coordinating.get(f"{GAPS}?{query}").context["rows"]) == number


def test_it_filters_by_department(coordinating, missing):
    other = DiscrepancyFactory()
    rows = coordinating.get(f"{GAPS}?department={other.department.code}").context["rows"]
    assert [row for row, _ in rows] == [other]


def test_a_liaison_sees_the_own_department_without_buttons(liaison, missing):
    DiscrepancyFactory()
    answer = liaison.get(GAPS)
    assert [row for row, _ in answer.context["rows"]] == [missing]
    assert "写明说明" not in text_of(answer)


def test_the_remedy_is_one_click(coordinating, city):
    row = DiscrepancyFactory(push__entry=city.entry, push__application=city.application)
    text = text_of(coordinating.post(reverse("linkage:discrepancy_remedy", args=[row.pk]), follow=True))
    assert "已催办" in text
    row.refresh_from_db()
    assert row.state == "repaired"


def test_an_explanation_needs_words(coordinating, missing):
    response = coordinating.post(reverse("linkage:discrepancy_explain", args=[missing.pk]), {"reason": " "})
    assert response.status_code == 422
    missing.refresh_from_db()
    assert missing.state == "open"


def test_the_scan_can_be_run_now(coordinating):
    assert "扫描完成，新发现 0 处" in text_of(coordinating.post(reverse("linkage:reconciliation_scan"), follow=True))


def test_the_workbook_holds_no_formula(coordinating, missing):
    Discrepancy.objects.update(label="=1+1")
    answer = coordinating.get(reverse("linkage:discrepancies_export"))
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert rows[1][1] == "'=1+1"


@pytest.mark.parametrize("page", ["overview", "gaps", "day"])
def test_it_costs_the_same_for_many_rows(coordinating, missing, sheet, page, django_assert_max_num_queries):
    for n in range(12):
        DaySheetFactory(department=sheet.department, day=date(2026, 11, 7 - n % 7 + 1), direction=f"d{n}")
        DiscrepancyFactory(push=missing.push, key=f"{n}", sheet=sheet, department=sheet.department)
    address = {"overview": OVERVIEW, "gaps": GAPS, "day": day_of(sheet)}[page]
    with django_assert_max_num_queries(20):
        coordinating.get(address)
