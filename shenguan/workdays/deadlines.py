"""The life of a deadline (RULES R1.07, R1.11, R1.46). Callers write the audit entry and the event.

Every function locks the row, refreshes the instance it was given and leaves it up to date.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from shenguan import bulk
from shenguan.lifecycle import check_move
from shenguan.refusals import Invalid, Refusal
from shenguan.workdays import calendar
from shenguan.workdays.calendar import DueDate, Pause
from shenguan.workdays.due import DueState, due_state, due_state_of
from shenguan.workdays.lifecycle import DEADLINE
from shenguan.workdays.models import Deadline, DeadlineChange, DeadlinePause

__all__ = [
    "DueState",
    "Limit",
    "cancel",
    "cancel_many",
    "due_state",
    "due_state_of",
    "extend",
    "meet",
    "meet_many",
    "pause",
    "recompute",
    "resume",
    "start",
    "start_many",
]

RECOMPUTE_BATCH = 500


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit of `amount` 工作日 (wd), 自然日 (cd) or 个月 (month) after `start_on`, which is not counted.

    `roll` moves a last day on a rest day to the next working day (cd and month, R1.44).
    """

    kind: str
    case_number: str
    start_on: date
    amount: int
    law: str
    unit: str = "wd"
    roll: bool = True


def start(
    *, kind: str, case_number: str, start_on: date, amount: int, law: str, unit: str = "wd", roll: bool = True
) -> Deadline:
    """Starts a deadline; the arguments are Limit's."""
    return start_many([Limit(kind, case_number, start_on, amount, law, unit, roll)])[0]


def start_many(limits: Iterable[Limit]) -> list[Deadline]:
    """`start` for each, in their order, by one statement; days are counted once for each different limit."""
    counted: dict[tuple[date, int, str, bool], DueDate] = {}
    rows = []
    for limit in limits:
        rule = (limit.start_on, limit.amount, limit.unit, limit.roll)
        if rule not in counted:
            counted[rule] = _count(limit.start_on, limit.amount, Deadline.Unit(limit.unit), limit.roll)
        due = counted[rule]
        rows.append(
            Deadline(
                kind=limit.kind,
                case_number=limit.case_number,
                start_on=limit.start_on,
                amount=limit.amount,
                unit=limit.unit,
                roll=limit.roll,
                law=limit.law,
                due_on=due.due_on,
                raw_due_on=due.raw_on,
                provisional=due.provisional,
            )
        )
    return bulk.create(rows)


@transaction.atomic
def pause(deadline: Deadline, *, reason: str, start_on: date, document: str) -> DeadlinePause:
    """Stops the clock from `start_on` on, for one of the reasons of 行政许可法 45 only (R1.11).

    Raises Invalid for any other reason, a missing notice document or a day outside the period; Refusal when the same
    reason is already pausing; StateForbids unless the deadline is open.
    """
    _lock(deadline, "pause")
    if reason not in DeadlinePause.Reason.values:
        allowed = "、".join(DeadlinePause.Reason.labels)
        raise _invalid("reason", f"“{reason}”不是法定的不计入期限的事由，只能是：{allowed}。")
    if not document.strip():
        raise _invalid("document", "请填写告知申请人所需时间的文书。")
    if not deadline.start_on <= start_on <= deadline.due_on:
        raise _invalid("start_on", f"开始日应在 {deadline.start_on} 至 {deadline.due_on} 之间。")
    if deadline.pauses.filter(reason=reason, end_on=None).exists():
        raise Refusal("already_paused", f"已因{DeadlinePause.Reason(reason).label}暂停计时，无需重复登记。")
    started = deadline.pauses.create(reason=reason, start_on=start_on, document=document.strip())
    deadline.is_paused = True
    deadline.save(update_fields=["is_paused"])
    return started


@transaction.atomic
def resume(deadline: Deadline, *, end_on: date, reason: str | None = None) -> DeadlinePause:
    """Ends a pause; `end_on` is its last day. `reason` is needed only while several pauses are open.

    The due date moves by the days that did not count; overlapping pauses count once (R1.11).
    Raises Refusal when no such pause is open, Invalid for an end before the start or an unclear choice.
    """
    _lock(deadline, "resume")
    running = [row for row in deadline.pauses.filter(end_on=None) if reason in (None, row.reason)]
    if not running:
        raise Refusal("not_paused", "该时限没有正在进行的暂停，无需恢复。")
    if len(running) > 1:
        raise _invalid("reason", "有多项暂停正在进行，请选择要结束的一项。")
    ended = running[0]
    if end_on < ended.start_on:
        raise _invalid("end_on", f"结束日不能早于开始日 {ended.start_on}。")
    _end([ended], end_on)
    deadline.is_paused = deadline.pauses.filter(end_on=None).exists()
    deadline.save(update_fields=["is_paused"])
    _apply(deadline, f"{ended.get_reason_display()}结束，恢复计时")
    return ended


@transaction.atomic
def extend(deadline: Deadline, *, amount: int, reason: str, on: date | None = None) -> DeadlineChange | None:
    """Lengthens the deadline once by `amount` of its own unit; approved on `on` (default today) at the latest due day.

    Raises Refusal on a second extension or one approved too late (R1.07); Invalid without an amount or a reason.
    """
    _lock(deadline, "extend")
    if deadline.extension:
        raise Refusal("already_extended", "时限只能延长一次，该时限已经延长过。")
    if amount < 1:
        raise _invalid("amount", "延长的时间至少为 1。")
    if not reason.strip():
        raise _invalid("reason", "请填写延长理由，延长需告知申请人理由。")
    if not deadline.is_paused and (on or calendar.today()) > deadline.due_on:
        raise Refusal("extension_too_late", f"时限已于 {deadline.due_on} 届满，延长须在届满前批准。")
    deadline.extension = amount
    deadline.save(update_fields=["extension"])
    return _apply(deadline, f"延长 {amount} {Deadline.Unit(deadline.unit).label}：{reason.strip()}")


@transaction.atomic
def meet(deadline: Deadline, *, on: date) -> Deadline:
    """The thing to be done was done on `on`; pauses still open end that day."""
    target = _lock(deadline, "meet")
    if deadline.is_paused:
        _end(deadline.pauses.filter(end_on=None), on)
        deadline.is_paused = False
        deadline.save(update_fields=["is_paused"])
        _apply(deadline, "办结，暂停结束")
    deadline.state, deadline.met_on = target, on
    deadline.save(update_fields=["state", "met_on"])
    return deadline


@transaction.atomic
def cancel(deadline: Deadline) -> Deadline:
    """The deadline no longer matters, e.g. the application was withdrawn."""
    deadline.state = _lock(deadline, "cancel")
    deadline.is_paused = False
    deadline.save(update_fields=["state", "is_paused"])
    return deadline


@transaction.atomic
def meet_many(deadlines: Sequence[Deadline], *, on: date) -> None:
    """`meet` for each, those without pauses by two statements. Raises StateForbids unless all are open."""
    given = {deadline.pk: deadline for deadline in deadlines}
    rows = list(Deadline.objects.select_for_update().filter(pk__in=given).order_by("pk"))
    for row in rows:
        check_move(DEADLINE, "meet", row.state, Deadline.State)
    state = DEADLINE["meet"].target or Deadline.State.MET
    running = [row.pk for row in rows if not row.is_paused]
    Deadline.objects.filter(pk__in=running).update(state=state, met_on=on)
    for key in running:
        given[key].state, given[key].met_on = state, on
    for row in rows:
        if row.is_paused:
            meet(given[row.pk], on=on)


def cancel_many(deadlines: Sequence[Deadline]) -> None:
    """`cancel` each in the caller's transaction, by two statements; locked in the order of their ids.

    Raises StateForbids unless all are open.
    """
    if not deadlines:
        return
    ids = {deadline.pk for deadline in deadlines}
    rows = Deadline.objects.filter(pk__in=ids)
    for state in rows.select_for_update().order_by("pk").values_list("state", flat=True):
        check_move(DEADLINE, "cancel", state, Deadline.State)
    state = DEADLINE["cancel"].target or Deadline.State.CANCELLED
    rows.update(state=state, is_paused=False)
    for deadline in deadlines:
        deadline.state, deadline.is_paused = state, False


def recompute(reason: str) -> list[DeadlineChange]:
    """Counts every open deadline anew after the calendar changed and logs old -> new (R1.46).

    Returns only the changes; `change.moved` tells a new date from a mere loss of 暂定. Harmless to repeat.
    """
    changes: list[DeadlineChange] = []
    last_id = 0
    while True:
        with transaction.atomic():
            batch = list(
                Deadline.objects.select_for_update()
                .open()
                .filter(id__gt=last_id)
                .order_by("id")
                .prefetch_related("pauses")[:RECOMPUTE_BATCH]
            )
            changes += [change for deadline in batch if (change := _apply(deadline, reason))]
        if not batch:
            return changes
        last_id = batch[-1].pk


def _lock(deadline: Deadline, action: str) -> str:
    """Locks and refreshes the row; the state `action` leads to. Raises StateForbids when it may not happen now."""
    deadline.refresh_from_db(from_queryset=Deadline.objects.select_for_update())
    transition = check_move(DEADLINE, action, deadline.state, Deadline.State)
    return transition.target or deadline.state


def _apply(deadline: Deadline, reason: str) -> DeadlineChange | None:
    """Counts a locked deadline anew; stores and logs the result if it differs."""
    pauses = [(row.start_on, row.end_on) for row in deadline.pauses.all() if row.end_on]
    due = _count(deadline.start_on, deadline.total, Deadline.Unit(deadline.unit), deadline.roll, pauses)
    old_due_on, was_provisional = deadline.due_on, deadline.provisional
    if (due.due_on, due.raw_on, due.provisional) == (old_due_on, deadline.raw_due_on, was_provisional):
        return None
    deadline.due_on, deadline.raw_due_on, deadline.provisional = due.due_on, due.raw_on, due.provisional
    deadline.save(update_fields=["due_on", "raw_due_on", "provisional"])
    return DeadlineChange.objects.create(
        deadline=deadline,
        old_due_on=old_due_on,
        new_due_on=due.due_on,
        was_provisional=was_provisional,
        is_provisional=due.provisional,
        reason=reason,
    )


def _count(start_on: date, amount: int, unit: Deadline.Unit, roll: bool, pauses: Iterable[Pause] = ()) -> DueDate:
    """The due date under the deadline's unit."""
    if unit == Deadline.Unit.WORKDAYS:
        return calendar.add_workdays(start_on, amount, pauses)
    if unit == Deadline.Unit.MONTHS:
        amount = (calendar.add_months(start_on, amount) - start_on).days
    return calendar.add_calendar_days(start_on, amount, roll, pauses)


def _end(pauses: Iterable[DeadlinePause], end_on: date) -> None:
    """Closes pauses on `end_on`; one that was to begin later lasts one day, because it cannot end before it starts."""
    for row in pauses:
        row.end_on = max(end_on, row.start_on)
        row.save(update_fields=["end_on"])


def _invalid(field: str, message: str) -> Invalid:
    return Invalid(message, {field: [message]})
