"""Who must take a push in hand: the named liaison, else the office head, else … never nobody (R10.01, DESIGN §1)."""

from collections.abc import Iterable

from django.db.models import Case, IntegerField, QuerySet, Value, When

from shenguan.access.roles import ROLE_PERMISSIONS, Permission, Role
from shenguan.org.models import Department, Office, Staff
from shenguan.refusals import Refusal

ANSWERING = [role for role, permissions in ROLE_PERMISSIONS.items() if Permission.PUSH_ANSWER in permissions]


class NobodyLeftError(Refusal):
    """Not even a coordinator is on duty. The event stays pending and shows this sentence."""

    def __init__(self) -> None:
        super().__init__("nobody_left", "没有在职的统筹协调员可以承接，请系统管理员先配置统筹协调员。")


def supervision_owner(department: Department, office: Office | None, preferred: Staff | None = None) -> Staff:
    """The person who gets a forward push. Raises NobodyLeftError."""
    return (
        _if_there(preferred, department)
        or _first([Role.SUPERVISION_HEAD], department, office)
        or _first([Role.SUPERVISION_HEAD, Role.LIAISON], department)
        or coordinator()
    )


def approval_owner(department: Department, office: Office | None, preferred: Staff | None = None) -> Staff:
    """The person of the deciding department who must answer. Raises NobodyLeftError."""
    return (
        _if_there(preferred, department)
        or _first(ANSWERING, department, office)
        or _first(ANSWERING, department)
        or coordinator()
    )


def list_keeper(department: Department) -> Staff:
    """Who mends the list when an event fits no entry: the department's list administrator, else a coordinator."""
    return _first([Role.LIST_ADMIN], department) or coordinator()


def coordinator() -> Staff:
    """The coordinator first in order of login names. Raises NobodyLeftError."""
    person = coordinators().first()
    if person is None:
        raise NobodyLeftError
    return person


def coordinators() -> QuerySet[Staff]:
    """All coordinators on duty."""
    return Staff.objects.filter(status=Staff.Status.ON_DUTY, roles__role=Role.COORDINATOR).order_by("username")


def heads(department: Department, office: Office | None) -> list[Staff]:
    """The heads to be told when a push of this office is overdue; of the whole department where the office has none."""
    of_department = Staff.objects.filter(
        status=Staff.Status.ON_DUTY, department=department, roles__role=Role.SUPERVISION_HEAD
    ).order_by("username")
    return list(of_department.filter(office=office)) or list(of_department)


def _if_there(person: Staff | None, department: Department) -> Staff | None:
    """The preferred person, unless they left or moved to another department."""
    if person is not None and person.is_active and person.department_id == department.pk:
        return person
    return None


def _first(roles: Iterable[str], department: Department, office: Office | None = None) -> Staff | None:
    """Somebody on duty with one of the roles, the earlier role first."""
    order = [When(roles__role=role, then=Value(place)) for place, role in enumerate(roles)]
    people = Staff.objects.filter(
        status=Staff.Status.ON_DUTY, department=department, roles__role__in=list(roles)
    ).annotate(place=Case(*order, output_field=IntegerField()))
    if office is not None:
        people = people.filter(office=office)
    return people.order_by("place", "username").first()
