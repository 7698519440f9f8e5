"""How a deadline reads on a screen: the kinds of the `due` badge and its words."""

from dataclasses import dataclass
from datetime import date

from shenguan.workdays import calendar
from shenguan.workdays.models import Deadline

SOON_WORKDAYS = 2  # 临期: so many working days left or fewer


@dataclass(frozen=True)
class DueState:
    """Badge kind (ok, soon, today, over, pause, done), text, and days left in the deadline's unit (over: below 0)."""

    kind: str
    text: str
    days: int = 0


def due_state(deadline: Deadline, today: date) -> DueState:
    """The badge of a deadline on `today`; asks the database nothing."""
    if deadline.state == Deadline.State.CANCELLED:
        return DueState("done", "已终止")
    if deadline.met_on:
        return DueState("done", "按时办结" if deadline.met_on <= deadline.due_on else "超期办结")
    if deadline.is_paused:
        return DueState("pause", "暂停计时")
    return due_state_of(deadline.due_on, today, in_workdays=deadline.unit == Deadline.Unit.WORKDAYS)


def due_state_of(due_on: date, today: date, done: bool = False, in_workdays: bool = True) -> DueState:
    """The badge of a bare due date. Days left count from tomorrow, in 工作日 or 自然日; overdue is in 自然日."""
    if done:
        return DueState("done", "已办结")
    calendar_days = (due_on - today).days
    if calendar_days < 0:
        return DueState("over", f"超期 {-calendar_days} 天", calendar_days)
    if calendar_days == 0:
        return DueState("today", "今天到期")
    workdays = calendar.workdays_between(today, due_on)
    kind = "soon" if workdays <= SOON_WORKDAYS else "ok"
    if in_workdays and workdays:
        return DueState(kind, f"余 {workdays} 个工作日", workdays)
    return DueState(kind, f"余 {calendar_days} 天", calendar_days)
