"""One small city in which every address has something to show: a case in every stage and a push both ways."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from approvals.actions import drafts
from approvals.models import Application
from credit.actions import freezes
from credit.models import CreditRecord, Freeze, Subject
from linkage.actions import cards, consultations, ladders, lists, objections, offline, policies_changed
from linkage.ladders import rungs
from linkage.models import (
    Card,
    Consultation,
    Discrepancy,
    DutyObjection,
    EscalationLadder,
    ExchangeContract,
    LinkageEntry,
    OfflineRecord,
    PolicyNotice,
    Push,
    Statement,
    UnmappedEvent,
)
from linkage.selectors.ladders import windows
from shenguan import notify
from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from shenguan.files.actions import store_upload
from shenguan.files.models import StoredFile
from shenguan.org.models import Department, Staff
from shenguan.workdays import calendar
from supervision.actions import inspections
from supervision.models import (
    CheckTask,
    Clue,
    Finding,
    Inspection,
    InspectionPhoto,
    Penalty,
    SupervisedObject,
    SupervisionItem,
)
from tests.factories.contracts import ExchangeContractFactory
from tests.factories.ground import StaffFactory
from tests.factories.linkage import (
    DayReportFactory,
    DaySheetFactory,
    DiscrepancyFactory,
    EndpointFactory,
    StatementFactory,
)
from tests.factories.supervision import ClueFactory, PenaltyFactory
from tests.fixtures_demo import DemoCity
from tests.test_journey import accepted_case, catering_push, certified, concluded_case, inspect_badly, route_all

PIXEL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)
FREIGHT = "439901060010"  # 道路货物运输经营许可, supervised by the transport bureau


@dataclass
class World:
    """The rows that addresses point at."""

    approval: Department
    supervision: Department
    draft: Application
    accepted: Application
    concluded: Application
    push: Push
    reverse: Push
    claimable: Push
    task: CheckTask
    sheet: Inspection
    photo: InspectionPhoto
    record: Inspection
    finding: Finding
    watched: SupervisedObject
    credit_record: CreditRecord
    subject: Subject
    unmapped: UnmappedEvent
    objection: DutyObjection
    card: Card
    freeze: Freeze  # waits for an answer
    policy: PolicyNotice
    offline: OfflineRecord
    consultation: Consultation  # opened by the supervising side
    statement: Statement  # of the supervising department
    discrepancy: Discrepancy  # of the supervising department's day 2026-11-19
    entry: LinkageEntry  # of a draft of the list
    contract: ExchangeContract
    contract_draft: ExchangeContract
    penalty: Penalty
    clue: Clue
    people: dict[tuple[str, str], Staff]  # (role, "approval" | "supervision" | "foreign") -> person


def build(city: DemoCity) -> World:
    """Builds the city's work through actions only, as people would."""
    diner = Subject.objects.get(source_code="ZT001")
    concluded = concluded_case(city, diner)
    route_all()
    first = catering_push(concluded)
    record = inspect_badly(first)
    route_all()
    second = concluded_case(city, Subject.objects.get(source_code="ZT008"))
    route_all()
    push = catering_push(second)
    inspector = city.actor(certified(push)[0].username)
    sheet = inspections.start(by=inspector, task=CheckTask.objects.get(push_number=push.number))
    row = sheet.elements.all()[0]
    inspections.record_element(
        sheet, by=inspector, element_id=row.pk, verdict="fail", description="未公示", measure="on_the_spot"
    )
    photo = inspections.add_photo(
        sheet, by=inspector, element_id=row.pk, uploaded=SimpleUploadedFile("a.png", PIXEL, "image/png")
    )
    waiting = city.item("439901010040").__class__.objects.filter(linkage_state="waiting").earliest("pk")
    concluded_case(city, diner, item=waiting.code)
    third = concluded_case(city, Subject.objects.get(source_code="ZT018"))
    concluded_case(city, diner, item=FREIGHT)
    route_all()
    claimable = Push.objects.get(
        case_number=third.number, kind="approval.concluded", supervision_item=push.supervision_item
    )
    other = Push.objects.filter(is_open=True, direction="forward").exclude(department=push.department).earliest("pk")
    objection = objections.raise_objection(
        other, by=city.actor(other.owner.username), reason_code="not_our_duty", reason="不属于本部门职责"
    )
    accepted = accepted_case(city, diner)
    route_all()
    world = World(
        approval=concluded.department,
        supervision=push.department,
        draft=_draft(city, diner),
        accepted=accepted,
        concluded=Application.objects.get(pk=concluded.pk),
        push=push,
        reverse=Push.objects.get(direction="reverse", case_number=concluded.number),
        claimable=claimable,
        task=CheckTask.objects.get(kind=CheckTask.Kind.RECHECK),
        sheet=sheet,
        photo=photo,
        record=record,
        finding=Finding.objects.filter(inspection=record).earliest("pk"),
        watched=record.object,
        credit_record=CreditRecord.objects.filter(objection="none", repair_state="open", revoked_on=None).earliest(
            "pk"
        ),
        subject=diner,
        unmapped=UnmappedEvent.objects.filter(status="open").earliest("pk"),
        objection=objection,
        card=_card(claimable),
        policy=_policy(inspector, record.object.item),
        offline=_offline(concluded, city.actor("cengyanan")),
        consultation=_consultation(inspector, concluded.department),
        freeze=_freeze(inspector, diner, concluded.department),
        discrepancy=_discrepancy(push),
        statement=StatementFactory(department=push.department),
        entry=lists.create_draft(by=city.actor("jiangbonian"), label="2026-4").entries.earliest("sequence"),
        contract=ExchangeContract.objects.get(department=push.department, direction="to_department"),
        contract_draft=ExchangeContractFactory(department=push.department, direction="from_department", edition=2),
        penalty=PenaltyFactory(department=push.department, subject=diner),
        clue=ClueFactory(item=record.object.item, department=push.department, subject=diner),
        people={},
    )
    EndpointFactory(department=push.department)
    _people(world, city.department("ZJJ"))
    return world


def _card(push: Push) -> Card:
    """A card the push would have earned had it been late."""
    ladders.ensure_standard()
    (window, *_) = windows(EscalationLadder.Purpose.PUSH)
    yellow = next(rung for rung in rungs(window.version) if rung.is_late)
    assert push.deadline is not None
    return cards.give(push, push.deadline, yellow, window.version, by=Actor.system("linkage.escalate_due"))


def _draft(city: DemoCity, subject: Subject) -> Application:
    return drafts.create(by=city.actor("yejiayi"), variant=city.variant("439901010040"), subject=subject)


def _discrepancy(push: Push) -> Discrepancy:
    """A push the department's own system says it never got, on a closed day."""
    sheet = DaySheetFactory(department=push.department, lines=[f"{push.number}:1"])
    DaySheetFactory(department=push.department, direction=Push.Direction.REVERSE)
    report = {"kind": Discrepancy.Kind.MISSING_THERE, "key": f"{sheet.pk}:{push.number}", "sheet": sheet}
    DayReportFactory(sheet=sheet, result="differs", differences=1)
    row: Discrepancy = DiscrepancyFactory(push=push, owner=push.owner, detail="对方报送的明细里没有。", **report)
    return row


def _freeze(inspector: Actor, subject: Subject, approving: Department) -> Freeze:
    freeze = freezes.request(
        subject,
        by=inspector,
        approving_department=approving,
        items=[],
        grounds=freezes.Grounds(
            enforcement_case="云市监案〔2026〕1号",
            legal_basis="行政强制法第十八条",
            reason="涉嫌无证经营，正在立案查处",
            until_on=calendar.today() + timedelta(30),
        ),
        file=_paper(inspector, "freeze.request"),
    )
    route_all()
    return freeze


def _paper(by: Actor, purpose: str) -> StoredFile:
    return store_upload(SimpleUploadedFile("a.png", PIXEL, "image/png"), by=by, purpose=purpose)


def _offline(application: Application, liaison: Actor) -> OfflineRecord:
    letter = SimpleUploadedFile("来函.pdf", b"%PDF-1.4 x", "application/pdf")
    told = offline.HandOver("letter", "市水利局", calendar.today(), "来函说明取水口位置。", letter)
    return offline.record(application, told, by=liaison)


def _policy(inspector: Actor, item: SupervisionItem) -> PolicyNotice:
    change = policies_changed.Change(
        title="食品经营许可审查通则修订",
        document_number="国市监食经〔2026〕8号",
        text="增加冷链设施要求。",
        effective_on=calendar.today(),
        supervision_items=[item],
    )
    notice = policies_changed.publish(by=inspector, change=change, file=_paper(inspector, "policy.notice"))
    route_all()
    return notice


def _consultation(inspector: Actor, approving: Department) -> Consultation:
    made = consultations.open_one(
        by=inspector,
        question=consultations.Question("经营场所变更是否需要重新踏勘", "该户已迁址，请研究。", 3),
        parties=[(approving, None)],
        file=_paper(inspector, "consultation"),
    )
    route_all()
    return made


def _people(world: World, foreign: Department) -> None:
    """One person of every role in the approving, the supervising and a third department, with a notice each."""
    for role in Role.values:
        for side, department in (
            ("approval", world.approval),
            ("supervision", world.supervision),
            ("foreign", foreign),
        ):
            person = StaffFactory(department=department, office=department.offices.first(), roles=[Role(role)])
            world.people[role, side] = person
            notify.tell(person, kind="push.created", title="测试", body="测试")
