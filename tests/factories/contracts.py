"""Exchange contracts."""

from datetime import date

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from linkage.models import ExchangeContract


class ExchangeContractFactory(DjangoModelFactory):
    """A draft of what the platform sends a department; `in_force=True` is confirmed by both and covers everything."""

    class Meta:
        model = ExchangeContract

    class Params:
        in_force = factory.Trait(
            status=ExchangeContract.Status.IN_FORCE,
            proposed_at=factory.LazyFunction(timezone.now),
            confirmed_at=factory.LazyFunction(timezone.now),
        )

    department = factory.SubFactory("tests.factories.ground.DepartmentFactory")
    number = factory.Sequence(lambda n: f"GX2026-T{n:04d}")
    direction = ExchangeContract.Direction.TO_DEPARTMENT
    edition = 1
    kinds = factory.LazyAttribute(
        lambda made: [
            kind
            for kind in ExchangeContract.Kind.values
            if (kind in ExchangeContract.REPORTED) == (made.direction == "from_department")
        ]
    )
    data_items = "办件编号、事项名称、相对人名称及代码"
    modes = factory.LazyAttribute(
        lambda made: ["portal", "api"] if made.direction == "from_department" else ["portal", "webhook", "api"]
    )
    procedure = "逐件交换"
    limit_days = 0
    frequency = ExchangeContract.Frequency.REAL_TIME
    confidentiality = ExchangeContract.Confidentiality.INTERNAL
    purpose = "事中事后监管"
    valid_from = date(2026, 1, 1)
