"""Granting roles and the three officers (RULES R11.05)."""

import pytest
from django.db import IntegrityError, transaction

from shenguan.access import scope
from shenguan.access.actions.roles import grant_role, revoke_role
from shenguan.access.actors import Actor
from shenguan.access.policies import role_conflict
from shenguan.access.roles import ROLE_PERMISSIONS, THREE_OFFICERS, Permission, Role
from shenguan.audit.models import AuditEntry
from shenguan.org.models import Staff, StaffRole
from shenguan.refusals import Invalid, NotAllowed
from tests.factories.ground import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> Actor:
    """The security officer."""
    return Actor.of_staff(StaffFactory(roles=[Role.SECURITY_ADMIN]))


def roles_of(staff: Staff) -> set[str]:
    return set(StaffRole.objects.filter(staff=staff).values_list("role", flat=True))


def test_it_grants_a_role_and_audits_it(officer: Actor):
    staff = StaffFactory(name="杨丽娟")

    grant_role(staff=staff, role=Role.WINDOW_CLERK, by=officer)

    assert roles_of(staff) == {Role.WINDOW_CLERK}
    entry = AuditEntry.objects.get(action="role.granted")
    assert (entry.label, entry.detail) == ("杨丽娟", {"role": "window_clerk"})


def test_granting_twice_changes_nothing(officer: Actor):
    staff = StaffFactory(roles=[Role.WINDOW_CLERK])

    grant_role(staff=staff, role=Role.WINDOW_CLERK, by=officer)

    assert StaffRole.objects.filter(staff=staff).count() == 1
    assert not AuditEntry.objects.filter(action="role.granted").exists()


def test_it_revokes_a_role_and_audits_it(officer: Actor):
    staff = StaffFactory(roles=[Role.WINDOW_CLERK, Role.EXAMINER])

    revoke_role(staff=staff, role=Role.EXAMINER, by=officer)

    assert roles_of(staff) == {Role.WINDOW_CLERK}
    assert AuditEntry.objects.filter(action="role.revoked").count() == 1


def test_revoking_what_nobody_holds_leaves_no_trace(officer: Actor):
    revoke_role(staff=StaffFactory(), role=Role.EXAMINER, by=officer)

    assert not AuditEntry.objects.filter(action="role.revoked").exists()


@pytest.mark.parametrize(
    ("held", "wanted"), [(a, b) for a in sorted(THREE_OFFICERS) for b in sorted(THREE_OFFICERS) if a != b]
)
def test_nobody_becomes_two_of_the_three_officers(officer: Actor, held: Role, wanted: Role):
    staff = StaffFactory(roles=[held])

    with pytest.raises(Invalid) as refusal:
        grant_role(staff=staff, role=wanted, by=officer)

    assert refusal.value.code == "roles_exclude"
    assert roles_of(staff) == {held}


def test_the_audit_officer_does_no_business(officer: Actor):
    staff = StaffFactory(roles=[Role.DECIDER])

    with pytest.raises(Invalid):
        grant_role(staff=staff, role=Role.AUDIT_ADMIN, by=officer)


def test_a_system_officer_may_do_business(officer: Actor):
    staff = StaffFactory(roles=[Role.LIST_ADMIN])

    grant_role(staff=staff, role=Role.SYSTEM_ADMIN, by=officer)

    assert roles_of(staff) == {Role.LIST_ADMIN, Role.SYSTEM_ADMIN}


def test_the_database_refuses_two_officers_too():
    staff = StaffFactory(roles=[Role.SYSTEM_ADMIN])

    with pytest.raises(IntegrityError), transaction.atomic():
        StaffRole.objects.create(staff=staff, role=Role.AUDIT_ADMIN)


def test_a_system_officer_grants_nothing():
    system_officer = Actor.of_staff(StaffFactory(roles=[Role.SYSTEM_ADMIN]))

    with pytest.raises(NotAllowed):
        grant_role(staff=StaffFactory(), role=Role.EXAMINER, by=system_officer)


def test_nobody_grants_to_himself(officer: Actor):
    with pytest.raises(NotAllowed) as refusal:
        grant_role(staff=officer.staff, role=Role.EXAMINER, by=officer)

    assert refusal.value.code == "own_roles"


def test_leavers_get_no_role(officer: Actor):
    with pytest.raises(Invalid):
        grant_role(staff=StaffFactory(away=True), role=Role.EXAMINER, by=officer)


def test_leavers_can_lose_a_role(officer: Actor):
    staff = StaffFactory(away=True, roles=[Role.EXAMINER])

    revoke_role(staff=staff, role=Role.EXAMINER, by=officer)

    assert roles_of(staff) == set()


@pytest.mark.parametrize("codes", [[], ["window_clerk", "examiner"], ["system_admin"], ["audit_admin"]])
def test_ordinary_sets_do_not_conflict(codes: list[str]):
    assert role_conflict(codes) == ""


def test_every_role_says_what_it_may():
    assert set(ROLE_PERMISSIONS) == set(Role)


def test_the_audit_officer_changes_nothing():
    assert ROLE_PERMISSIONS[Role.AUDIT_ADMIN] == {Permission.AUDIT_VIEW}


def test_the_system_officer_does_not_read_the_audit_trail():
    assert Permission.AUDIT_VIEW not in ROLE_PERMISSIONS[Role.SYSTEM_ADMIN]


@pytest.mark.parametrize(
    ("role", "everything"),
    [(Role.COORDINATOR, True), (Role.AUDIT_ADMIN, True), (Role.SUPERVISION_HEAD, False), (Role.SYSTEM_ADMIN, False)],
)
def test_who_sees_the_whole_city(role: Role, everything: bool):
    assert scope.sees_all(StaffFactory(roles=[role])) is everything


def test_everybody_else_sees_the_own_department():
    staff = StaffFactory()

    assert scope.department_ids(staff) == [staff.department_id]
