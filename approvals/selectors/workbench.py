"""What the clerk's first page shows. Every question is bounded and runs on an index."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Avg, Count, F, Q, QuerySet

from approvals.models import Application, ApplicationMaterial, ItemVariant
from approvals.selectors import items
from credit.models import CreditCheck
from shenguan.events.models import Event
from shenguan.org.models import Staff
from shenguan.workdays import calendar
from shenguan.workdays.models import Deadline

Status = Application.Status
State = ApplicationMaterial.State
QUEUE_SHOWN = 50
LIST_SHOWN = 6
DRAFTS_SHOWN = 8
ITEMS_FOUND = 8
LONGEST_QUERY = 60
DUE_WORKDAYS = 2  # 临期
RECENT_CASES = 200  # where the usual items are read from


@dataclass(frozen=True)
class Figures:
    """Today's numbers of the department."""

    accepted: int
    minutes: float | None  # from the first key press to the acceptance, on average
    checked: int
    pushed: int


def figures(staff: Staff, today: date) -> Figures:
    """Accepted cases, credit queries and pushes of today."""
    mine = Application.objects.filter(department_id=staff.department_id, accepted_on=today)
    windows = mine.filter(source=Application.Source.WINDOW)
    timed = windows.filter(accepted_at__gt=F("created_at"))
    took = timed.aggregate(took=Avg(F("accepted_at") - F("created_at")))["took"]
    numbers = list(mine.values_list("number", flat=True))
    asked = CreditCheck.objects.filter(department_id=staff.department_id, checked_at__date=today, recheck_of=None)
    return Figures(
        accepted=len(numbers),
        minutes=round(took / timedelta(minutes=1), 1) if took else None,
        checked=asked.count(),
        pushed=Event.objects.filter(case_number__in=numbers, kind="push.created").count(),
    )


def queue(staff: Staff) -> list[Application]:
    """Received and correcting cases of the department, the five days that run out first on top."""
    waiting = Application.objects.filter(
        department_id=staff.department_id,
        status__in=[Status.RECEIVED, Status.CORRECTING],
        source=Application.Source.WINDOW,
    )
    related = ("variant", "subject", "credit_check", "correction_deadline")
    return list(waiting.select_related(*related).order_by("-status", "correction_deadline__due_on", "id")[:QUEUE_SHOWN])


def drafts(staff: Staff) -> QuerySet[Application]:
    """What this person began and did not hand in, with how many papers have come."""
    own = Application.objects.filter(department_id=staff.department_id, status=Status.DRAFT, created_by=staff.username)
    has_come = Q(materials__state__in=[State.RECEIVED, State.WAIVED])
    counted = own.annotate(papers=Count("materials"), papers_in=Count("materials", filter=has_come))
    return counted.select_related("variant", "subject").order_by("-id")[:DRAFTS_SHOWN]


def due_soon(staff: Staff, today: date) -> QuerySet[Application]:
    """Running cases of the department whose promised time ends within two working days or has ended."""
    last = calendar.add_workdays(today, DUE_WORKDAYS).due_on
    running = Application.objects.filter(
        department_id=staff.department_id,
        status__in=[Status.ACCEPTED, Status.EXAMINED],
        promised_deadline__state=Deadline.State.OPEN,
        promised_deadline__is_paused=False,
        promised_deadline__due_on__lte=last,
    )
    by_day = running.order_by("promised_deadline__due_on", "id")
    return by_day.select_related("variant", "subject", "promised_deadline")[:LIST_SHOWN]


def find_variants(staff: Staff, text: str) -> list[ItemVariant]:
    """Variants of the department's items that fit, in the order of the fit."""
    found = items.search(text, department=staff.department, limit=ITEMS_FOUND)
    order = {item.pk: place for place, item in enumerate(found)}
    variants = ItemVariant.objects.filter(item__in=order).select_related("item__competent_department")
    return sorted(variants, key=lambda variant: (order[variant.item_id], variant.code))


def usual_variants(staff: Staff) -> list[ItemVariant]:
    """The four variants the department took in most often of late; the first of its catalogue before there are any."""
    recent = Application.objects.filter(department_id=staff.department_id).order_by("-id").values("pk")[:RECENT_CASES]
    counted = Application.objects.filter(pk__in=list(recent.values_list("pk", flat=True))).values("variant")
    often = [row["variant"] for row in counted.annotate(n=Count("pk")).order_by("-n", "variant")[:4]]
    catalogue = ItemVariant.objects.filter(item__implementing_department=staff.department_id, item__is_active=True)
    if not often:
        return list(catalogue.filter(kind=ItemVariant.Kind.NEW)[:4])
    known = {variant.pk: variant for variant in catalogue.filter(pk__in=often)}
    return [known[pk] for pk in often if pk in known]
