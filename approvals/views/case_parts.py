"""Parts of the case page that need a little arithmetic: the rail, the strip of days, the timeline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from approvals import policies
from approvals.models import Application, ApplicationStep
from shenguan.events.models import Event
from shenguan.workdays import calendar
from shenguan.workdays.models import Deadline

Stage = ApplicationStep.Stage
Status = Application.Status
LONGEST_STRIP = 24
EVENTS_SHOWN = 200
WEEKDAYS = "一二三四五六日"

# Status -> the stage people wait for now.
CURRENT: dict[str, Stage] = {
    Status.RECEIVED: Stage.INTAKE,
    Status.CORRECTING: Stage.INTAKE,
    Status.ACCEPTED: Stage.EXAMINE,
    Status.EXAMINED: Stage.DECIDE,
    Status.GRANTED: Stage.ISSUE,
}
# First word of an event kind -> colour of the rail it belongs to, and its sign.
SIGNS: dict[str, tuple[str, str]] = {
    "push": ("sv", "send"),
    "proposal": ("sv", "send"),
    "finding": ("sv", "flag"),
    "revocation": ("sv", "flag"),
    "inspection": ("sv", "clipboard-check"),
    "object": ("sv", "eye"),
    "task": ("sv", "clipboard-list"),
    "credit": ("cr", "shield-check"),
    "permit": ("ap", "certificate"),
}
OWN_SIGNS: dict[str, tuple[str, str]] = {
    "application.credit_checked": ("cr", "shield-check"),
    "application.paused": ("wn", "player-pause"),
    "application.extended": ("wn", "hourglass"),
    "application.correction_requested": ("wn", "files"),
}


@dataclass(frozen=True)
class Stop:
    """One of the five stages on the upper rail."""

    label: str
    who: str
    at: datetime | None
    state: str  # done, now, skip or empty


@dataclass(frozen=True)
class Day:
    """One box of the strip."""

    day: date
    weekday: str
    word: str
    css: str


@dataclass(frozen=True)
class Moment:
    """One line of the timeline."""

    event: Event
    tone: str
    icon: str


def rail(application: Application) -> list[Stop]:
    """The five stages as they stand; reads the prefetched steps."""
    done: dict[str, list[ApplicationStep]] = {}
    for step in application.steps.all():
        if step.conclusion != ApplicationStep.Conclusion.RETURN:
            done.setdefault(step.stage, []).append(step)
    now = _current(application, done)
    return [_stop(application, stage, done.get(stage, []), now) for stage in Stage]


def _current(application: Application, done: dict[str, list[ApplicationStep]]) -> Stage | None:
    stage = CURRENT.get(application.status)
    if stage in (Stage.EXAMINE, Stage.DECIDE) and application.mode == Application.Mode.COMMITMENT:
        return Stage.DECIDE
    if stage in (Stage.EXAMINE, Stage.DECIDE) and policies.survey_needed(application) and Stage.SURVEY not in done:
        return Stage.SURVEY if stage == Stage.DECIDE else Stage.EXAMINE
    return stage


def _stop(application: Application, stage: Stage, steps: Sequence[ApplicationStep], now: Stage | None) -> Stop:
    if stage == now:
        return Stop(stage.label, "办理中", None, "now")
    if steps:
        names = list(dict.fromkeys(step.staff_name for step in steps))
        who = names[0] if len(names) == 1 else f"{names[0]} 等 {len(names)} 人"
        return Stop(stage.label, who, steps[-1].done_at, "done")
    if stage == Stage.SURVEY and not policies.survey_needed(application):
        return Stop(stage.label, "本件不需要", None, "skip")
    if stage == Stage.EXAMINE and application.mode == Application.Mode.COMMITMENT:
        return Stop(stage.label, "告知承诺，直接决定", None, "skip")
    return Stop(stage.label, "", None, "")


def strip(deadline: Deadline | None, today: date) -> list[Day]:
    """The days of a clock, the day of acceptance not counted (R1.40); long ones begin near today."""
    if deadline is None:
        return []
    length = (deadline.due_on - deadline.start_on).days + 1
    days = [deadline.start_on + timedelta(n) for n in range(length)]
    counted = 0
    boxes = []
    for day in days:
        works = calendar.is_workday(day) and day != deadline.start_on
        counted += works
        boxes.append(_day(day, deadline, today, counted if works else 0))
    if len(boxes) <= LONGEST_STRIP:
        return boxes
    first = max(0, min((today - deadline.start_on).days - 2, len(boxes) - LONGEST_STRIP))
    return boxes[first : first + LONGEST_STRIP - 1] + boxes[-1:]


def _day(day: date, deadline: Deadline, today: date, count: int) -> Day:
    weekday = WEEKDAYS[day.weekday()]
    if day == deadline.due_on:
        return Day(day, weekday, "今天到期" if day == today else f"到期 {count}", "end")
    if day == today:
        return Day(day, weekday, "受理" if day == deadline.start_on else f"今天 {count or ''}".strip(), "today")
    if day == deadline.start_on:
        return Day(day, weekday, "受理", "st")
    if not count:
        return Day(day, weekday, "休", "off")
    return Day(day, weekday, str(count), "used" if day < today else "")


def timeline(number: str) -> list[Moment]:
    """Newest first; what supervision keeps to itself is left out."""
    events = Event.objects.filter(case_number=number).exclude(visibility=Event.Visibility.SUPERVISION)
    return [Moment(event, *_sign(event)) for event in events.order_by("-recorded_at", "-id")[:EVENTS_SHOWN]]


def _sign(event: Event) -> tuple[str, str]:
    return OWN_SIGNS.get(event.kind) or SIGNS.get(event.kind.split(".", maxsplit=1)[0], ("ap", "check"))
