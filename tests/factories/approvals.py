"""Items, applications and permits. A bare application is a draft of 食品经营许可（新办）; traits name later stages."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import factory
from factory.django import DjangoModelFactory

from approvals import commitment_text
from approvals.models import (
    Application,
    ApplicationMaterial,
    ApplicationStep,
    ApprovalItem,
    Commitment,
    Decision,
    Document,
    ItemMaterial,
    ItemVariant,
    Permit,
)
from shenguan.workdays.models import Deadline
from tests.factories.credit import CreditCheckFactory, SubjectFactory
from tests.factories.ground import DepartmentFactory
from tests.factories.workdays import DeadlineFactory

RECEIVED_AT = datetime(2026, 11, 20, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
Status = Application.Status


class ApprovalItemFactory(DjangoModelFactory):
    """A licence of the city's approval office: 10 working days by law, 5 promised, 容缺 possible, no survey."""

    class Meta:
        model = ApprovalItem
        django_get_or_create = ("code",)

    class Params:
        by_commitment = factory.Trait(
            commitment_allowed=True,
            commitment_basis="国办发〔2020〕42号",
            commitment_check_days=40,
            reform=ApprovalItem.Reform.COMMITMENT,
            on_general_failure=ApprovalItem.GeneralFailure.ALLOW_WITH_WARNING,
        )
        limited = factory.Trait(is_quantity_limited=True)
        without_term = factory.Trait(permit_months=None)

    code = factory.Sequence(lambda n: f"4399{n + 10**7}")
    name = "食品经营许可"
    name_pinyin = "shipinjingyingxuke"
    name_initials = "spjyxk"
    competent_department = factory.SubFactory(DepartmentFactory)
    implementing_department = factory.SubFactory(DepartmentFactory, approving=True)
    item_type = ApprovalItem.ItemType.LICENCE
    legal_basis = factory.List(["《中华人民共和国食品安全法》第三十五条"])
    handling = ApprovalItem.Handling.PROMISED
    statutory_days = 10
    statutory_basis = "《食品经营许可和备案管理办法》"
    promised_days = 5
    tolerance_allowed = True
    is_safety_critical = True
    permit_name = "食品经营许可证"
    permit_months = 60
    linkage_state = ApprovalItem.LinkageState.LISTED


class ItemVariantFactory(DjangoModelFactory):
    """新办, with the clocks of its item; traits name the other kinds."""

    class Meta:
        model = ItemVariant

    class Params:
        surveyed = factory.Trait(needs_survey=True)

    item = factory.SubFactory(ApprovalItemFactory)
    kind = ItemVariant.Kind.NEW
    code = factory.LazyAttribute(lambda variant: f"{variant.item.code}{variant.kind}")
    name = factory.LazyAttribute(lambda variant: f"{variant.item.name}（{ItemVariant.Kind(variant.kind).label}）")
    handling = ApprovalItem.Handling.PROMISED
    statutory_days = factory.SelfAttribute("item.statutory_days")
    promised_days = factory.SelfAttribute("item.promised_days")


class ItemMaterialFactory(DjangoModelFactory):
    """A main paper; `tolerable` ones may follow later, `waived` ones are never asked for."""

    class Meta:
        model = ItemMaterial

    class Params:
        tolerable = factory.Trait(necessity=ItemMaterial.Necessity.TOLERABLE)
        waived = factory.Trait(necessity=ItemMaterial.Necessity.WAIVED, copies=0)

    item = factory.SubFactory(ApprovalItemFactory)
    sequence = factory.Sequence(lambda n: n + 1)
    name = factory.Sequence(lambda n: f"申请书{n}")
    source = "申请人"
    necessity = ItemMaterial.Necessity.MAIN
    form = "原件"


def _clock(kind: str, amount: int, due_on: date, **more: Any) -> factory.SubFactory:
    return factory.SubFactory(
        DeadlineFactory,
        kind=kind,
        case_number=factory.SelfAttribute("..number"),
        amount=amount,
        due_on=due_on,
        raw_due_on=due_on,
        **more,
    )


def _met(kind: str) -> factory.SubFactory:
    return _clock(kind, 5, date(2026, 11, 27), state=Deadline.State.MET, met_on=date(2026, 11, 20))


_NUMBERED = {
    "number": factory.Sequence(lambda n: f"YZ20261120-{n + 1001}"),
    "received_at": RECEIVED_AT,
    "received_on": date(2026, 11, 20),
    "credit_check": factory.SubFactory(
        CreditCheckFactory,
        subject=factory.SelfAttribute("..subject"),
        department=factory.SelfAttribute("..department"),
        number=factory.Sequence(lambda n: f"XC20261119-{n + 1:04d}"),  # before today's series
        case_number=factory.SelfAttribute("..number"),
        commitment="yes",
    ),
}
_ACCEPTED = {
    **_NUMBERED,
    "accepted_at": RECEIVED_AT,
    "accepted_on": date(2026, 11, 20),
    "correction_deadline": _met("correction"),
    "statutory_deadline": _clock("statutory", 10, date(2026, 12, 4)),
    "promised_deadline": _clock("promised", 5, date(2026, 11, 27)),
}
_DECIDED = {**_ACCEPTED, "result": "granted", "decided_on": date(2026, 11, 20)}


class ApplicationFactory(DjangoModelFactory):
    """A draft. Received, accepted and decided ones are all of 2026-11-20 and were checked for credit: no record."""

    class Meta:
        model = Application

    class Params:
        received = factory.Trait(
            status=Status.RECEIVED, correction_deadline=_clock("correction", 5, date(2026, 11, 27)), **_NUMBERED
        )
        correcting = factory.Trait(status=Status.CORRECTING, correction_deadline=_met("correction"), **_NUMBERED)
        accepted = factory.Trait(status=Status.ACCEPTED, **_ACCEPTED)
        examined = factory.Trait(status=Status.EXAMINED, **_ACCEPTED)
        granted = factory.Trait(
            status=Status.GRANTED, delivery_deadline=_clock("delivery", 10, date(2026, 12, 4)), **_DECIDED
        )
        concluded = factory.Trait(status=Status.CONCLUDED, concluded_at=RECEIVED_AT, **_DECIDED)
        not_accepted = factory.Trait(status=Status.NOT_ACCEPTED, concluded_at=RECEIVED_AT, **_NUMBERED)
        not_required = factory.Trait(status=Status.NOT_REQUIRED, concluded_at=RECEIVED_AT, **_NUMBERED)
        terminated = factory.Trait(status=Status.TERMINATED, concluded_at=RECEIVED_AT, **_ACCEPTED)
        withdrawn = factory.Trait(status=Status.WITHDRAWN, concluded_at=RECEIVED_AT, **_NUMBERED)

    item = factory.SelfAttribute("variant.item")
    variant = factory.SubFactory(ItemVariantFactory)
    department = factory.SelfAttribute("item.implementing_department")
    subject = factory.SubFactory(SubjectFactory)
    created_by = "chenjing"
    created_by_name = "陈静"
    status = Status.DRAFT


class ApplicationMaterialFactory(DjangoModelFactory):
    """A main paper that has not come in; traits name the other states."""

    class Meta:
        model = ApplicationMaterial

    class Params:
        received = factory.Trait(state=ApplicationMaterial.State.RECEIVED, received_at=RECEIVED_AT)
        rejected = factory.Trait(state=ApplicationMaterial.State.REJECTED, note="印章不清")
        tolerated = factory.Trait(state=ApplicationMaterial.State.TOLERATED, tolerable=True)
        tolerable = factory.Trait(material__tolerable=True)

    application = factory.SubFactory(ApplicationFactory, received=True)
    material = factory.SubFactory(ItemMaterialFactory, item=factory.SelfAttribute("..application.item"))


class ApplicationStepFactory(DjangoModelFactory):
    """审查 passed by somebody."""

    class Meta:
        model = ApplicationStep

    application = factory.SubFactory(ApplicationFactory, examined=True)
    stage = ApplicationStep.Stage.EXAMINE
    staff_key = "luowenbin"
    staff_name = "罗文斌"
    conclusion = ApplicationStep.Conclusion.PASS
    opinion = "材料真实有效"
    done_at = RECEIVED_AT


class CommitmentFactory(DjangoModelFactory):
    """A signed commitment."""

    class Meta:
        model = Commitment

    application = factory.SubFactory(ApplicationFactory, received=True)
    text = "告知承诺书"
    text_sha256 = commitment_text.digest("告知承诺书")
    template_version = commitment_text.VERSION
    check_days = 40
    signed_by = "苏子衡"
    signed_on = date(2026, 11, 20)


class DocumentFactory(DjangoModelFactory):
    """The grant of a decided application."""

    class Meta:
        model = Document

    application = factory.SubFactory(ApplicationFactory, granted=True)
    kind = Document.Kind.GRANT
    number = factory.Sequence(lambda n: f"云测许〔2026〕{n + 1}号")
    title = "准予行政许可决定书"
    issued_by = "阮世安"
    issued_at = RECEIVED_AT


class DecisionFactory(DjangoModelFactory):
    """准予."""

    class Meta:
        model = Decision

    document = factory.SubFactory(DocumentFactory)
    application = factory.SelfAttribute("document.application")
    result = "granted"
    decided_by = "ruanshian"
    decided_by_name = "阮世安"
    decided_at = RECEIVED_AT


class PermitFactory(DjangoModelFactory):
    """A valid permit of five years, issued on 2026-11-20."""

    class Meta:
        model = Permit

    class Params:
        suspended = factory.Trait(status=Permit.Status.SUSPENDED)
        expired = factory.Trait(
            status=Permit.Status.EXPIRED, valid_from=date(2021, 11, 20), valid_to=date(2026, 11, 19)
        )
        revoked = factory.Trait(status=Permit.Status.REVOKED)
        withdrawn = factory.Trait(status=Permit.Status.WITHDRAWN)
        cancelled = factory.Trait(status=Permit.Status.CANCELLED)

    application = factory.SubFactory(ApplicationFactory, concluded=True)
    item = factory.SelfAttribute("application.item")
    subject = factory.SelfAttribute("application.subject")
    department = factory.SelfAttribute("application.department")
    number = factory.Sequence(lambda n: f"云测证〔2026〕{n + 1}号")
    name = "食品经营许可证"
    token = factory.Sequence(lambda n: f"token{n}")
    valid_from = date(2026, 11, 20)
    valid_to = date(2031, 11, 19)
    issued_at = RECEIVED_AT
