"""What the global search finds here: applications and permits of the person's department."""

from collections.abc import Iterable

from approvals.links import application_url
from approvals.models import Application, Permit
from approvals.selectors import applications
from shenguan.access import scope
from shenguan.access.roles import Permission
from shenguan.org.models import Staff
from shenguan.ui.search import SHOWN_PER_PROVIDER, Hit


def find(staff: Staff, text: str) -> Iterable[Hit]:
    """By case number, applicant or item; permits by their number. Nothing for people without the right."""
    if not staff.may(Permission.APPLICATION_VIEW):
        return []
    cases = applications.searched(applications.listed(staff), text).exclude(status=Application.Status.DRAFT)
    return [
        *(_case_hit(case, text) for case in cases[:SHOWN_PER_PROVIDER]),
        *(_permit_hit(permit) for permit in _permits(staff, text)),
    ]


def _permits(staff: Staff, number: str) -> Iterable[Permit]:
    permits = Permit.objects.filter(number=number).select_related("application", "subject")
    return permits if scope.sees_all(staff) else permits.filter(department_id=staff.department_id)


def _case_hit(case: Application, text: str) -> Hit:
    return Hit(
        kind="办件",
        title=f"{case.number} {case.variant.name}",
        detail=f"{case.subject.name} {case.get_status_display()}",
        url=application_url(case.number),
        exact=case.number == text.upper(),
    )


def _permit_hit(permit: Permit) -> Hit:
    return Hit(
        kind="证照",
        title=f"{permit.name} {permit.number}",
        detail=f"{permit.subject.name} {permit.get_status_display()}",
        url=application_url(permit.application.number),
        icon="certificate",
        exact=True,
    )
