"""Clocks that stop late: the steps they passed are facts, whether or not a pass saw them (docs/decisions/0052)."""

from collections.abc import Sequence
from datetime import date

from linkage import links
from linkage.actions import cards, escalations, moves
from linkage.actions.cards import About
from linkage.actions.escalations import CLOCKS
from linkage.ladders import Rung, rungs
from linkage.models import DutyObjection, EscalationLadder, LadderVersion, LateStep, Push
from linkage.selectors.ladders import windows
from shenguan import notify
from shenguan.workdays import calendar, deadlines
from shenguan.workdays.models import Deadline

Purpose = EscalationLadder.Purpose


def stop_clock(push: Push, *, met: bool = True) -> None:
    """Takes the clock off the push (not saved) and stops it if it is linkage's own; a late one leaves its cards.

    `met` False: the step fell away and was neither kept nor missed.
    """
    clock = moves.own_clock(push)
    if clock is not None and met:
        deadlines.meet(clock, on=calendar.today())
    elif clock is not None:
        deadlines.cancel(clock)
    note([push])
    push.deadline, push.due_on = None, None


def note(things: Sequence[About]) -> None:
    """Gives the cards that the met clocks of locked things earned and nobody gave. No statement where none was late."""
    late = [
        (thing, clock) for thing in things if (clock := thing.deadline) and (clock.met_on or date.min) > clock.due_on
    ]
    if not late:
        return
    _keep(late)
    given = escalations.given([clock.pk for _, clock in late])
    for thing, clock in late:
        version = _governing(thing, clock)
        if version is None:
            continue
        known = given.get(clock.pk, set())
        passed = [step for step in rungs(version) if _is_missing(step, clock, known)]
        for step in passed:
            cards.give(thing, clock, step, version, by=CLOCKS)
        if passed:
            _tell(thing, clock, passed)


def _keep(late: Sequence[tuple[About, Deadline]]) -> None:
    """What was late of pushes, by a day or by many, for the statements."""
    LateStep.objects.bulk_create(
        [
            LateStep(
                push=thing,
                deadline=clock,
                department_id=thing.department_id,
                step=thing.next_step,
                due_on=clock.due_on,
                met_on=clock.met_on or calendar.today(),
            )
            for thing, clock in late
            if isinstance(thing, Push)
        ],
        ignore_conflicts=True,
    )


def _is_missing(step: Rung, clock: Deadline, known: set[str]) -> bool:
    """A late step that came while the clock ran, and of which there is no record."""
    return step.is_late and step.level not in known and step.earned_on(clock.due_on) <= (clock.met_on or date.min)


def _governing(thing: About, clock: Deadline) -> LadderVersion | None:
    """The wording the clock began under."""
    if isinstance(thing, Push):
        purpose, chosen = Purpose.PUSH, thing.entry.ladder_id if thing.entry else None
    else:
        purpose, chosen = Purpose.ARBITRATION if isinstance(thing, DutyObjection) else Purpose.UNMAPPED, None
    fitting = (window.version for window in windows(purpose) if window.holds(clock, chosen))
    return next(fitting, None)


def _tell(thing: About, clock: Deadline, passed: Sequence[Rung]) -> None:
    """Not urgent any more: whoever should have heard of the hardest step hears that it is on record."""
    hardest = passed[-1]
    people = {person.pk: person for person in escalations.recipients(hardest.tells, thing)}.values()
    number, case, url = _words(thing)
    body = f"{number} 应于 {clock.due_on} 前办理，已于 {clock.met_on} 办理；超期期间的督办牌已补记。"
    notify.tell_many(
        notify.Telling(person, "push.overdue", f"补记{hardest.level.label}：{number}", body, url, case)
        for person in people
    )
    for step in passed:
        told = list(people) if step is hardest else []
        escalations.remember(step.level, told, thing, label=body, clock=clock)


def _words(thing: About) -> tuple[str, str, str]:
    """Number, case and address for the people told."""
    if isinstance(thing, Push):
        return f"推送 {thing.number}", thing.case_number, links.push_url(thing.number)
    if isinstance(thing, DutyObjection):
        return f"推送 {thing.push.number} 的职责异议", thing.push.case_number, links.OBJECTIONS
    return f"未对应事项 {thing.application.number}", thing.event.case_number, links.UNMAPPED
