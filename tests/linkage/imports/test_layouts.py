"""The layouts of published lists, on samples of our own: their headings, their quirks, departments nobody knows yet."""

import pytest

from approvals.models import ApprovalItem
from linkage.imports.kinds import Outcome
from linkage.imports.problems import FileRefused
from shenguan.org.models import Department
from shenguan.workdays import imported
from shenguan.workdays.models import CalendarDay
from supervision.models import SupervisionItem
from tests.factories.ground import DepartmentFactory, RegionFactory
from tests.linkage.imports.lists import load, load_bytes, reasons, xlsx_bytes

pytestmark = pytest.mark.django_db

ORGAN = "11439900MBYJ000188"
DISTRICT_LICENCE = {
    "item_code": "439A0138000000-439902000000-000-11439900MBYJ000188-1-00",
    "base_code": "439A0138000000",
    "power_type": "行政许可",
    "item_name": "适龄儿童延缓入学审批",
    "department": "区教科体局",
    "implementing_org_uscc": ORGAN,
    "area_code": "439902000000",
}
PROVINCIAL_LICENCE = {
    "item_code": f"{ORGAN}2440101007000",
    "item_name": "提价申报",
    "power_type": "行政许可",
    "department": "某省发展和改革委员会",
    "region_code": "439900",
    "exercise_level": "省级",
    "statutory_days": "90",
    "statutory_days_text": "90(自然日)",
    "promised_days": "7",
    "promised_days_text": "7(工作日)",
    "service_objects": "自然人|企业法人",
    "materials": "申请报告|成本说明",
}
INSPECTION = {
    "region": "某市",
    "domain": "食品生产监管",
    "item_name": "食品生产企业监督",
    "inspected_object": "食品生产企业",
    "category": "重点检查事项",
    "method": "现场检查",
    "lead_department": "文化和旅游部门",
    "partner_departments": "公安部门|税务部门",
    "legal_basis": "《食品安全法》第一条、《某办法》",
}


@pytest.fixture
def district() -> None:
    RegionFactory(code="439902", name="临江区")
    RegionFactory(code="439900", name="云州市")


def test_it_takes_a_district_licence(district: None) -> None:
    load("approval-items", [DISTRICT_LICENCE], departments_in="439900")
    item = ApprovalItem.objects.get()
    assert (item.code, item.implement_code) == (DISTRICT_LICENCE["base_code"], DISTRICT_LICENCE["item_code"])
    department = item.implementing_department
    assert (department.name, department.uscc, department.region.code) == ("区教科体局", ORGAN, "439902")
    assert department.level == Department.Level.COUNTY


def test_it_names_a_district_licence_without_organ_code(district: None) -> None:
    report = load("approval-items", [{**DISTRICT_LICENCE, "implementing_org_uscc": ""}], departments_in="439902")
    assert reasons(report) == ["第 2 行，列“实施机关代码”：不能为空；原表若是合并单元格，请用 .xlsx 导入。"]
    assert not Department.objects.exists()


def test_it_takes_a_provincial_licence_with_its_days(district: None) -> None:
    load("approval-items", [PROVINCIAL_LICENCE], departments_in="439900")
    item = ApprovalItem.objects.get()
    assert (item.statutory_days, item.promised_days) == (60, 7)
    assert item.service_objects == ["自然人", "企业法人"]


def test_it_takes_the_materials_of_a_provincial_licence(district: None) -> None:
    load("approval-items", [PROVINCIAL_LICENCE], departments_in="439900")
    load("materials", [PROVINCIAL_LICENCE])
    assert list(ApprovalItem.objects.get().materials.values_list("name", flat=True)) == ["申请报告", "成本说明"]


def test_it_names_a_provincial_licence_without_materials(district: None) -> None:
    load("approval-items", [PROVINCIAL_LICENCE], departments_in="439900")
    report = load("materials", [{**PROVINCIAL_LICENCE, "materials": ""}])
    assert reasons(report)[0].startswith("第 2 行，列“材料名称”：不能为空")


def test_it_takes_a_published_inspection_item(district: None) -> None:
    load("supervision-items", [INSPECTION], departments_in="439900")
    item = SupervisionItem.objects.get()
    assert item.partner_departments == ["公安部门", "税务部门"]
    assert item.legal_basis == ["《食品安全法》第一条", "《某办法》"]
    assert item.is_key_field


def test_it_takes_a_county_list_with_titles_and_notes(district: None) -> None:
    lines = [
        ["临江区行政许可事项清单（2026年版）"],
        ["序号", "国家清单序号", "主管部门", "事项名称", "实施机关", "设定和实施依据", "备注"],
        [1, "1、729", "区发改局", "投资项目核准*", "区发改局", "《甲条例》《乙省实施〈丙法〉办法》", "不含铬"],
        [2, "2", None, "节能审查", "区发改局（非技改类）；区经信局（技改类）", "《丙法》", None],
        [None] * 7,
        ["注：带*的为部分事项。"],
    ]
    data = xlsx_bytes(lines, merged=["A1:G1", "C3:C4"])
    report = load_bytes("approval-items", data, "list.xlsx", departments_in="临江区")
    assert report.counts[Outcome.CREATED] == report.total == 2
    assert set(ApprovalItem.objects.values_list("name", flat=True)) == {"投资项目核准", "节能审查"}
    assert set(Department.objects.values_list("name", flat=True)) == {"区发改局", "区经信局"}
    assert any("写了多个部门，以“区发改局”为准" in note for note in report.notes)


def test_it_does_not_create_departments_unasked(district: None) -> None:
    assert "没有部门“区教科体局”" in " ".join(reasons(load("approval-items", [DISTRICT_LICENCE])))


def test_it_does_not_create_departments_it_knows_by_short_name(district: None) -> None:
    known = DepartmentFactory(short_name="区教科体局")
    load("approval-items", [DISTRICT_LICENCE], departments_in="439902")
    assert ApprovalItem.objects.get().competent_department == known


def test_it_keeps_created_departments_out_with_the_rows(district: None) -> None:
    load("approval-items", [DISTRICT_LICENCE], departments_in="439902", dry_run=True)
    assert not Department.objects.exists()


def test_it_gives_departments_of_one_spelling_different_codes(district: None) -> None:
    rows = [DISTRICT_LICENCE, {**DISTRICT_LICENCE, "base_code": "439A01", "department": "区教科题局"}]
    load("approval-items", rows, departments_in="439902")
    assert set(Department.objects.values_list("code", flat=True)) == {"QJKTJ", "QJKTJ-2"}


def test_it_refuses_an_unknown_region_for_departments(district: None) -> None:
    with pytest.raises(FileRefused, match="没有行政区划“999999”"):
        load("approval-items", [DISTRICT_LICENCE], departments_in="999999")


@pytest.fixture
def calendar() -> None:
    day = {
        "date": "2030-02-04",
        "holiday_name": "春节",
        "is_off_day": "1",
        "year_file": "2030",
        "source_notices": "通知",
    }
    load("calendar", [day])


def test_it_takes_a_calendar_into_use(calendar: None) -> None:
    assert CalendarDay.objects.get().is_off
    assert imported.current().days


def test_it_does_not_let_a_rehearsed_calendar_into_use(db: None) -> None:
    row = {"date": "2030-02-04", "holiday_name": "春节", "is_off_day": "1"}
    assert load("calendar", [row], dry_run=True).counts[Outcome.CREATED] == 1
    imported.reload()
    assert not imported.current().days


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"date": "2030-02-30"}, "不存在"),
        ({"is_off_day": "2"}, "放假填 1，调休上班填 0"),
        ({"holiday_name": ""}, "不能为空"),
        ({"year_file": "2028"}, "与日期 2030-02-04 不符"),
    ],
)
def test_it_rejects_a_calendar_row_with_one_mistake(db: None, changes: dict[str, str], words: str) -> None:
    row = {"date": "2030-02-04", "holiday_name": "春节", "is_off_day": "1", "year_file": "2030", **changes}
    assert words in " ".join(reasons(load("calendar", [row])))
