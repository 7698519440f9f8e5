"""Granting and withdrawing roles (RULES R11.05): by the security officer, never for oneself, three officers apart."""

from django.db import transaction

from shenguan import audit
from shenguan.access.actors import Actor
from shenguan.access.policies import role_conflict
from shenguan.access.roles import Permission, Role
from shenguan.org.models import Staff, StaffRole
from shenguan.refusals import Invalid, NotAllowed


@transaction.atomic
def grant_role(*, staff: Staff, role: Role, by: Actor) -> StaffRole:
    """Gives a role; giving it twice changes nothing.

    Raises NotAllowed without the right or for oneself, Invalid for leavers and for roles that exclude one another.
    """
    locked = _lock(staff, by)
    if not locked.is_active:
        raise Invalid(f"{locked.name}已离岗，不能授予岗位。", {"staff": ["人员已离岗。"]})
    held = set(locked.roles.values_list("role", flat=True))
    conflict = role_conflict(held | {role})
    if conflict:
        raise Invalid(conflict, {"role": [conflict]}, code="roles_exclude")
    row, is_new = StaffRole.objects.get_or_create(staff=locked, role=role)
    if is_new:
        audit.record("role.granted", by=by, target=locked, label=locked.name, detail={"role": role.value})
    return row


@transaction.atomic
def revoke_role(*, staff: Staff, role: Role, by: Actor) -> None:
    """Takes a role away; nothing happens when it was not held. Raises NotAllowed without the right or for oneself."""
    locked = _lock(staff, by)
    count, _ = StaffRole.objects.filter(staff=locked, role=role).delete()
    if count:
        audit.record("role.revoked", by=by, target=locked, label=locked.name, detail={"role": role.value})


def _lock(staff: Staff, by: Actor) -> Staff:
    """The person's row, held so that two grants cannot each see only half of a conflict."""
    by.require(Permission.SECURITY_MANAGE)
    if by.staff == staff:
        raise NotAllowed("不能为本人授予或收回岗位，请由其他安全管理员办理。", code="own_roles")
    return Staff.objects.select_for_update(of=("self",)).get(pk=staff.pk)
