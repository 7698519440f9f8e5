"""Lists and pages of applications. Every question starts from what the viewer may see."""

from django.db.models import Q, QuerySet

from approvals.models import Application, ApprovalItem
from approvals.models.application import ApplicationQuerySet
from credit.models import Subject
from shenguan.access.roles import Permission
from shenguan.org.models import Department, Staff

Status = Application.Status

# Which open states wait for which right; the worklist of a person is the sum of the rights held.
WAITING_FOR: dict[Permission, tuple[str, ...]] = {
    Permission.APPLICATION_INTAKE: (Status.DRAFT, Status.RECEIVED, Status.CORRECTING),
    Permission.APPLICATION_EXAMINE: (Status.ACCEPTED,),
    Permission.APPLICATION_SURVEY: (Status.ACCEPTED, Status.EXAMINED),
    Permission.APPLICATION_DECIDE: (Status.EXAMINED,),
    Permission.APPLICATION_ISSUE: (Status.GRANTED,),
}


def listed(staff: Staff) -> ApplicationQuerySet:
    """Rows of a list page, newest first, with everything a row shows: page by `id` (keyset)."""
    return (
        Application.objects.visible_to(staff)
        .select_related(
            "item", "variant", "subject", "department", "credit_check", "statutory_deadline", "promised_deadline"
        )
        .order_by("-id")
    )


def concern(staff: Staff, subject_id: int) -> bool:
    """Whether a case this person may see is about the party (a kind of dealing, credit.dealings)."""
    return Application.objects.visible_to(staff).filter(subject_id=subject_id).exists()


def waiting_for(staff: Staff) -> QuerySet[Application]:
    """What this person could do next, the most urgent first; surveys only where the variant needs one."""
    wanted = Q(pk__in=[])
    for permission, states in WAITING_FOR.items():
        if staff.may(permission):
            condition = Q(status__in=states)
            if permission == Permission.APPLICATION_SURVEY:
                condition &= Q(variant__needs_survey=True)
            if permission == Permission.APPLICATION_DECIDE:
                condition |= Q(status=Status.ACCEPTED, mode=Application.Mode.COMMITMENT)
            wanted |= condition
    mine = Application.objects.filter(wanted, department_id=staff.department_id, source=Application.Source.WINDOW)
    related = ("item", "variant", "subject", "promised_deadline", "correction_deadline")
    return mine.select_related(*related).order_by("promised_deadline__due_on", "id")


def searched(applications: QuerySet[Application], text: str) -> QuerySet[Application]:
    """Filtered by case number, subject name or code, or item name. ID numbers are not searched here.

    Names are looked up among parties and items first: comparing them case by case costs with the history.
    """
    wanted = text.strip()
    if not wanted:
        return applications
    parties = Subject.objects.filter(Q(name__icontains=wanted) | Q(uscc=wanted.upper()))
    items = ApprovalItem.objects.filter(name__icontains=wanted)
    return applications.filter(
        Q(number__startswith=wanted.upper())
        | Q(subject__in=parties.order_by().values("pk"))
        | Q(item__in=items.order_by().values("pk"))
    )


def of_department(department: Department) -> QuerySet[Application]:
    """A machine client's cases, with what the API tells about one."""
    return Application.objects.filter(department=department).select_related(
        "item", "variant", "subject", "statutory_deadline", "promised_deadline", "permit", "decision__document"
    )


def with_details(staff: Staff) -> ApplicationQuerySet:
    """One application's page: everything its panels show."""
    return (
        Application.objects.visible_to(staff)
        .select_related(
            "item__implementing_department",
            "variant",
            "subject",
            "department",
            "credit_check",
            "correction_deadline",
            "statutory_deadline",
            "promised_deadline",
            "tolerance_deadline",
            "delivery_deadline",
            "commitment",
            "permit",
        )
        .prefetch_related("steps", "documents", "materials__material", "materials__file")
    )
