"""The clocks of an application: starting, meeting and stopping them."""

from datetime import date

from approvals.law import CORRECTION_DAYS, DELIVERY_DAYS, LICENSING_LAW, PUBLICITY_DAYS
from approvals.models import Application
from shenguan.workdays import deadlines
from shenguan.workdays.models import Deadline

HANDLING = ("statutory_deadline", "promised_deadline")  # the clocks that pauses stop
ALL = ("correction_deadline", *HANDLING, "tolerance_deadline", "delivery_deadline", "publicity_deadline")


def start_correction(application: Application) -> Deadline:
    """Five working days from receipt to say what is missing; afterwards the case counts as accepted (R1.03, R1.04)."""
    return _start(application, "correction", application.received_on, CORRECTION_DAYS, f"{LICENSING_LAW}第三十二条")


def start_handling(application: Application) -> tuple[Deadline, Deadline]:
    """Statutory and promised clock of the variant, from the day of acceptance (R1.06)."""
    variant = application.variant
    law = application.item.statutory_basis or f"{LICENSING_LAW}第四十二条"
    promise = "本机关公布的承诺办理时限"
    statutory, promised = deadlines.start_many(
        [
            _limit(application, "statutory", application.accepted_on, variant.statutory_days, law),
            _limit(application, "promised", application.accepted_on, variant.promised_days, promise),
        ]
    )
    return statutory, promised


def start_tolerance(application: Application, days: int) -> Deadline:
    """Time for the missing papers; the caller has made sure it is not longer than the promised time (R3.04)."""
    return _start(application, "tolerance", application.accepted_on, days, "容缺受理承诺")


def start_delivery(application: Application, decided_on: date) -> Deadline:
    """Issue and delivery after a grant."""
    return _start(application, "delivery", decided_on, DELIVERY_DAYS, f"{LICENSING_LAW}第四十四条")


def start_publicity(application: Application, decided_on: date) -> Deadline:
    """Publication of a licence (双公示)."""
    return _start(application, "publicity", decided_on, PUBLICITY_DAYS, "发改办财金〔2018〕424号")


def start_commitment_check(application: Application, decided_on: date, days: int) -> Deadline:
    """The check afterwards of what was promised (R2.09, R2.10)."""
    law = application.item.commitment_basis or "国办发〔2020〕42号"
    return _start(application, "commitment_check", decided_on, days, law)


def meet(application: Application, *names: str, on: date) -> None:
    """The things these clocks wait for are done; clocks that never started or have ended are left alone."""
    deadlines.meet_many(_open(application, names), on=on)


def cancel_all(application: Application) -> None:
    """The case ended without what its clocks wait for."""
    for deadline in _open(application, ALL):
        deadlines.cancel(deadline)


def handling_clocks(application: Application) -> list[Deadline]:
    """The open statutory and promised clock."""
    return _open(application, HANDLING)


def _open(application: Application, names: tuple[str, ...]) -> list[Deadline]:
    found = [getattr(application, name) for name in names]
    return [deadline for deadline in found if deadline is not None and deadline.state == Deadline.State.OPEN]


def _start(application: Application, kind: str, start_on: date | None, amount: int, law: str) -> Deadline:
    return deadlines.start_many([_limit(application, kind, start_on, amount, law)])[0]


def _limit(application: Application, kind: str, start_on: date | None, amount: int, law: str) -> deadlines.Limit:
    if start_on is None:
        raise ValueError(f"the {kind} clock of {application} has nothing to start from")
    return deadlines.Limit(kind, application.number or "", start_on, amount, law[:200])
