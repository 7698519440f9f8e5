"""The steps of a ladder as dates: which levels a due date has reached on a working day. Pure arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from linkage.models import Escalation, LadderVersion
from shenguan.workdays import calendar

Level = Escalation.Level


@dataclass(frozen=True)
class Rung:
    """One step: `days` 工作日 before the due date for a reminder, after it for the others, and whom it tells."""

    level: Level
    days: int
    tells: Sequence[str]

    @property
    def is_late(self) -> bool:
        """The due date is over."""
        return self.level != Level.SOON

    def reached_before(self, today: date) -> date:
        """Due dates before this day have reached the step on `today`, a working day."""
        if self.is_late:
            return calendar.subtract_workdays(today, self.days - 1)
        return calendar.add_workdays(today, self.days).due_on + timedelta(1)

    def earned_on(self, due_on: date) -> date:
        """The working day on which a late step is reached."""
        return calendar.add_workdays(due_on, self.days).due_on


def rungs(version: LadderVersion) -> list[Rung]:
    """The steps of a version, the mildest first."""
    steps = [
        Rung(Level.YELLOW, version.yellow_days, version.yellow_tells),
        Rung(Level.RED, version.red_days, version.red_tells),
        Rung(Level.LIFTED, version.lift_days, version.lift_tells),
    ]
    if version.remind_days is not None:
        steps.insert(0, Rung(Level.SOON, version.remind_days, version.remind_tells))
    return steps
