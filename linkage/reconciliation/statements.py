"""What a monthly statement says: totals, pushes, differences, cards, and the digest over all of it.

The digest is SHA-256 over the JSON of period, department, totals and rows (UTF-8, sorted keys, no blanks); both files
are printed from the same content, so either can be held against it.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from linkage import wording
from linkage.models import Card, Discrepancy, LateStep, Push
from linkage.reconciliation import days
from shenguan.org.models import Department

PUSH_COLUMNS = (
    "推送编号", "序号", "方向", "类型", "办件编号", "审批事项", "相对人", "推送部门",
    "推送时间", "认领时间", "答复时间", "状态", "到期日", "逾期",
)  # fmt: skip
GAP_COLUMNS = ("类型", "对象", "说明", "状态", "处理说明", "发现时间")
CARD_COLUMNS = ("级别", "推送编号", "逾期待办", "应给日期", "超期(工作日)", "责任人")
CITY_COLUMNS = ("部门", "收到推送", "已认领或办结", "待办", "逾期未办", "逾期办结", "待处理差异", "督办牌")
OPEN_LATE, DONE_LATE = "逾期未办", "逾期办结"  # the second: a step was done after its last day, none is late now
Row = tuple[str | int, ...]


@dataclass(frozen=True)
class Content:
    """One month of one department, or of the city (`department` None: `pushes` are a line per department)."""

    month: date
    department: Department | None
    totals: Sequence[tuple[str, int]]
    columns: Sequence[str]
    pushes: Sequence[Row]
    gaps: Sequence[Row] = ()
    cards: Sequence[Row] = ()

    @property
    def digest(self) -> str:
        """SHA-256 over the content."""
        plain = {
            "month": f"{self.month:%Y-%m}",
            "department": self.department.code if self.department else "",
            "totals": [list(pair) for pair in self.totals],
            "rows": [list(map(list, part)) for part in (self.pushes, self.gaps, self.cards)],
        }
        text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def name(self) -> str:
        """市市场监管局 or 全市."""
        return self.department.name if self.department else "全市"


def bounds(month: date) -> tuple[datetime, datetime]:
    """From the first moment of the month in Shanghai up to, not including, that of the next."""
    following = (month + timedelta(days=31)).replace(day=1)
    return days.bounds(month)[0], days.bounds(following)[0]


def of_month(month: date) -> "QuerySet[Push]":
    """The pushes of a month, whoever received them; the departments are named so that their index serves."""
    start, end = bounds(month)
    everybody = list(Department.objects.values_list("pk", flat=True))
    return _between(start, end).filter(department__in=everybody)


def _between(start: datetime, end: datetime) -> "QuerySet[Push]":
    return Push.objects.filter(pushed_at__gte=start, pushed_at__lt=end)


def of_department(department: Department, month: date, today: date) -> Content:
    """A department's month as it stands now; four queries, and only the columns that are printed."""
    start, end = bounds(month)
    rows = list(_push_rows(_between(start, end).filter(department=department), today))
    gaps = Discrepancy.objects.filter(department=department, found_at__gte=start, found_at__lt=end).order_by("id")
    cards = Card.objects.standing().filter(
        department=department, earned_on__gte=start.date(), earned_on__lt=timezone.localdate(end)
    )
    counted = Counter((row[2], row[3], row[11]) for row in rows)
    late = Counter(row[13] for row in rows if row[13])
    finished_late = LateStep.objects.filter(
        department=department, met_on__gte=start.date(), met_on__lt=timezone.localdate(end)
    )
    totals = [(" ".join(map(str, key)), number) for key, number in sorted(counted.items())]
    return Content(
        month,
        department,
        [
            ("收到推送", len(rows)),
            ("逾期未办", late[OPEN_LATE]),
            ("逾期办结", late[DONE_LATE]),
            ("本月逾期办结（含往月）", finished_late.count()),
            *totals,
        ],
        PUSH_COLUMNS,
        rows,
        [
            (gap.get_kind_display(), gap.label, gap.detail, gap.get_state_display(), gap.reason, _at(gap.found_at))
            for gap in gaps
        ],
        [_card_row(card) for card in cards.select_related("push", "unmapped__application", "owner").order_by("id")],
    )


def _card_row(card: Card) -> Row:
    return (
        card.get_level_display(),
        card.number,
        card.get_step_display(),
        str(card.earned_on),
        card.days_late,
        card.owner.name,
    )


def _push_rows(pushes: "QuerySet[Push]", today: date) -> Iterator[Row]:
    """Under PUSH_COLUMNS, by sequence. Names and codes only: no ID number, no phone."""
    directions, states = dict(Push.Direction.choices), dict(Push.Status.choices)
    was_late = Exists(LateStep.objects.filter(push=OuterRef("pk")))
    values = pushes.annotate(was_late=was_late).order_by("sequence").values_list(
        "number", "sequence", "direction", "kind", "case_number", "payload__item_name", "payload__subject_name",
        "sender__short_name", "pushed_at", "claimed_at", "answered_at", "status", "due_on", "is_open",
        "was_late",
    )  # fmt: skip
    for row in values.iterator(chunk_size=2000):
        (
            number,
            place,
            direction,
            kind,
            case,
            item,
            party,
            sender,
            pushed,
            claimed,
            answered,
            status,
            due,
            is_open,
            was,
        ) = row
        is_late = is_open and due is not None and due < today
        late = OPEN_LATE if is_late else DONE_LATE if was else ""
        yield (
            number, place, str(directions[direction]), wording.kind_label(kind), case, item or "", party or "", sender,
            _at(pushed), _at(claimed), _at(answered), str(states[status]), str(due or ""), late,
        )  # fmt: skip


def of_city(month: date, today: date) -> Content:
    """A line per department that received pushes or cards in the month; for the coordinator."""
    start, end = bounds(month)
    pushes = of_month(month).order_by().values("department")
    late = Q(is_open=True, due_on__lt=today)
    was_late = Exists(LateStep.objects.filter(push=OuterRef("pk")))
    taken = Q(claimed_at__isnull=False) | Q(is_open=False)
    counted: dict[int, Any] = {
        row["department"]: row
        for row in pushes.annotate(
            all=Count("pk"),
            taken=Count("pk", filter=taken),
            open=Count("pk", filter=Q(is_open=True)),
            late=Count("pk", filter=late),
            done_late=Count("pk", filter=was_late & ~late),
        )
    }
    gaps = _by_department(Discrepancy.objects.open().filter(found_at__lt=end))
    earned = Card.objects.standing().filter(earned_on__gte=start.date(), earned_on__lt=timezone.localdate(end))
    cards = _by_department(earned)
    rows: list[Row] = [
        (
            department.name,
            *(counted.get(department.pk, {}).get(name, 0) for name in ("all", "taken", "open", "late", "done_late")),
            gaps.get(department.pk, 0),
            cards.get(department.pk, 0),
        )
        for department in Department.objects.filter(pk__in={*counted, *cards}).order_by("code")
    ]
    sums = [(label, sum(int(row[place + 1]) for row in rows)) for place, label in enumerate(CITY_COLUMNS[1:])]
    return Content(month, None, sums, CITY_COLUMNS, rows)


def _by_department(rows: "QuerySet[Discrepancy] | QuerySet[Card]") -> dict[int, int]:
    return dict(rows.order_by().values_list("department").annotate(Count("pk")))


def _at(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""
