"""The other side of a day, compared line by line; the differences are worked off as discrepancies."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from linkage import links
from linkage.actions import discrepancies
from linkage.actions.day_sheets import pack
from linkage.models import DayReport, DaySheet, Discrepancy, Push
from linkage.reconciliation import days, sent
from linkage.reconciliation.looks import Gap
from linkage.selectors import owners
from shenguan import audit, notify
from shenguan.access.actors import Actor
from shenguan.org.models import Department
from shenguan.refusals import Invalid, Refusal
from shenguan.workdays.calendar import OFFICE_ZONE

LINE = re.compile(r"(?P<number>[^\s:]{1,300})(:(?P<version>[0-9]{1,9}))?")
DIGEST = re.compile(r"[0-9a-f]{64}")
MOST_LINES = 100_000
Kind = Discrepancy.Kind
LINE_KINDS = (
    Kind.MISSING_THERE, Kind.MISSING_HERE, Kind.VERSION_DIFFERS, Kind.SENT_NOT_HERE, Kind.HERE_NOT_SENT,
)  # fmt: skip
Result = DayReport.Result


@dataclass(frozen=True)
class Difference:
    """One line on which the sides differ; a version is None where that side does not have it."""

    kind: Kind
    number: str
    here: int | None
    there: int | None


def report(
    *, by: Actor, department: Department, day: date, direction: str, count: int, digest: str, lines: list[str] | None
) -> tuple[DayReport, list[Difference]]:
    """Takes in the other side of a closed day and compares; the report with the differences line by line.

    With a digest alone, unequal digests answer that the lines are wanted. Raises Invalid by field, Refusal for a day
    that is not closed or was closed before the department took part.
    """
    theirs = _read(count, digest, lines)
    sheet = DaySheet.objects.filter(department=department, day=day, direction=direction).first()
    if sheet is None:
        raise Refusal("day_open", f"{day} 没有本部门的日对账单：尚未结账（次日 02:00 后），或当时本部门还没有接口。")
    with transaction.atomic():
        return _write(sheet, theirs, count, digest, lines, by=by)


def _write(
    sheet: DaySheet,
    theirs: dict[str, int | None] | None,
    count: int,
    digest: str,
    lines: list[str] | None,
    *,
    by: Actor,
) -> tuple[DayReport, list[Difference]]:
    DaySheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)  # two reports of one day take turns
    earlier = sheet.reports.first()
    differences = _compare(sheet, theirs) if theirs is not None else []
    if theirs is None:
        result = Result.MATCHED if (count, digest) == (sheet.count, sheet.digest) else Result.LINES_WANTED
    else:
        result = Result.DIFFERS if differences else Result.MATCHED
    written = DayReport.objects.create(
        sheet=sheet,
        count=count,
        digest=digest or days.digest(lines or []),
        packed_lines=pack(lines) if lines is not None else None,
        result=result,
        differences=len(differences),
        reported_by=by.name,
    )
    _settle(sheet, written, differences)
    audit.record(
        "reconciliation.report",
        by=by,
        target=written,
        label=str(sheet),
        detail={"result": result, "differences": len(differences)},
    )
    if result != Result.MATCHED and (earlier is None or earlier.result == Result.MATCHED):
        _tell(sheet, written)
    return written, differences


def _read(count: int, digest: str, lines: list[str] | None) -> dict[str, int | None] | None:
    """Their lines by number. Raises Invalid for the field that does not fit."""
    if lines is None and not digest:
        raise _invalid("digest", "请报送摘要 digest 或明细 lines，至少一项。")
    if digest and not DIGEST.fullmatch(digest):
        raise _invalid("digest", "摘要应为 64 位小写十六进制的 SHA-256。")
    if lines is None:
        return None
    if len(lines) > MOST_LINES:
        raise _invalid("lines", f"明细最多 {MOST_LINES} 行。")
    found: dict[str, int | None] = {}
    for place, line in enumerate(lines):
        match = LINE.fullmatch(line)
        if match is None:
            raise _invalid(f"lines.{place}", "明细每行应为“推送编号:版本”。")
        if match["number"] in found:
            raise _invalid(f"lines.{place}", f"推送编号 {match['number']} 重复。")
        found[match["number"]] = int(match["version"]) if match["version"] else None
    if count != len(found):
        raise _invalid("count", f"条数为 {count}，明细却有 {len(found)} 行。")
    if digest and digest != days.digest(lines):
        raise _invalid("digest", "摘要与明细不符，请按对接指南重新计算。")
    return found


def _compare(sheet: DaySheet, theirs: dict[str, int | None]) -> list[Difference]:
    """Line by line. A higher version there is no difference if the push has reached it since."""
    ours = {number: int(version) for number, _, version in (line.rpartition(":") for line in sheet.lines)}
    if sheet.direction == DaySheet.Direction.SENT:
        return _compare_sent(sheet.department, ours, theirs)
    found = [
        Difference(Kind.MISSING_THERE, number, version, None)
        for number, version in ours.items()
        if number not in theirs
    ]
    found += [
        Difference(Kind.MISSING_HERE, number, None, version) for number, version in theirs.items() if number not in ours
    ]
    ahead = {number for number, version in theirs.items() if version and version > ours.get(number, version)}
    now = dict(Push.objects.filter(number__in=ahead).values_list("number", "version")) if ahead else {}
    for number, version in theirs.items():
        here = ours.get(number)
        if here is not None and version is not None and not here <= version <= now.get(number, here):
            found.append(Difference(Kind.VERSION_DIFFERS, number, here, version))
    return found


def _compare_sent(department: Department, ours: dict[str, int], theirs: dict[str, int | None]) -> list[Difference]:
    """What they say they sent and what arrived. What came on another day is no difference; versions there are none."""
    unknown = theirs.keys() - ours.keys()
    lost = sorted(unknown - sent.arrived(department, unknown))
    extra = [number for number in ours if number not in theirs]
    return [Difference(Kind.SENT_NOT_HERE, number, None, theirs[number]) for number in lost] + [
        Difference(Kind.HERE_NOT_SENT, number, ours[number], None) for number in extra
    ]


def _settle(sheet: DaySheet, written: DayReport, differences: Sequence[Difference]) -> None:
    """Opens, closes and reopens the rows of this sheet. Without lines the line rows stay as they were."""
    now = timezone.now()
    wanted = {Kind.DIGEST_DIFFERS: _digest_gap(sheet, written)} if written.result == Result.LINES_WANTED else {}
    kinds = (Kind.DIGEST_DIFFERS,) if wanted else (*LINE_KINDS, Kind.DIGEST_DIFFERS)
    numbers = [one.number for one in differences]
    pushes = {row.number: row for row in Push.objects.filter(number__in=numbers).select_related("department")}
    for kind in kinds:
        present = {row.key: row for row in sheet.discrepancies.present().filter(kind=kind)}
        gaps = [_gap(sheet, one, pushes) for one in differences if one.kind == kind]
        gaps += [wanted[kind]] if kind in wanted else []
        discrepancies.settle(kind, {gap.key: gap for gap in gaps}, present, now=now, sheet=sheet)


def _gap(sheet: DaySheet, one: Difference, pushes: dict[str, Push]) -> Gap:
    push = pushes.get(one.number)
    if one.kind in (Kind.SENT_NOT_HERE, Kind.HERE_NOT_SENT):
        return _sent_gap(sheet, one)
    if one.kind == Kind.MISSING_THERE:
        detail = f"{sheet.day} 推送给{sheet.department}，对方报送的明细里没有。"
    elif one.kind == Kind.VERSION_DIFFERS:
        detail = f"本平台为第 {one.here} 版，对方为第 {one.there} 版。"
    elif push is None:
        detail = f"对方报送的明细里有，本平台没有编号为 {one.number} 的推送。"
    elif push.department_id != sheet.department_id:
        detail = f"对方报送的明细里有，但这条推送的接收部门是{push.department}。"
    else:
        day = push.pushed_at.astimezone(OFFICE_ZONE).date()
        detail = f"对方计入 {sheet.day}，本平台按推送时间计入 {day}（{push.get_direction_display()}）。"
    own = push if push is not None and push.department_id == sheet.department_id else None
    return Gap(
        f"{sheet.pk}:{one.number}", one.number, detail, department=sheet.department, push_id=own.pk if own else None
    )


def _sent_gap(sheet: DaySheet, one: Difference) -> Gap:
    kind, _, number = one.number.partition("/")
    label = f"{sent.LABELS.get(kind, kind)} {number}"
    if one.kind == Kind.SENT_NOT_HERE:
        detail = f"{sheet.department}称 {sheet.day} 已报送，本平台没有收到；请对方按原编号重新报送后再次报数。"
    else:
        detail = f"本平台 {sheet.day} 收到，对方报送的明细里没有；请对方核实是否由其系统报送。"
    key = hashlib.sha256(one.number.encode()).hexdigest()[:32]  # their numbers may be longer than a key
    return Gap(f"{sheet.pk}:{key}", label, detail, department=sheet.department)


def _digest_gap(sheet: DaySheet, written: DayReport) -> Gap:
    direction = sheet.get_direction_display()
    return Gap(
        str(sheet.pk),
        f"{sheet.day} {direction}",
        f"本平台 {sheet.count} 条，对方 {written.count} 条，摘要不同；等待对方报送明细。",
        department=sheet.department,
    )


def _tell(sheet: DaySheet, written: DayReport) -> None:
    """Coordinators hear once that a day does not agree."""
    notify.tell_many(
        notify.Telling(
            person,
            kind="reconciliation.differs",
            title=f"{sheet.department} {sheet.day} 对账有差异",
            body=f"{sheet.get_direction_display()}：本平台 {sheet.count} 条，对方 {written.count} 条"
            + (f"，差异 {written.differences} 处。" if written.differences else "，等待对方报送明细。"),
            url=links.day_url(sheet.day, sheet.department.code),
        )
        for person in owners.coordinators()
    )


def _invalid(field: str, message: str) -> Invalid:
    return Invalid(message, {field: [message]})
