"""Regions, departments, offices and people."""

from collections.abc import Iterable
from typing import Any

import factory
from factory.django import DjangoModelFactory

from shenguan.access.roles import Role
from shenguan.org.models import Department, Office, Region, Staff, StaffRole


class RegionFactory(DjangoModelFactory):
    """A county of the demo city."""

    class Meta:
        model = Region
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"4399{n:08d}")
    name = factory.Sequence(lambda n: f"第{n}区")


class DepartmentFactory(DjangoModelFactory):
    """A supervising department of the city; traits name the other kinds."""

    class Meta:
        model = Department
        django_get_or_create = ("code",)

    class Params:
        approving = factory.Trait(kind=Department.Kind.APPROVAL)
        coordinating = factory.Trait(kind=Department.Kind.COORDINATION)
        of_credit = factory.Trait(kind=Department.Kind.CREDIT)

    code = factory.Sequence(lambda n: f"DEPT{n}")
    name = factory.Sequence(lambda n: f"云州市第{n}局")
    short_name = factory.Sequence(lambda n: f"第{n}局")
    region = factory.SubFactory(RegionFactory)
    level = Department.Level.CITY
    kind = Department.Kind.SUPERVISION


class OfficeFactory(DjangoModelFactory):
    """An office of a department."""

    class Meta:
        model = Office
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"OFFICE{n}")
    name = factory.Sequence(lambda n: f"第{n}科")
    department = factory.SubFactory(DepartmentFactory)
    function = "监管"


class StaffFactory(DjangoModelFactory):
    """Somebody on duty without a role. `roles=[Role.LIAISON]` gives one, `away=True` lets the person leave."""

    class Meta:
        model = Staff
        skip_postgeneration_save = True

    class Params:
        away = factory.Trait(status=Staff.Status.AWAY)

    username = factory.Sequence(lambda n: f"person{n}")
    name = factory.Sequence(lambda n: f"张小{'一二三四五六七八九十'[n % 10]}")
    department = factory.SubFactory(DepartmentFactory)
    office = factory.SubFactory(OfficeFactory, department=factory.SelfAttribute("..department"))
    mobile = factory.Sequence(lambda n: f"138{n % 10**8:08d}")

    @factory.post_generation
    def roles(staff: Staff, create: bool, extracted: Iterable[Role] | None, **_: Any) -> None:
        """The roles this person holds."""
        if create:
            StaffRole.objects.bulk_create(StaffRole(staff=staff, role=role) for role in extracted or ())
