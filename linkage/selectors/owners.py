"""Who must take a push in hand (R10.01, DESIGN §1): never nobody.

The chain: the named liaison → whoever stands in for them while they are away → the deputy named in the list → the head
of the office → somebody of the department → a coordinator who is there → any coordinator. People who left, moved to
another department or are away today are passed over. Every function takes `away`; whoever asks often (a routing pass)
reads it once by `absences.away_on` and hands it in.
"""

from collections.abc import Iterable

from django.db.models import Case, IntegerField, QuerySet, Value, When

from shenguan.access.roles import ROLE_PERMISSIONS, Permission, Role
from shenguan.org.absences import Away, away_on
from shenguan.org.models import Department, Office, Staff
from shenguan.refusals import Refusal

ANSWERING = [role for role, permissions in ROLE_PERMISSIONS.items() if Permission.PUSH_ANSWER in permissions]


class NobodyLeftError(Refusal):
    """Not even a coordinator is on duty. The event stays pending and shows this sentence."""

    def __init__(self) -> None:
        super().__init__("nobody_left", "没有在职的统筹协调员可以承接，请系统管理员先配置统筹协调员。")


def supervision_owner(
    department: Department,
    office: Office | None,
    preferred: Staff | None = None,
    *,
    deputy: Staff | None = None,
    away: Away | None = None,
) -> Staff:
    """The person who gets a forward push. Raises NobodyLeftError."""
    away = away_on() if away is None else away
    return (
        named_or_deputy(preferred, deputy, department, away)
        or _first([Role.SUPERVISION_HEAD], department, away, office)
        or _first([Role.SUPERVISION_HEAD, Role.LIAISON], department, away)
        or coordinator(away)
    )


def approval_owner(
    department: Department,
    office: Office | None,
    preferred: Staff | None = None,
    *,
    deputy: Staff | None = None,
    away: Away | None = None,
) -> Staff:
    """The person of the deciding department who must answer. Raises NobodyLeftError."""
    away = away_on() if away is None else away
    return (
        named_or_deputy(preferred, deputy, department, away)
        or _first(ANSWERING, department, away, office)
        or _first(ANSWERING, department, away)
        or coordinator(away)
    )


def named_or_deputy(preferred: Staff | None, deputy: Staff | None, department: Department, away: Away) -> Staff | None:
    """The liaison if they are there, else who stands in for them, else the deputy of the list. No query."""
    stand_in = away.get(preferred.pk) if preferred is not None else None
    return next(
        (one for one in (preferred, stand_in, deputy) if one is not None and _is_there(one, department, away)), None
    )


def list_keeper(department: Department, *, away: Away | None = None) -> Staff:
    """Who mends the list when an event fits no entry: the department's list administrator, else a coordinator."""
    away = away_on() if away is None else away
    return _first([Role.LIST_ADMIN], department, away) or coordinator(away)


def coordinator(away: Away | None = None) -> Staff:
    """The first coordinator by login name, those who are there before those away. Raises NobodyLeftError."""
    away = away_on() if away is None else away
    people = list(coordinators())
    if not people:
        raise NobodyLeftError
    return next((person for person in people if person.pk not in away), people[0])


def coordinators() -> QuerySet[Staff]:
    """All coordinators on duty, also those away: a notice waits for them."""
    return Staff.objects.filter(status=Staff.Status.ON_DUTY, roles__role=Role.COORDINATOR).order_by("username")


def heads(department: Department, office: Office | None, role: str = Role.SUPERVISION_HEAD) -> list[Staff]:
    """Who leads an office, by the role its side of the house has for that; of the whole department where it has none.

    Without an office: everybody who leads in the department.
    """
    of_department = Staff.objects.filter(status=Staff.Status.ON_DUTY, department=department, roles__role=role).order_by(
        "username"
    )
    of_office = list(of_department.filter(office=office)) if office is not None else []
    return of_office or list(of_department)


def _is_there(person: Staff, department: Department, away: Away) -> bool:
    """On duty, still in the department, and not away today."""
    return person.is_active and person.department_id == department.pk and person.pk not in away


def _first(roles: Iterable[str], department: Department, away: Away, office: Office | None = None) -> Staff | None:
    """Somebody there with one of the roles, the earlier role first."""
    order = [When(roles__role=role, then=Value(place)) for place, role in enumerate(roles)]
    people = Staff.objects.filter(
        status=Staff.Status.ON_DUTY, department=department, roles__role__in=list(roles)
    ).annotate(place=Case(*order, output_field=IntegerField()))
    if office is not None:
        people = people.filter(office=office)
    return people.exclude(pk__in=list(away)).order_by("place", "username").first()
