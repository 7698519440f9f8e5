"""The credit tables of the demo city, read straight from their files so that these tests stand on their own."""

import csv
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.db import models

from credit.facts import ItemTerms
from credit.models import CreditRecord, JointMeasure, Measure, Subject
from shenguan.org.models import Department, Region
from shenguan.privacy.cipher import keyed_hash

FOLDER = Path(__file__).resolve().parents[2] / "demo_city"
GENERAL_FAILURE = {"允许并提示": "allow_with_warning", "不允许": "refuse", "不适用": "not_applicable"}

Row = dict[str, str]


@cache
def rows(table: str) -> tuple[Row, ...]:
    """The rows of one table as text."""
    with (FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle))


def day(text: str) -> date | None:
    """A date cell; empty is none."""
    return date.fromisoformat(text) if text else None


def words(text: str) -> list[str]:
    """A list cell."""
    return text.split("|") if text else []


def code(choices: type[models.TextChoices], label: str) -> str:
    """The stored value of a Chinese label; an empty cell stays empty."""
    return next(value for value, text in choices.choices if text[: len(label)] == label) if label else ""


def terms(item_code: str) -> ItemTerms:
    """What the catalogue settles for one item."""
    row = next(row for row in rows("审批事项") if row["事项编码"] == item_code)
    return ItemTerms(
        item_code=item_code,
        item_name=row["事项名称"],
        commitment_allowed=row["可告知承诺"] == "是",
        tolerance_allowed=row["可容缺"] == "是",
        is_safety_critical=row["直接关系安全"] == "是",
        on_general_failure=GENERAL_FAILURE[row["一般失信时告知承诺"]],
        conveniences_during_objection=row["异议期间便利措施"] == "允许",
    )


def load() -> None:
    """Departments, subjects, records and measures of the demo city."""
    region, _ = Region.objects.get_or_create(code="439900", defaults={"name": "云州市"})
    Department.objects.bulk_create(_departments(region))
    Subject.objects.bulk_create(_subjects())
    CreditRecord.objects.bulk_create(_records())
    Measure.objects.bulk_create(_measures())
    JointMeasure.objects.bulk_create(_joint_measures())


def _departments(region: Region) -> Iterable[Department]:
    for row in rows("部门"):
        yield Department(
            code=row["部门编码"],
            name=row["部门名称"],
            short_name=row["简称"],
            region=region,
            level=code(Department.Level, row["层级"]),
            kind=code(Department.Kind, row["类型"]),
        )


def _subjects() -> Iterable[Subject]:
    for row in rows("主体"):
        is_person = row["主体类型"] == "自然人"
        yield Subject(
            source_code=row["主体编码"],
            kind=code(Subject.Kind, row["主体类型"]),
            name=row["主体名称"],
            uscc=None if is_person else row["证件号码"],
            id_number=row["证件号码"] if is_person else "",
            id_hash=keyed_hash(row["证件号码"]) if is_person else None,
            public_grade=code(Subject.PublicGrade, row["公共信用综合评价"]),
        )


def _records() -> Iterable[CreditRecord]:
    subjects = {subject.source_code: subject for subject in Subject.objects.all()}
    departments = {department.code: department for department in Department.objects.all()}
    for row in rows("信用记录"):
        yield CreditRecord(
            number=row["记录编号"],
            subject=subjects[row["主体编码"]],
            authority=departments[row["认定部门"]],
            **_record_texts(row),
            **_record_days(row),
        )


def _record_texts(row: Row) -> dict[str, Any]:
    return {
        "level": code(CreditRecord.Level, row["等级"]),
        "category": code(CreditRecord.Category, row["类别"]),
        "document_name": row["文书名称"],
        "document_number": row["文书号"],
        "facts": row["事由"],
        "result": row["处理结果"],
        "legal_basis": words(row["法律依据"]),
        "fine_yuan": Decimal(row["罚款金额(元)"]) if row["罚款金额(元)"] else None,
        "rule_version": row["规则版本"],
        "count_from": row["计期起算"],
        "repair_state": code(CreditRecord.Repair, row["修复状态"]),
        "objection": next(value for value, label in CreditRecord.Objection.choices if label == row["异议状态"]),
        "visibility": code(CreditRecord.Visibility, row["可见级别"]),
        "related_item_code": row["关联事项编码"],
        "ban_basis": row["限制依据"],
    }


def _record_days(row: Row) -> dict[str, Any]:
    return {
        "decided_on": day(row["决定日期"]),
        "published_on": day(row["公示日期"]),
        "minimum_until": day(row["最短公示截止"]),
        "publicity_until": day(row["公示截止"]),
        "repaired_on": day(row["修复日期"]),
        "ban_until": day(row["再申请限制截止"]),
        "revoked_on": day(row["撤销日期"]),
    }


def _measures() -> Iterable[Measure]:
    for row in rows("惩戒措施清单"):
        yield Measure(
            code=row["措施编码"],
            name=row["措施名称"],
            group=row["分组"],
            category=row["惩戒类别"],
            legal_basis=words(row["法规政策依据"]),
            term=row["惩戒期限"],
            is_active=row["启用状态"] == "启用",
            effective_on=date.fromisoformat(row["生效日期"]),
        )


def _joint_measures() -> Iterable[JointMeasure]:
    departments = {department.code: department for department in Department.objects.all()}
    measures = {measure.code: measure for measure in Measure.objects.all()}
    records = {record.number: record for record in CreditRecord.objects.select_related("subject")}
    for row in rows("联合惩戒"):
        record = records[row["关联信用记录"]]
        yield JointMeasure(
            number=row["惩戒编号"],
            subject=record.subject,
            record=record,
            measure=measures[row["措施编码"]],
            proposed_by=departments[row["惩戒提请单位"]],
            implemented_by=departments[row["惩戒实施单位"]],
            target_kind=row["对象类型"],
            person_name=row["责任人员姓名"],
            legal_basis=words(row["法律法规依据"]),
            term=row["惩戒期限"],
            state=code(JointMeasure.State, row["状态"]),
            starts_on=date.fromisoformat(row["起始日期"]),
            ends_on=day(row["截止日期"]),
        )
