"""Whose rows a person sees (RULES R11.05: access by department). What a machine may do is in `scopes.py`."""

from shenguan.access.roles import Permission
from shenguan.org.models import Staff


def sees_all(staff: Staff) -> bool:
    """Coordinators steer the whole city, the audit officer examines it; everybody else sees one department."""
    return staff.may(Permission.COORDINATION_VIEW) or staff.may(Permission.AUDIT_VIEW)


def department_ids(staff: Staff) -> list[int]:
    """The departments whose rows this person sees: the own one only. Ask `sees_all` first."""
    return [staff.department_id]
