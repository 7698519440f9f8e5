"""Rows of the workdays app."""

from datetime import date

import factory

from shenguan.workdays.models import Deadline


class DeadlineFactory(factory.django.DjangoModelFactory):
    """Five working days from Friday 2026-11-20; the due date is right as it stands."""

    class Meta:
        model = Deadline

    class Params:
        overdue = factory.Trait(start_on=date(2026, 11, 11), due_on=date(2026, 11, 18), raw_due_on=date(2026, 11, 18))
        met_in_time = factory.Trait(state=Deadline.State.MET, met_on=date(2026, 11, 27))
        met_late = factory.Trait(state=Deadline.State.MET, met_on=date(2026, 11, 30))
        cancelled = factory.Trait(state=Deadline.State.CANCELLED)

    kind = "correction"
    case_number = factory.Sequence(lambda n: f"2026{n:06d}")
    start_on = date(2026, 11, 20)
    amount = 5
    unit = Deadline.Unit.WORKDAYS
    law = "行政许可法第三十二条"
    due_on = date(2026, 11, 27)
    raw_due_on = date(2026, 11, 27)
    provisional = False
