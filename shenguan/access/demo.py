"""The accounts shown on the login page of a demo (CONTRACT §1)."""

from collections import Counter
from dataclasses import dataclass

from shenguan.access.roles import Role
from shenguan.org.models import Staff

SHOWN_PER_ROLE = 3


@dataclass(frozen=True)
class RoleGroup:
    """A role and some people who hold it, of as many departments as possible."""

    label: str
    people: list[Staff]


def demo_accounts() -> list[RoleGroup]:
    """Every role that somebody holds, with up to SHOWN_PER_ROLE people who may sign in; two queries."""
    everybody = Staff.objects.filter(status=Staff.Status.ON_DUTY).select_related("department").order_by("pk")
    holders: dict[str, list[Staff]] = {}
    for person in everybody.prefetch_related("roles"):
        for row in person.roles.all():
            holders.setdefault(row.role, []).append(person)
    return [RoleGroup(role.label, _spread(holders[role])) for role in Role if role in holders]


def _spread(people: list[Staff]) -> list[Staff]:
    """The first person of each department, then the second of each, and so on."""
    seen: Counter[int] = Counter()
    ranked = []
    for position, person in enumerate(people):
        ranked.append((seen[person.department_id], position, person))
        seen[person.department_id] += 1
    return [person for _, _, person in sorted(ranked, key=lambda row: row[:2])[:SHOWN_PER_ROLE]]
