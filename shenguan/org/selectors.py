"""Questions about who works where. Only people on duty answer for anything."""

from django.db.models import QuerySet

from shenguan.access.roles import ROLE_PERMISSIONS, Permission, Role
from shenguan.org.models import Department, Office, Staff


def staff_with_role(
    role: Role, *, department: Department | None = None, office: Office | None = None
) -> QuerySet[Staff]:
    """People on duty who hold the role, in a department or office where one is named."""
    people = Staff.objects.filter(status=Staff.Status.ON_DUTY, roles__role=role)
    if department is not None:
        people = people.filter(department=department)
    if office is not None:
        people = people.filter(office=office)
    return people.order_by("pk")


def staff_who_may(permission: Permission, *, department: Department | None = None) -> QuerySet[Staff]:
    """People on duty one of whose roles carries the permission; each person once, in a steady order."""
    carriers = [role for role, carried in ROLE_PERMISSIONS.items() if permission in carried]
    people = Staff.objects.filter(status=Staff.Status.ON_DUTY, roles__role__in=carriers)
    if department is not None:
        people = people.filter(department=department)
    return people.order_by("pk").distinct()
