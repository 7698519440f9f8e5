"""Climbing the ladders: clocks of pushes, arbitrations and unmapped events that reached a step, and who is told.

However late the job comes, only the hardest step is told; the ones passed meanwhile are written down with the days they
belong to.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from linkage import links
from linkage.actions import cards
from linkage.actions.cards import About
from linkage.ladders import Level, Rung, rungs
from linkage.models import DutyObjection, Escalation, LadderVersion, Push, UnmappedEvent
from linkage.selectors import owners
from linkage.selectors.ladders import Window
from shenguan import audit, notify
from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from shenguan.notify import Telling
from shenguan.org.models import Staff
from shenguan.workdays.models import Deadline

CLOCKS = Actor.system("linkage.escalate_due")
Told = LadderVersion.Told


@transaction.atomic
def climb_pushes(window: Window, today: date, limit: int) -> int:
    """Pushes under one version of a ladder whose next step has come; how many somebody was told about."""
    steps = rungs(window.version)
    due = (
        Push.objects.open()
        .filter(window.pushes(), deadline__state=Deadline.State.OPEN, deadline__is_paused=False)
        .filter(_has_new_step(steps, "due_on", today))
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("department", "office", "owner", "assignee", "subject", "deadline")
        .order_by("due_on", "id")[:limit]
    )
    pushes = list(due)
    known = given([push.deadline_id or 0 for push in pushes])
    for push in pushes:
        passed = _new_steps(steps, push.due_on or today, today, known.get(push.deadline_id or 0, set()))
        _give(push, passed, window)
        step, handler = push.get_next_step_display(), f"{push.department} {push.owner.name}"
        body = f"推送 {push.number}（{handler}）应于 {push.due_on} 前{step}。"
        title = f"{_prefix(passed[-1])}{step}：{push.heading}"
        _record(passed, push, title=title, body=body, url=links.push_url(push.number))
    return len(pushes)


@transaction.atomic
def climb_objections(window: Window, today: date, limit: int) -> int:
    """Arbitrations nobody decided in time; how many somebody was told about. The card is the coordinator's."""
    steps = rungs(window.version)
    due = (
        DutyObjection.objects.filter(window.clocks(), status=DutyObjection.Status.OPEN)
        .filter(_has_new_step(steps, "deadline__due_on", today))
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("deadline", "owner", "push__department", "push__office", "push__owner", "push__assignee")
        .order_by("id")[:limit]
    )
    objections = list(due)
    known = given([objection.deadline_id for objection in objections])
    for objection in objections:
        due_on, push = objection.deadline.due_on, objection.push
        passed = _new_steps(steps, due_on, today, known.get(objection.deadline_id, set()))
        _give(objection, passed, window)
        title = f"{_prefix(passed[-1])}职责异议待裁定"
        body = f"{push.department}对推送 {push.number} 的职责异议应于 {due_on} 前裁定。"
        _record(passed, objection, title=title, body=body, url=links.OBJECTIONS)
    return len(objections)


@transaction.atomic
def climb_unmapped(window: Window, today: date, limit: int) -> int:
    """Events without an entry that nobody worked off in time; how many somebody was told about."""
    steps = rungs(window.version)
    due = (
        UnmappedEvent.objects.filter(window.clocks(), status=UnmappedEvent.Status.OPEN)
        .filter(_has_new_step(steps, "deadline__due_on", today))
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("deadline", "owner", "application__department", "application__item__office")
        .order_by("id")[:limit]
    )
    items = list(due)
    known = given([item.deadline_id for item in items])
    for item in items:
        due_on = item.deadline.due_on
        passed = _new_steps(steps, due_on, today, known.get(item.deadline_id, set()))
        _give(item, passed, window)
        title = f"{_prefix(passed[-1])}未对应事项待处理"
        body = f"办件 {item.application.number} 未对应监管事项，应于 {due_on} 前处理。"
        _record(passed, item, title=title, body=body, url=links.UNMAPPED)
    return len(items)


def _give(about: About, passed: Sequence[Rung], window: Window) -> None:
    """A card for every late step."""
    for rung in passed:
        if rung.is_late and about.deadline is not None:
            cards.give(about, about.deadline, rung, window.version, by=CLOCKS)


def _has_new_step(steps: Sequence[Rung], field: str, today: date) -> Q:
    """The hardest step reached was not recorded yet: one probe of the escalations per row."""
    wanted = Q(pk__in=[])
    harder: date | None = None
    for rung in reversed(steps):
        before = rung.reached_before(today)
        reached = Q(**{f"{field}__lt": before})
        if harder is not None:
            reached &= Q(**{f"{field}__gte": harder})
        recorded = Escalation.objects.filter(deadline=OuterRef("deadline"), level=rung.level)
        wanted |= reached & Q(~Exists(recorded))
        harder = before
    return wanted


def _new_steps(steps: Sequence[Rung], due_on: date, today: date, given: set[str]) -> list[Rung]:
    """The steps to record now, the mildest first. A reminder that comes after the due date is none any more."""
    reached = [rung for rung in steps if due_on < rung.reached_before(today)]
    is_late = any(rung.is_late for rung in reached)
    return [rung for rung in reached if rung.level not in given and rung.is_late in (True, is_late)]


def given(deadlines: Iterable[int]) -> dict[int, set[str]]:
    """Clock -> the levels recorded for it."""
    found: dict[int, set[str]] = {}
    for clock, level in Escalation.objects.filter(deadline__in=deadlines).values_list("deadline", "level"):
        found.setdefault(clock, set()).add(level)
    return found


def _prefix(rung: Rung) -> str:
    return f"{rung.level.label}：" if rung.is_late else ""


def _record(passed: Sequence[Rung], about: About, *, title: str, body: str, url: str) -> None:
    """Tells of the hardest new step, and writes the milder ones down as passed in silence."""
    *silent, hardest = passed
    for rung in silent:
        remember(rung.level, [], about, label=body)
    tell(recipients(hardest.tells, about), hardest.level, title=title, body=body, url=url, about=about)


def recipients(tells: Sequence[str], about: About) -> list[Staff]:
    """The people behind the words of a ladder: the recipient's of a push, or of an event those of the approver."""
    push = about.push if isinstance(about, DutyObjection) else about
    if isinstance(push, Push):
        lead = Role.SUPERVISION_HEAD if push.is_forward else Role.DECIDER
        handler, department, office = push.handler, push.department, push.office
    else:
        lead, case = Role.DECIDER, push.application
        handler, department, office = push.owner, case.department, case.item.office
    people: list[Staff] = []
    for word in tells:
        match Told(word):
            case Told.HANDLER:
                people.append(handler)
            case Told.OWNER:
                people.append(push.owner)
            case Told.OFFICE_HEAD:
                people += owners.heads(department, office, lead)
            case Told.DEPARTMENT_HEAD:
                people += owners.heads(department, None, lead)
            case Told.COORDINATOR:
                people += owners.coordinators()
    return people


def tell(
    people: Iterable[Staff],
    level: Level,
    *,
    title: str,
    body: str,
    url: str,
    about: About,
    clock: Deadline | None = None,
) -> None:
    """Tells each person once and writes down who was told; `clock` where it is not the one the thing itself runs on."""
    everyone = list({person.pk: person for person in people}.values())
    is_late = level != Level.SOON
    kind = "push.overdue" if is_late else "push.due_soon"
    case = about.push.case_number if isinstance(about, DutyObjection) else _case_of(about)
    notify.tell_many(Telling(person, kind, title, body, url, case, urgent=is_late) for person in everyone)
    remember(level, everyone, about, label=body, clock=clock)


def _case_of(about: Push | UnmappedEvent) -> str:
    return about.case_number if isinstance(about, Push) else about.application.number or ""


def remember(level: Level, told: Sequence[Staff], about: About, *, label: str, clock: Deadline | None = None) -> None:
    """The row that is proof and memory: no pass records a level of a clock twice."""
    deadline = clock or about.deadline
    if deadline is None:
        return
    escalation = Escalation.objects.create(
        deadline=deadline,
        push=about if isinstance(about, Push) else None,
        objection=about if isinstance(about, DutyObjection) else None,
        unmapped=about if isinstance(about, UnmappedEvent) else None,
        level=level,
        told=[person.username for person in told],
        due_on=deadline.due_on,
        at=timezone.now(),
    )
    audit.record(f"clock.{level}", by=CLOCKS, target=escalation, label=label)
