"""Who is to be told about a case."""

from django.db.models import Q, QuerySet

from approvals.models import Application
from shenguan.access.roles import ROLE_PERMISSIONS, Permission
from shenguan.org.models import Staff


def _roles_with(permission: Permission) -> list[str]:
    return [role for role, rights in ROLE_PERMISSIONS.items() if permission in rights]


DECIDING_ROLES = _roles_with(Permission.APPLICATION_DECIDE)
PERMIT_ROLES = _roles_with(Permission.PERMIT_MANAGE)


def heads_of(application: Application) -> list[Staff]:
    """The head of the office that handles the item; who may decide where the office has none; never nobody on duty."""
    on_duty = Staff.objects.filter(department=application.department, status=Staff.Status.ON_DUTY)
    office = on_duty.filter(office=application.item.office_id) if application.item.office_id else Staff.objects.none()
    heads: QuerySet[Staff] = office.filter(Q(position__endswith="科长") | Q(position__endswith="主任"))
    deciders = on_duty.filter(roles__role__in=DECIDING_ROLES).distinct()
    for candidates in (heads.exclude(position__contains="副"), deciders, on_duty):
        if found := list(candidates):
            return found
    return []


def cancellers_of(department_id: int) -> QuerySet[Staff]:
    """Who in a department may cancel its permits."""
    return Staff.objects.filter(
        department=department_id, status=Staff.Status.ON_DUTY, roles__role__in=PERMIT_ROLES
    ).distinct()


SURVEYING_ROLES = _roles_with(Permission.APPLICATION_SURVEY)


def surveyors_of(department_id: int) -> QuerySet[Staff]:
    """Who in a department may check facts on site."""
    return Staff.objects.filter(
        department=department_id, status=Staff.Status.ON_DUTY, roles__role__in=SURVEYING_ROLES
    ).distinct()
