"""Lists, entries, pushes and endpoints. A bare entry pushes at 办结, is claimed at once and wants a first check."""

from datetime import date
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from linkage.actions.day_sheets import pack
from linkage.models import (
    Basis,
    BasisPaper,
    DayReport,
    DaySheet,
    Delivery,
    Discrepancy,
    DutyObjection,
    Endpoint,
    LinkageEntry,
    ListVersion,
    Push,
    Statement,
    UnmappedEvent,
)
from linkage.reconciliation import days
from shenguan.access.roles import Role
from shenguan.events.models import Event
from shenguan.workdays import deadlines
from tests.factories.approvals import ApplicationFactory, ApprovalItemFactory
from tests.factories.ground import OfficeFactory, StaffFactory
from tests.factories.supervision import SupervisionItemFactory

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class ListVersionFactory(DjangoModelFactory):
    """The published list in force, of which there is one; `draft=True` is one being edited."""

    class Meta:
        model = ListVersion
        django_get_or_create = ("status", "effective_to")

    class Params:
        draft = factory.Trait(status=ListVersion.Status.DRAFT, effective_from=None, published_at=None)

    label = factory.Sequence(lambda n: f"2026-{n + 3}")
    status = ListVersion.Status.PUBLISHED
    edited_by = "jiangbonian"
    effective_from = date(2026, 7, 1)
    effective_to = None
    published_at = factory.LazyFunction(timezone.now)


class LinkageEntryFactory(DjangoModelFactory):
    """办结, 推送即认领, first check in 20 working days; both liaisons are on duty and may do their work."""

    class Meta:
        model = LinkageEntry

    class Params:
        both_stages = factory.Trait(stages=["accepted", "concluded"])
        manual = factory.Trait(claim_mode=LinkageEntry.ClaimMode.MANUAL, claim_days=3)
        by_draw = factory.Trait(first_check_days=None)
        all_results = factory.Trait(feedback_scope=LinkageEntry.FeedbackScope.ALL)

    version = factory.SubFactory(ListVersionFactory)
    sequence = factory.Sequence(lambda n: n + 1)
    approval_item = factory.SubFactory(ApprovalItemFactory)
    approval_office = factory.SubFactory(
        OfficeFactory, department=factory.SelfAttribute("..approval_item.implementing_department")
    )
    approval_liaison = factory.SubFactory(
        StaffFactory,
        department=factory.SelfAttribute("..approval_item.implementing_department"),
        office=factory.SelfAttribute("..approval_office"),
        roles=[Role.EXAMINER, Role.DECIDER],
    )
    supervision_item = factory.SubFactory(
        SupervisionItemFactory,
        department__region=factory.SelfAttribute("...approval_item.implementing_department.region"),
    )
    department = factory.SelfAttribute("supervision_item.department")
    office = factory.SubFactory(OfficeFactory, department=factory.SelfAttribute("..department"))
    liaison = factory.SubFactory(
        StaffFactory,
        department=factory.SelfAttribute("..department"),
        office=factory.SelfAttribute("..office"),
        roles=[Role.LIAISON],
    )
    stages = ["concluded"]
    claim_mode = LinkageEntry.ClaimMode.AUTO
    claim_days = 0
    first_check_days = 20
    feedback_days = 3
    contents = ["事项名称"]
    basis = Basis.MEMORANDUM
    feedback_scope = LinkageEntry.FeedbackScope.ABNORMAL


class BasisPaperFactory(DjangoModelFactory):
    """The memorandum between the two departments of `entry`."""

    class Meta:
        model = BasisPaper
        exclude = ("entry",)

    entry = factory.SubFactory(LinkageEntryFactory)
    approval_department = factory.SelfAttribute("entry.approval_item.implementing_department")
    department = factory.SelfAttribute("entry.department")
    file = factory.SubFactory("tests.factories.files.StoredFileFactory")
    kind = Basis.MEMORANDUM
    number = factory.Sequence(lambda n: f"云审管备〔2026〕{n + 1}号")
    valid_from = date(2026, 1, 1)
    valid_to = date(2027, 12, 31)
    recorded_by = "jiangbonian"


class EventFactory(DjangoModelFactory):
    """A routable fact of a case, without its place in the queue."""

    class Meta:
        model = Event

    kind = "approval.concluded"
    case_number = factory.Sequence(lambda n: f"YZ20261120-{n + 5001}")
    summary = "准予许可，办件办结"
    actor_kind, actor_key, actor_name = "system", "test", "系统"


class PushFactory(DjangoModelFactory):
    """A granted approval in hand at the supervisor, to be read; traits name other states. No duty hangs on it."""

    class Meta:
        model = Push

    class Params:
        waiting = factory.Trait(
            status=Push.Status.WAITING_CLAIM,
            next_step=Push.NextStep.CLAIM,
            claim_mode="manual",
            claimed_by="",
            claimed_at=None,
        )
        objected = factory.Trait(status=Push.Status.OBJECTED, next_step=Push.NextStep.AWAIT)
        rerouted = factory.Trait(status=Push.Status.REROUTED, next_step=Push.NextStep.NONE, is_open=False)
        fed_back = factory.Trait(status=Push.Status.FED_BACK, next_step=Push.NextStep.AWAIT)
        closed = factory.Trait(status=Push.Status.CLOSED, next_step=Push.NextStep.NONE, is_open=False)
        waiting_answer = factory.Trait(
            direction=Push.Direction.REVERSE,
            kind="finding.reported",
            status=Push.Status.WAITING_ANSWER,
            next_step=Push.NextStep.ANSWER,
            claimed_by="",
            claimed_at=None,
            message="后厨卫生不合格",
            department=factory.SelfAttribute("application.department"),
            sender=factory.SelfAttribute("entry.department"),
            owner=factory.SelfAttribute("entry.approval_liaison"),
            office=factory.SelfAttribute("entry.approval_office"),
        )
        answered = factory.Trait(
            waiting_answer=True,
            status=Push.Status.ANSWERED,
            next_step=Push.NextStep.NONE,
            is_open=False,
            answered_by="阮世安",
            answered_at=factory.LazyFunction(timezone.now),
        )

    entry = factory.SubFactory(LinkageEntryFactory)
    list_version = factory.SelfAttribute("entry.version")
    application = factory.SubFactory(
        ApplicationFactory, concluded=True, variant__item=factory.SelfAttribute("...entry.approval_item")
    )
    event = factory.SubFactory(EventFactory, case_number=factory.SelfAttribute("..application.number"))
    subject = factory.SelfAttribute("application.subject")
    department = factory.SelfAttribute("entry.department")
    sender = factory.SelfAttribute("application.department")
    office = factory.SelfAttribute("entry.office")
    owner = factory.SelfAttribute("entry.liaison")
    supervision_item = factory.SelfAttribute("entry.supervision_item")
    number = factory.Sequence(lambda n: f"TS20261101-{n + 1:04d}")
    sequence = factory.Sequence(lambda n: n + 1)
    direction = Push.Direction.FORWARD
    kind = "approval.concluded"
    case_number = factory.SelfAttribute("application.number")
    status = Push.Status.CLAIMED
    next_step = Push.NextStep.READ
    claim_mode = "auto"
    claimed_by = factory.SelfAttribute("owner.name")
    claimed_at = factory.LazyFunction(timezone.now)
    pushed_at = factory.LazyFunction(timezone.now)
    payload: Any = factory.LazyAttribute(
        lambda push: {
            "result": "granted",
            "item_code": push.application.item.code,
            "item_name": push.application.item.name,
            "subject_name": push.subject.name,
            "subject_code": push.subject.uscc or "",
        }
    )


def _two_days(kind: str) -> factory.LazyAttribute:
    return factory.LazyAttribute(
        lambda row: deadlines.start(kind=kind, case_number="", start_on=date(2026, 11, 20), amount=2, law="测试")
    )


class DutyObjectionFactory(DjangoModelFactory):
    """An objection to be decided."""

    class Meta:
        model = DutyObjection

    push = factory.SubFactory(PushFactory, objected=True)
    deadline = _two_days("linkage.objection")
    reason_code = DutyObjection.ReasonCode.NOT_OUR_DUTY
    reason = "不属于本部门职责"
    raised_by = "蒋安平"
    raised_at = factory.LazyFunction(timezone.now)


class UnmappedEventFactory(DjangoModelFactory):
    """An event that waits for the list."""

    class Meta:
        model = UnmappedEvent

    application = factory.SubFactory(ApplicationFactory, concluded=True)
    event = factory.SubFactory(EventFactory, case_number=factory.SelfAttribute("..application.number"))
    owner = factory.SubFactory(StaffFactory, roles=[Role.COORDINATOR])
    deadline = _two_days("linkage.unmapped")
    reason = "清单未列入该事项"


class EndpointFactory(DjangoModelFactory):
    """An https address outside; tests with a receiver give their own."""

    class Meta:
        model = Endpoint

    department = factory.SubFactory("tests.factories.ground.DepartmentFactory")
    url = "https://hooks.example.com/push"
    secret = SECRET


class DeliveryFactory(DjangoModelFactory):
    """A delivery that is due."""

    class Meta:
        model = Delivery

    class Params:
        dead = factory.Trait(
            status=Delivery.Status.DEAD, finished_at=factory.LazyFunction(timezone.now), last_error="应答 410"
        )
        delivered = factory.Trait(status=Delivery.Status.DELIVERED, finished_at=factory.LazyFunction(timezone.now))

    push = factory.SubFactory(PushFactory)
    endpoint = factory.SubFactory(EndpointFactory, department=factory.SelfAttribute("..push.department"))
    case_number = factory.SelfAttribute("push.case_number")
    next_attempt_at = factory.LazyFunction(timezone.now)


class DiscrepancyFactory(DjangoModelFactory):
    """An open gap of a push nobody read in time."""

    class Meta:
        model = Discrepancy

    class Params:
        explained = factory.Trait(
            state=Discrepancy.State.EXPLAINED,
            closed_at=factory.LazyFunction(timezone.now),
            closed_by="袁成志",
            reason="厂家升级",
        )

    kind = Discrepancy.Kind.NOT_TAKEN_UP
    push = factory.SubFactory(PushFactory)
    key = factory.LazyAttribute(lambda row: str(row.push.pk))
    label = factory.SelfAttribute("push.number")
    detail = "应于 2026-11-19 前签阅，责任人 蒋安平。"
    department = factory.SelfAttribute("push.department")
    owner = factory.SubFactory(StaffFactory, roles=[Role.COORDINATOR])


class DaySheetFactory(DjangoModelFactory):
    """Thursday 2026-11-19, forward, closed; `lines` says what was pushed."""

    class Meta:
        model = DaySheet

    class Params:
        lines: Any = factory.LazyFunction(list)

    department = factory.SubFactory("tests.factories.ground.DepartmentFactory")
    day = date(2026, 11, 19)
    direction = Push.Direction.FORWARD
    count = factory.LazyAttribute(lambda sheet: len(sheet.lines))
    first_sequence = factory.LazyAttribute(lambda sheet: 1 if sheet.lines else None)
    last_sequence = factory.LazyAttribute(lambda sheet: len(sheet.lines) or None)
    digest = factory.LazyAttribute(lambda sheet: days.digest(sheet.lines))
    packed_lines = factory.LazyAttribute(lambda sheet: pack(sheet.lines))
    closed_at = factory.LazyFunction(timezone.now)


class DayReportFactory(DjangoModelFactory):
    """The other side agrees."""

    class Meta:
        model = DayReport

    sheet = factory.SubFactory(DaySheetFactory)
    count = factory.SelfAttribute("sheet.count")
    digest = factory.SelfAttribute("sheet.digest")
    result = DayReport.Result.MATCHED
    reported_by = "市场监管局业务系统"


class StatementFactory(DjangoModelFactory):
    """October's statement of a department, not signed."""

    class Meta:
        model = Statement

    department = factory.SubFactory("tests.factories.ground.DepartmentFactory")
    month = date(2026, 10, 1)
    edition = 1
    lines = 0
    digest = "0" * 64
    xlsx = factory.SubFactory("tests.factories.files.StoredFileFactory")
    docx = factory.SubFactory("tests.factories.files.StoredFileFactory")
    made_by = "系统"
