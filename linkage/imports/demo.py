"""The demo city: its tables in the order they build on one another, with dates moved to the day of loading."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from linkage.imports import cells, engine, reader
from linkage.imports import demo_contracts as contracts
from linkage.imports.catalogue import KINDS
from linkage.imports.problems import CellError
from linkage.imports.report import Report
from linkage.models import LinkageEntry, ListVersion
from shenguan import audit
from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from shenguan.org.models import Staff
from supervision.models import Clue

FOLDER = Path(__file__).resolve().parents[2] / "demo_city"
BASE_DAY = date(2026, 11, 20)  # the day all states of the tables are true on
ANCHOR = (
    "XS20260001",
    datetime(2026, 11, 19, 20, 14, tzinfo=cells.OFFICE_ZONE),
)  # a clue and when it came in originally

# Kind, file, rows expected; each table stands behind those it refers to.
TABLES = (
    ("regions", "行政区划.csv", 5),
    ("departments", "部门.csv", 43),
    ("offices", "科室.csv", 110),
    ("staff", "人员.csv", 145),
    ("laws", "法规依据.csv", 162),
    ("approval-items", "审批事项.csv", 108),
    ("variants", "业务办理项.csv", 332),
    ("materials", "申请材料.csv", 613),
    ("supervision-items", "监管事项.csv", 141),
    ("checklists", "检查要素.csv", 390),
    ("linkage", "审管联动事项清单.csv", 150),
    ("packages", "主题套餐.csv", 62),
    ("subjects", "主体.csv", 126),
    ("credit-records", "信用记录.csv", 60),
    ("measures", "惩戒措施清单.csv", 30),
    ("joint-measures", "联合惩戒.csv", 22),
    ("plans", "年度检查计划.csv", 30),
    ("clues", "线索.csv", 30),
)
# Headings whose dates move with the day of loading, so that every state stays as described. Founding dates,
# laws and document numbers stay what they are.
MOVING = {
    "linkage": ("生效日期",),
    "subjects": ("评价日期",),
    "credit-records": (
        "决定日期",
        "公示日期",
        "最短公示截止",
        "公示截止",
        "修复日期",
        "再申请限制截止",
        "撤销日期",
    ),
    "measures": ("生效日期",),
    "joint-measures": ("起始日期", "截止日期"),
    "plans": ("开始日期", "结束日期", "公布日期"),
    "clues": ("接收时间",),
}


class DemoDataError(Exception):
    """A table of the demo city is damaged: a row was rejected or the number of rows is wrong."""


@transaction.atomic
def load(*, by: Actor, password: str, today: date | None = None, folder: Path = FOLDER) -> list[Report]:
    """Loads or refreshes the whole demo city and publishes its linkage list. A second load changes nothing.

    Without `today` the dates stay where an earlier load put them, else they move to the current day. Every account
    without a password gets `password`. Raises DemoDataError when a table is damaged.
    """
    days = _days_to_move(today)
    reports = []
    for name, filename, expected in TABLES:
        kind = KINDS[name]
        table = reader.read(filename, (folder / filename).read_bytes(), kind.known_keys())
        table = moved(table, MOVING.get(name, ()), days)
        if name == "linkage":
            _redate_list(table)
        report = engine.run(kind, table, by=by)
        if report.rejections or report.total != expected:
            reasons = "；".join(str(rejection) for rejection in report.rejections[:5])
            raise DemoDataError(f"{filename}：应有 {expected} 行，读到 {report.total} 行。{reasons}")
        reports.append(report)
    _set_passwords(password)
    _publish_list(by)
    contracts.agree(by)
    return reports


def moved(table: reader.Table, headings: tuple[str, ...], days: int) -> reader.Table:
    """The table with the dates under these headings moved by whole days. A plan's year follows its first day."""
    if not days or not headings:
        return table
    keys = [reader.heading_key(heading) for heading in headings]
    rows = []
    for row in table.rows:
        dates = {key: _moved_text(row.cells[key], days) for key in keys if row.cells.get(key)}
        if "年度" in row.cells:
            dates["年度"] = dates["开始日期"][:4]
        rows.append(replace(row, cells={**row.cells, **dates}))
    return replace(table, rows=rows)


def _moved_text(text: str, days: int) -> str:
    try:
        return (cells.day(text) + timedelta(days)).isoformat()
    except CellError:
        return (cells.moment(text) + timedelta(days)).isoformat(" ", "minutes")


def _days_to_move(today: date | None) -> int:
    """Whole days from the base day to `today`; without it to where an earlier load went, else to the current day."""
    if today is not None:
        return (today - BASE_DAY).days
    number, original = ANCHOR
    clue = Clue.objects.filter(number=number).first()
    return (clue.received_at - original).days if clue else (timezone.localdate() - BASE_DAY).days


def _redate_list(table: reader.Table) -> None:
    """Moves the demo list an earlier load published, which no file may do: it has to be in force on the new day.

    An edition that was succeeded by another one since stays where it is.
    """
    cells_of_first = table.rows[0].cells
    ListVersion.objects.filter(
        label=cells_of_first["清单版本"], status=ListVersion.Status.PUBLISHED, effective_to__isnull=True
    ).update(effective_from=cells_of_first["生效日期"])


def _set_passwords(password: str) -> None:
    """One hash for all accounts of the table that have no password: hashing 145 times would take a minute."""
    waiting = [staff for staff in Staff.objects.only("id", "password") if not staff.has_usable_password()]
    if not waiting:
        return
    encoded = make_password(password)
    Staff.objects.filter(pk__in=[staff.pk for staff in waiting]).update(
        password=encoded, password_changed_at=timezone.now()
    )


def _publish_list(by: Actor) -> None:
    """Puts the demo list into force from its own date on.

    Not the publishing action: that one rightly refuses a date in the past, and the demo city is shown as running.
    """
    version = ListVersion.objects.select_for_update().filter(status=ListVersion.Status.DRAFT).first()
    if (
        version is None
        or version.effective_from is None
        or ListVersion.objects.valid_on(version.effective_from).exists()
    ):
        return
    publisher = Staff.objects.filter(roles__role=Role.COORDINATOR).order_by("username").first()
    start = datetime.combine(version.effective_from, time(), cells.OFFICE_ZONE)
    version.status, version.published_at = ListVersion.Status.PUBLISHED, start
    version.published_by = publisher.username if publisher else by.key
    version.save(update_fields=["status", "published_at", "published_by"])
    count = LinkageEntry.objects.filter(version=version).count()
    audit.record("list.publish", by=by, target=version, detail={"entries": count, "demo": True})
