"""Clues (线索): reported by departments' systems, taken in hand, concluded; what proves true goes to the approver."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from credit.models import Subject
from shenguan import audit, events
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.identifiers import series
from shenguan.lifecycle import check_move
from shenguan.org.models import Department, Region
from shenguan.refusals import Invalid, NotAllowed
from shenguan.workdays import calendar
from supervision import policies, selectors
from supervision.lifecycle import CLUE
from supervision.models import Clue, SupervisionItem

Status, Outcome = Clue.Status, Clue.Outcome
PROVEN = frozenset({Outcome.SUBSTANTIATED, Outcome.PARTLY})


@dataclass(frozen=True)
class ReportedClue:
    """One clue, as a department's system tells it. The phone is kept encrypted."""

    source: str
    source_number: str
    received_at: datetime
    region: Region
    item: SupervisionItem  # its department handles the clue
    title: str
    content: str
    address: str
    named_party: str = ""
    reporter: str = ""
    reporter_phone: str = ""
    is_anonymous: bool = False
    urgency: str = Clue.Urgency.NORMAL
    handling_days: int = 5  # 工作日


def report(*, by: Actor, department: Department, subject: Subject | None, said: ReportedClue) -> tuple[Clue, bool]:
    """Takes one clue in for the item's department; the clue, and whether it was new here (201) or known (200).

    Known is what this `department` reported under the same `source_number`. Raises Invalid for a clue of the future.
    """
    known = _known(department, said.source_number)
    if known is not None:
        return known, False
    if timezone.localdate(said.received_at) > calendar.today():
        raise Invalid("接收时间不能晚于现在。", {"received_at": ["接收时间不能晚于现在。"]})
    try:
        return _take_in(department, subject, said, by=by), True
    except IntegrityError:  # the same report came twice at the same moment; the other call won
        known = _known(department, said.source_number)
        if known is None:
            raise
        return known, False


def _known(department: Department, source_number: str) -> Clue | None:
    return Clue.objects.filter(reporting_department=department, source_number=source_number).first()


@transaction.atomic
def _take_in(department: Department, subject: Subject | None, said: ReportedClue, *, by: Actor) -> Clue:
    is_own = said.item.department_id == department.pk
    clue = Clue.objects.create(
        subject=subject,
        region=said.region,
        item=said.item,
        department=said.item.department,
        reporting_department=department,
        number=_next_number(),
        source=said.source,
        source_number=said.source_number,
        reported_at=timezone.now(),
        named_party=said.named_party or (subject.name if subject else ""),
        address=said.address,
        title=said.title,
        content=said.content,
        reporter="" if said.is_anonymous else said.reporter,
        reporter_phone="" if said.is_anonymous else said.reporter_phone,
        is_anonymous=said.is_anonymous,
        urgency=said.urgency,
        handling_days=said.handling_days,
        status=Status.HANDLING if is_own else Status.ASSIGNED,
        received_at=said.received_at,
    )
    audit.record("clue.report", by=by, target=clue, label=clue.number, detail={"source": said.source_number})
    _tell("clue.reported", clue, by=by, summary=f"{department}报送线索 {clue.number}，由{clue.department}处置")
    return clue


@transaction.atomic
def take(clue: Clue, *, by: Actor) -> Clue:
    """The department takes a clue in hand. Raises NotAllowed for another department's, StateForbids when it is over."""
    locked = _lock(clue, by=by)
    locked.status = check_move(CLUE, "take", locked.status, Status).target or locked.status
    locked.save(update_fields=["status"])
    audit.record("clue.take", by=by, target=locked, label=locked.number)
    return locked


@transaction.atomic
def conclude(clue: Clue, *, by: Actor, outcome: str, handling: str, on: date) -> Clue:
    """Says what looking into it showed. A proven clue about the holder of a permit goes back to the approver (R10.05).

    Raises NotAllowed for another department's clue, StateForbids when it is over, Invalid for a missing text or an
    impossible day.
    """
    locked = _lock(clue, by=by)
    transition = check_move(CLUE, "conclude", locked.status, Status)
    errors = policies.conclusion_errors(
        outcome, handling, received_on=timezone.localdate(locked.received_at), on=on, today=calendar.today()
    )
    if errors:
        raise Invalid("线索还不能办结，请按提示补充。", errors)
    locked.status = transition.target or locked.status
    locked.outcome, locked.handling, locked.handled_on = outcome, handling.strip(), on
    locked.save(update_fields=["status", "outcome", "handling", "handled_on"])
    audit.record("clue.conclude", by=by, target=locked, label=locked.number, detail={"outcome": outcome})
    _tell("clue.concluded", locked, by=by, summary=f"线索 {locked.number} 核查结论：{locked.get_outcome_display()}")
    if outcome in PROVEN:
        _feed_back(locked, by=by)
    return locked


def _feed_back(clue: Clue, *, by: Actor) -> None:
    """Tells the approver of every case of this party under the clue's item."""
    where = selectors.Where(item_code=clue.item.code, subject_id=clue.subject_id)
    concerned = (
        {}
        if clue.subject_id is None
        else {watched.case_number: watched for watched in reversed(selectors.objects_meant(clue.department, where))}
    )
    for case_number, watched in concerned.items():
        events.record(
            "finding.reported",
            by=by,
            case_number=case_number,
            subject_id=clue.subject_id,
            department=clue.department,
            summary=f"{clue.department}向审批部门反馈查实线索：{clue.title}",
            payload=policies.report_payload(
                watched, summary=f"线索查实（{clue.get_outcome_display()}）：{clue.title}。{clue.handling}"
            )
            | {"clue_number": clue.number},
        )


def _tell(kind: str, clue: Clue, *, by: Actor, summary: str) -> None:
    """The timeline of the party, seen by the supervising side."""
    events.record(
        kind,
        by=by,
        subject_id=clue.subject_id,
        department=clue.department,
        visibility="supervision",
        summary=summary,
        payload={"clue_number": clue.number},
    )


def _lock(clue: Clue, *, by: Actor) -> Clue:
    by.require(Permission.INSPECTION_DO)
    locked = Clue.objects.select_for_update(of=("self",)).get(pk=clue.pk)
    if by.department is None or by.department.pk != locked.department_id:
        raise NotAllowed("这是其他部门处置的线索，您不能操作。")
    return locked


def _next_number() -> str:
    today = calendar.today()
    (count,) = series.take(f"clue:{today:%Y%m%d}", today.year)
    return f"XS{today:%Y%m%d}-{count:04d}"
