"""Which freezes stand against a party: for intake, the decision and the party's file."""

from django.db.models import QuerySet

from credit.models import CreditCheck, Freeze, Subject
from shenguan.org.models import Staff
from shenguan.workdays import calendar


def holding(subject_id: int, department_id: int, item_code: str) -> list[Freeze]:
    """Freezes in force against grants of this item to the party by this department."""
    rows = Freeze.objects.in_force(calendar.today()).filter(
        subject_id=subject_id, approving_department_id=department_id
    )
    return [freeze for freeze in rows.select_related("department").order_by("pk") if freeze.covers(item_code)]


def of_check(check: CreditCheck) -> list[Freeze]:
    """The same for the case a check was made for; nothing where no party was found."""
    if check.subject_id is None:
        return []
    return holding(check.subject_id, check.department_id, check.item_code)


def of_subject(subject: Subject, staff: Staff) -> QuerySet[Freeze]:
    """Open freezes of a party that this person's department is a side of."""
    rows = Freeze.objects.visible_to(staff).open().filter(subject=subject)
    return rows.select_related("department", "approving_department")
