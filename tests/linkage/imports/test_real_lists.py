"""Published lists as they are: every row is taken or named, none is lost."""

import csv
from pathlib import Path

import pytest

from approvals.models import ApprovalItem, ItemMaterial
from linkage.imports.kinds import Outcome
from linkage.imports.report import Report
from shenguan.org.models import Department, Region
from shenguan.workdays import imported
from shenguan.workdays.models import CalendarDay
from supervision.models import SupervisionItem
from tests.linkage.imports.lists import load_bytes

pytestmark = [pytest.mark.realdata, pytest.mark.django_db]


@pytest.fixture
def divisions(real_lists: Path) -> None:
    for name in ("provinces", "cities", "areas"):
        report = load_bytes("regions", (real_lists / f"divisions_{name}.csv").read_bytes())
        assert report.counts[Outcome.REJECTED] == 0


def take(real_lists: Path, kind: str, name: str, region: str = "") -> tuple[Report, list[dict[str, str]]]:
    data = (real_lists / name).read_bytes()
    report = load_bytes(kind, data, name, partial=True, departments_in=region)
    rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))
    assert report.total == len(rows) == sum(report.counts.values())
    return report, rows


def rejected_lines(report: Report, word: str = "") -> set[int]:
    return {rejection.line for rejection in report.rejections if word in rejection.reason}


def test_it_takes_the_divisions_of_the_country(divisions: None, real_lists: Path) -> None:
    load_bytes("regions", (real_lists / "divisions_yiyang_streets.csv").read_bytes())
    assert Region.objects.count() == 31 + 342 + 2978 + 98 - 3  # three cities without districts stand in two tables
    assert Region.objects.get(code="511602").parent.parent.name == "四川省"
    assert Region.objects.get(code="430902005000").parent.code == "430902"


def test_it_takes_the_licences_of_a_district_and_names_the_rest(divisions: None, real_lists: Path) -> None:
    report, rows = take(real_lists, "approval-items", "guangan_administrative_licences.csv", "511602")
    lines = {line for line, row in enumerate(rows, start=2) if not row["implementing_org_uscc"]}
    assert len(lines) == 27
    assert rejected_lines(report, "不能为空") == lines
    assert report.counts[Outcome.CREATED] == ApprovalItem.objects.count() == 536 - len(rejected_lines(report))
    bureau = Department.objects.get(name="区行政审批局")
    assert bureau.approval_items.count() == 316
    assert bureau.uscc == "115113016823646795"


def test_it_names_district_licences_whose_organ_code_is_no_code(divisions: None, real_lists: Path) -> None:
    report, rows = take(real_lists, "approval-items", "guangan_administrative_licences.csv", "511602")
    tobacco = {line for line, row in enumerate(rows, start=2) if row["department"] == "区烟草专卖局"}
    assert rejected_lines(report, "TE5116020105116050") == tobacco
    assert len(tobacco) == 7


def test_it_takes_the_licences_of_a_province(divisions: None, real_lists: Path) -> None:
    report, rows = take(real_lists, "approval-items", "guangdong_administrative_licences.csv", "440000")
    assert report.counts[Outcome.CREATED] == ApprovalItem.objects.count() == 510
    stored = dict(ApprovalItem.objects.values_list("code", "statutory_days"))
    plain = [row for row in rows if row["statutory_days_text"].endswith("(工作日)")]
    assert {row["item_code"]: int(row["statutory_days"]) for row in plain}.items() <= stored.items()


def test_it_takes_the_materials_of_a_province_and_names_items_without(divisions: None, real_lists: Path) -> None:
    take(real_lists, "approval-items", "guangdong_administrative_licences.csv", "440000")
    report, rows = take(real_lists, "materials", "guangdong_administrative_licences.csv")
    without = {line for line, row in enumerate(rows, start=2) if not row["materials"]}
    assert rejected_lines(report, "不能为空") == without
    assert len(without) == 9
    kept = [row for line, row in enumerate(rows, start=2) if line not in rejected_lines(report)]
    assert ItemMaterial.objects.count() == sum(len(row["materials"].split("|")) for row in kept)


def test_it_takes_published_inspection_items(divisions: None, real_lists: Path) -> None:
    report, rows = take(real_lists, "supervision-items", "supervision_items.csv", "330000")
    assert report.counts[Outcome.CREATED] == SupervisionItem.objects.count()
    with_partners = [row for row in rows if row["partner_departments"]]
    assert SupervisionItem.objects.exclude(partner_departments=[]).count() == len(with_partners) == 37


def test_it_reads_the_layout_of_published_county_lists(divisions: None, real_lists: Path) -> None:
    report, _ = take(real_lists, "approval-items", "licensing_list_layout_samples.csv", "330106")
    assert report.counts[Outcome.CREATED] == 6
    assert not ApprovalItem.objects.filter(name__endswith="*").exists()
    saving = ApprovalItem.objects.get(competent_department__name="区发改经信局", name__contains="节能")
    assert "《浙江省实施〈中华人民共和国节约能源法〉办法》" in saving.legal_basis


def test_it_takes_the_holidays_of_twenty_years(real_lists: Path) -> None:
    report, rows = take(real_lists, "calendar", "state_council_holidays.csv")
    assert report.counts[Outcome.CREATED] == CalendarDay.objects.count() == 678
    assert imported.current().published >= {2024, 2025, 2026}


@pytest.mark.parametrize(
    ("kind", "name", "region"),
    [
        ("approval-items", "guangan_administrative_licences.csv", "511602"),
        ("supervision-items", "supervision_items.csv", "330000"),
        ("calendar", "state_council_holidays.csv", ""),
    ],
)
def test_it_changes_nothing_twice(divisions: None, real_lists: Path, kind: str, name: str, region: str) -> None:
    first, _ = take(real_lists, kind, name, region)
    second, _ = take(real_lists, kind, name, region)
    assert second.counts[Outcome.UNCHANGED] == first.counts[Outcome.CREATED]
    assert second.counts[Outcome.REJECTED] == first.counts[Outcome.REJECTED]
