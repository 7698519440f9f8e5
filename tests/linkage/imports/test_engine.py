"""Every row ends as created, updated, unchanged or rejected; a rejected row keeps the whole file out."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linkage.imports import engine
from linkage.imports.catalogue import KINDS
from linkage.imports.kinds import Draft, Outcome
from linkage.imports.problems import FileRefused, LostRowsError
from linkage.imports.reader import Row
from linkage.imports.report import Report
from shenguan.audit.models import AuditEntry
from shenguan.org.models import Department, Law, Office
from tests.factories.ground import DepartmentFactory
from tests.linkage.imports.lists import load, load_bytes, reasons, xlsx_bytes

pytestmark = pytest.mark.django_db

FOOD = {"法规名称": "中华人民共和国食品安全法", "类别": "法律"}
FIRE = {"法规名称": "中华人民共和国消防法", "类别": "法律", "施行日期": "2021-04-29"}
IMPOSSIBLE = {**FIRE, "施行日期": "2021-02-30"}


def counts(report: Report) -> tuple[int, ...]:
    return tuple(report.counts[outcome] for outcome in Outcome)


def test_it_creates_then_leaves_unchanged_then_updates() -> None:
    assert counts(load("laws", [FOOD])) == (1, 0, 0, 0)
    assert counts(load("laws", [FOOD])) == (0, 0, 1, 0)
    assert counts(load("laws", [{**FOOD, "类别": "基本法律"}])) == (0, 1, 0, 0)
    assert Law.objects.get().category == "基本法律"


def test_it_writes_nothing_while_a_row_is_rejected() -> None:
    report = load("laws", [{**FOOD, "施行日期": ""}, IMPOSSIBLE])
    assert counts(report) == (1, 0, 0, 1)
    assert not report.is_written
    assert not Law.objects.exists()
    assert "未写入任何数据。" in report.lines()


def test_it_names_line_column_and_reason() -> None:
    report = load("laws", [{**FOOD, "施行日期": ""}, IMPOSSIBLE])
    assert reasons(report) == ["第 3 行，列“施行日期”：“2021-02-30”这一天不存在，请核对年月日。"]


def test_it_writes_the_rest_when_asked() -> None:
    report = load("laws", [{**FOOD, "施行日期": ""}, IMPOSSIBLE], partial=True)
    assert report.is_written
    assert Law.objects.get().name == FOOD["法规名称"]


def test_it_writes_nothing_in_a_dry_run() -> None:
    report = load("laws", [FOOD], dry_run=True)
    assert counts(report) == (1, 0, 0, 0)
    assert not Law.objects.exists()


def test_it_tells_every_mistake_of_a_row() -> None:
    report = load("laws", [{**IMPOSSIBLE, "类别": ""}])
    assert len(report.rejections) == 2
    assert counts(report) == (0, 0, 0, 1)


def test_it_rejects_a_key_that_stood_before() -> None:
    report = load("laws", [FOOD, FOOD])
    assert reasons(report) == ["第 3 行，列“法规名称”：与第 2 行重复（“法规名称”相同）。"]


def test_it_rejects_a_name_that_another_row_of_the_table_has() -> None:
    known = DepartmentFactory(name="云州市教育局")
    row = {"部门编码": "JY2", "部门名称": known.name, "行政区划": known.region.code, "层级": "市级", "类型": "监管"}
    assert reasons(load("departments", [row])) == [
        f"第 2 行，列“部门名称”：“部门名称”已被“{known.short_name}”（部门）使用。"
    ]


def test_it_rejects_text_that_does_not_fit() -> None:
    assert "最多 200 个字，现在是 201 个字" in reasons(load("laws", [{**FOOD, "法规名称": "法" * 201}]))[0]


def test_it_rejects_a_row_longer_than_its_header() -> None:
    report = load_bytes("laws", "法规名称,类别\n食品安全法,法律,多余\n".encode())
    assert "本行比表头多出内容“多余”" in reasons(report)[0]


def test_it_takes_columns_in_any_order_and_under_other_names() -> None:
    load_bytes("laws", "效力级别,名称\n法律,食品安全法\n".encode())
    assert Law.objects.get().category == "法律"


def test_it_leaves_alone_what_the_file_has_no_column_for() -> None:
    load("laws", [FIRE])
    report = load("laws", [{"法规名称": FIRE["法规名称"], "类别": "法律"}])
    assert counts(report) == (0, 0, 1, 0)
    assert str(Law.objects.get().effective_on) == FIRE["施行日期"]


def test_it_empties_what_the_file_leaves_empty() -> None:
    load("laws", [FIRE])
    load("laws", [{**FIRE, "施行日期": ""}])
    assert Law.objects.get().effective_on is None


def test_it_names_headings_it_does_not_know() -> None:
    assert "提示：没有用到的列：颜色。" in load("laws", [{**FOOD, "颜色": "红"}]).lines()


def test_it_refuses_a_file_that_lacks_a_column() -> None:
    with pytest.raises(FileRefused, match="不像法规依据的表：缺少列“类别”。文件中没有认出的列：种类。"):
        load_bytes("laws", "法规名称,种类\n食品安全法,法律\n".encode())


def test_it_refuses_a_table_of_another_kind() -> None:
    with pytest.raises(FileRefused, match="不像人员的表：缺少列“登录名”、“姓名”"):
        load_bytes("staff", "部门编码,部门名称\nSPJ,行政审批局\n".encode())


def test_it_fills_merged_departments_of_a_workbook() -> None:
    department = DepartmentFactory(code="SCJG")
    lines = [
        ["科室编码", "科室名称", "部门编码", "职能类型"],
        ["A-1", "甲科", "SCJG", "监管"],
        ["A-2", "乙科", None, "监管"],
    ]
    load_bytes("offices", xlsx_bytes(lines, merged=["C2:C3"]), "list.xlsx")
    assert Office.objects.filter(department=department).count() == 2


def test_it_does_not_guess_the_department_of_an_empty_cell() -> None:
    DepartmentFactory(code="SCJG")
    data = "科室编码,科室名称,部门编码,职能类型\nA-1,甲科,SCJG,监管\nA-2,乙科,,监管\n".encode()
    assert reasons(load_bytes("offices", data)) == [
        "第 3 行，列“部门编码”：不能为空；原表若是合并单元格，请用 .xlsx 导入。"
    ]


def test_it_names_an_unknown_department() -> None:
    data = "科室编码,科室名称,部门编码,职能类型\nA-1,甲科,WUJU,监管\n".encode()
    assert reasons(load_bytes("offices", data)) == ["第 2 行，列“部门编码”：没有部门“WUJU”，请先导入部门或核对编码。"]


def test_it_writes_one_audit_entry_for_an_import_that_changed_something() -> None:
    load("laws", [FOOD])
    load("laws", [FOOD])
    entry = AuditEntry.objects.get()
    assert entry.action == "catalogue.import"
    assert entry.detail == {"created": 1, "updated": 0, "unchanged": 0, "rejected": 0}


def test_it_keeps_nothing_when_the_audit_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr(engine.audit, "record", fail)
    with pytest.raises(RuntimeError):
        load("laws", [FOOD])
    assert not Law.objects.exists()


def test_it_asks_the_database_no_more_for_more_rows() -> None:
    def queries(rows: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            load("laws", [{"法规名称": f"第{n}法（共{rows}部）", "类别": "法律"} for n in range(rows)])
        return len(captured)

    assert queries(60) == queries(30)


def test_it_would_notice_a_lost_row() -> None:
    with pytest.raises(LostRowsError):
        Report.of("法规依据", "list.csv", [Draft(Row(2, {}))], [], is_written=True)


def test_it_gives_every_kind_a_required_column_and_a_key() -> None:
    for kind in KINDS.values():
        assert any(column.required for column in kind.columns), kind.name
        assert kind.key, kind.name


def test_it_starts_a_division_that_departments_name_first() -> None:
    row = {"部门编码": "LJ", "部门名称": "临江区司法局", "行政区划": "439902", "层级": "县级", "类型": "监管"}
    report = load("departments", [row])
    assert Department.objects.get().region.name == "临江区"
    assert any("新建行政区划 439902 临江区" in note for note in report.notes)


@pytest.mark.parametrize("order", [("A", "B"), ("B", "A")])
def test_it_saves_superiors_before_those_who_stand_under_them(order: tuple[str, str]) -> None:
    region = DepartmentFactory().region.code
    rows = [
        {
            "部门编码": code,
            "部门名称": f"{code}局",
            "行政区划": region,
            "层级": "市级",
            "类型": "监管",
            "上级部门": superior,
        }
        for code, superior in sorted([("A", ""), ("B", "A")], key=lambda pair: order.index(pair[0]))
    ]
    load("departments", rows)
    assert Department.objects.get(code="B").parent.code == "A"


def test_it_rejects_departments_that_are_each_others_superior() -> None:
    region = DepartmentFactory().region.code
    rows = [
        {
            "部门编码": code,
            "部门名称": f"{code}局",
            "行政区划": region,
            "层级": "市级",
            "类型": "监管",
            "上级部门": superior,
        }
        for code, superior in [("A", "B"), ("B", "A")]
    ]
    assert counts(load("departments", rows)) == (0, 0, 0, 2)
