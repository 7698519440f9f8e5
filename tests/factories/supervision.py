"""Items with a short checklist, objects and tasks of one department."""

from datetime import date
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from shenguan.workdays import deadlines
from supervision.models import (
    ChecklistElement,
    CheckTask,
    Clue,
    Finding,
    Inspection,
    Penalty,
    SupervisedObject,
    SupervisionItem,
)
from tests.factories.credit import SubjectFactory
from tests.factories.ground import DepartmentFactory, RegionFactory


class SupervisionItemFactory(DjangoModelFactory):
    """An item with three elements; the last one may be absent."""

    class Meta:
        model = SupervisionItem
        django_get_or_create = ("code",)
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"4399010{n:07d}")
    main_name = "餐饮服务监督检查"
    name = factory.Sequence(lambda n: f"对餐饮服务提供者的检查{n}")
    name_initials = "DCYFWTGZDJC"
    action_type = SupervisionItem.ActionType.INSPECTION
    department = factory.SubFactory(DepartmentFactory)

    @factory.post_generation
    def elements(self, create: bool, extracted: Any, **_: Any) -> None:
        """The checklist."""
        if create and not self.elements.exists():
            for sequence, verdicts in enumerate((["合格", "不合格"],) * 2 + (["合格", "不合格", "合理缺项"],), 1):
                ChecklistElement.objects.create(
                    item=self,
                    sequence=sequence,
                    dimension="环境",
                    content=f"第 {sequence} 条要求",
                    verdicts=verdicts,
                    basis="《中华人民共和国食品安全法》第三十三条",
                    severity="较重" if sequence == 1 else "一般",
                )


class SupervisedObjectFactory(DjangoModelFactory):
    """A restaurant watched by the item's department."""

    class Meta:
        model = SupervisedObject

    subject = factory.SubFactory(SubjectFactory)
    item = factory.SubFactory(SupervisionItemFactory)
    department = factory.SelfAttribute("item.department")
    case_number = factory.Sequence(lambda n: f"YZ20261101-{n:04d}")
    approval_item_name = "食品经营许可"
    permit_number = factory.Sequence(lambda n: f"JY2439900{n:06d}")


class CheckTaskFactory(DjangoModelFactory):
    """An open first check, due ten working days after 2026-11-20; `commitment=True` is a commitment check."""

    class Meta:
        model = CheckTask

    class Params:
        commitment = factory.Trait(kind=CheckTask.Kind.COMMITMENT_CHECK)

    object = factory.SubFactory(SupervisedObjectFactory)
    department = factory.SelfAttribute("object.department")
    case_number = factory.SelfAttribute("object.case_number")
    kind = CheckTask.Kind.FIRST_CHECK
    push_number = factory.Sequence(lambda n: f"TS20261120-{n:04d}")
    deadline = factory.LazyAttribute(
        lambda task: deadlines.start(
            kind=f"supervision.{task.kind}",
            case_number=task.case_number,
            start_on=date(2026, 11, 20),
            amount=10,
            law="审管联动事项清单",
        )
    )
    due_on = factory.SelfAttribute("deadline.due_on")


class InspectionFactory(DjangoModelFactory):
    """A submitted inspection that found nothing."""

    class Meta:
        model = Inspection

    object = factory.SubFactory(SupervisedObjectFactory)
    department = factory.SelfAttribute("object.department")
    number = factory.Sequence(lambda n: f"JC20261120-{n:04d}")
    status = Inspection.Status.SUBMITTED
    result_codes = [Inspection.ResultCode.NO_PROBLEM]
    created_by = "inspector"
    checked_on = date(2026, 11, 20)
    submitted_at = factory.LazyFunction(timezone.now)


class FindingFactory(DjangoModelFactory):
    """An open problem, to be mended, found by a submitted inspection of the same object."""

    class Meta:
        model = Finding

    object = factory.SubFactory(SupervisedObjectFactory)
    inspection = factory.SubFactory(InspectionFactory, object=factory.SelfAttribute("..object"))
    department = factory.SelfAttribute("object.department")
    number = factory.Sequence(lambda n: f"WT20261120-{n:04d}")
    severity = "一般"
    description = "食品未离地存放"
    measure = "rectify"
    found_on = date(2026, 11, 20)


class PenaltyFactory(DjangoModelFactory):
    """A fine in force."""

    class Meta:
        model = Penalty

    department = factory.SubFactory(DepartmentFactory)
    subject = factory.SubFactory(SubjectFactory)
    number = factory.Sequence(lambda n: f"CF20261120-{n:04d}")
    source_penalty_id = factory.Sequence(lambda n: f"ZF-{n}")
    document_name = "行政处罚决定书"
    document_number = factory.Sequence(lambda n: f"云市监罚〔2026〕{n + 1}号")
    kinds = [Penalty.Kind.FINE]
    fine_yuan = "5000.00"
    facts = "经营超过保质期的食品"
    result = "罚款 5000 元"
    legal_basis = ["《中华人民共和国食品安全法》第一百二十四条"]
    decided_on = date(2026, 11, 18)
    reported_by = "执法系统"


class ClueFactory(DjangoModelFactory):
    """A complaint assigned to the item's department."""

    class Meta:
        model = Clue

    item = factory.SubFactory(SupervisionItemFactory)
    department = factory.SelfAttribute("item.department")
    region = factory.SubFactory(RegionFactory)
    number = factory.Sequence(lambda n: f"XS20261120-{n:04d}")
    source = "12345"
    source_number = factory.Sequence(lambda n: f"RX{n}")
    address = "云州市临江区文昌路 1 号"
    title = "后厨卫生差"
    content = "切熟食的案板旁边放着生鱼"
    reporter = "李女士"
    is_anonymous = False
    urgency = Clue.Urgency.RAISED
    handling_days = 5
    status = Clue.Status.ASSIGNED
    received_at = factory.LazyFunction(timezone.now)
