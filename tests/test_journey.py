"""The one job, end to end on the demo city: from intake through push, check, feedback and answer to the next intake."""

from datetime import date, timedelta

import pytest
import time_machine

from approvals.actions import credit_checks, decisions, drafts, examination, materials, permits, receipt, surveys
from approvals.actions.acceptance import accept
from approvals.models import Application
from credit.models import CreditCheck, CreditRecord, Subject
from linkage.actions import answers, pushes
from linkage.actions.routing import route_pending
from linkage.models import Push, Routing, UnmappedEvent
from linkage.selectors.timelines import case_timeline
from shenguan.audit.verification import verify_chain
from shenguan.events.models import PendingEvent
from shenguan.org.models import Staff
from shenguan.refusals import NotAllowed
from supervision.actions import inspections
from supervision.models import CheckTask, Finding, Inspection, SupervisedObject
from tests.fixtures_demo import DemoCity

FOOD = "439901010040"  # 食品经营许可
CONDITION = "经营项目含餐饮服务"
CATERING = "43990100030100"  # its supervision item


def accepted_case(city: DemoCity, subject: Subject, *, item: str = FOOD) -> Application:
    """A case the window has taken in, checked and accepted."""
    clerk = city.actor("yejiayi")
    case = drafts.create(
        by=clerk,
        variant=city.variant(item),
        subject=subject,
        agent_name="秦晓燕",
        agent_phone="13800001001",
        address="云州市临江区大渡口街道望江路13号",
        situations=[CONDITION],
    )
    for row in case.materials.all():
        materials.receive(row, by=clerk)
    case = receipt.receive(Application.objects.get(pk=case.pk), by=clerk)
    case = credit_checks.check(case, by=clerk)
    return accept(case, by=clerk)


def concluded_case(city: DemoCity, subject: Subject, *, item: str = FOOD) -> Application:
    """The same case through all stages, each by somebody else."""
    case = accepted_case(city, subject, item=item)
    if case.variant.needs_survey:
        surveyors = [city.staff("xiehongyuan"), city.staff("jinhongxia")]
        case = surveys.record(
            case, by=city.actor("xiehongyuan"), surveyors=surveyors, conclusion="pass", opinion="布局符合要求"
        )
    case = examination.examine(case, by=city.actor("cengyanan"), conclusion="pass", opinion="材料齐全，符合条件")
    case = decisions.decide(case, by=city.actor("tangzhenhua"), result="granted")
    return permits.issue(case, by=city.actor("haohaitao"))


def route_all() -> None:
    """What the worker does: passes until nothing is left (one pass takes one event of a case)."""
    while route_pending():
        pass


@pytest.fixture
def diner(demo_city: DemoCity) -> Subject:
    return Subject.objects.get(source_code="ZT001")


def certified(push: Push) -> list[Staff]:
    """Two inspectors of the recipient."""
    people = Staff.objects.filter(department=push.department).exclude(enforcement_number="")
    return [person for person in people if "inspector" in person.role_codes][:2]


def catering_push(case: Application) -> Push:
    """The push to the catering inspectors, in hand."""
    push = Push.objects.get(case_number=case.number, kind="approval.concluded", supervision_item__code=CATERING)
    if push.status == Push.Status.WAITING_CLAIM:
        pushes.claim(push, by=DemoCity().actor(push.owner.username))
    return Push.objects.get(pk=push.pk)


def inspect_badly(push: Push) -> Inspection:
    """The first check finds the first element wanting."""
    by = DemoCity().actor(certified(push)[0].username)
    task = CheckTask.objects.get(push_number=push.number, kind=CheckTask.Kind.FIRST_CHECK)
    sheet = inspections.start(by=by, task=task)
    for number, row in enumerate(sheet.elements.all()):
        wanting = {"description": "食品未离地存放", "measure": "rectify", "rectify_by": date(2026, 11, 27)}
        inspections.record_element(
            sheet,
            by=by,
            element_id=row.pk,
            verdict="pass" if number else "fail",
            **({} if number else wanting),  # type: ignore[arg-type]
        )
    return inspections.submit(
        sheet,
        by=by,
        inspectors=certified(push),
        checked_on=date(2026, 11, 20),
        result_codes=[Inspection.ResultCode.CORRECTED],
        summary="后厨食品未离地存放",
    )


def test_it_walks_one_case_around_the_whole_loop(demo_city: DemoCity, diner: Subject, today: date) -> None:
    case = concluded_case(demo_city, diner)
    route_all()
    forward = catering_push(case)
    assert forward.owner.is_active
    assert SupervisedObject.objects.filter(case_number=case.number, department=forward.department).exists()

    inspect_badly(forward)
    route_all()

    forward.refresh_from_db()
    assert forward.status == Push.Status.FED_BACK
    back = Push.objects.get(direction=Push.Direction.REVERSE, case_number=case.number)
    assert back.department == case.department
    answers.answer(back, by=demo_city.actor(back.owner.username), outcome="keep", text="已核实，责令整改到位后维持许可")
    route_all()

    record = CreditRecord.objects.get(case_number=case.number)
    assert record.category == CreditRecord.Category.INSPECTION_ABNORMAL
    told = Push.objects.get(kind="proposal.answered", case_number=case.number)
    assert told.department == forward.department

    with time_machine.travel("2026-11-23 09:00+08:00", tick=False):
        again = accepted_case(demo_city, diner)
    assert again.credit_check is not None
    assert again.credit_check.outcome == CreditCheck.Outcome.MINOR
    assert record.number in str(again.credit_check.hits)
    assert not PendingEvent.objects.filter(event__case_number=case.number).exists()


def test_it_shows_one_timeline_to_both_sides(demo_city: DemoCity, diner: Subject, today: date) -> None:
    case = concluded_case(demo_city, diner)
    route_all()
    forward = catering_push(case)
    inspect_badly(forward)
    route_all()
    approver = {row.kind for row in case_timeline(case.number, department=case.department)}
    supervisor = {row.kind for row in case_timeline(case.number, department=forward.department)}
    shared = {"approval.accepted", "approval.concluded", "push.created", "inspection.recorded", "finding.reported"}
    assert shared <= approver
    assert shared <= supervisor


def test_it_revokes_the_permit_when_the_answer_says_so(demo_city: DemoCity, diner: Subject, today: date) -> None:
    case = concluded_case(demo_city, diner)
    route_all()
    forward = catering_push(case)
    inspect_badly(forward)
    route_all()
    back = Push.objects.get(direction=Push.Direction.REVERSE, case_number=case.number)
    with pytest.raises(NotAllowed):
        answers.answer(
            back, by=demo_city.actor("cengyanan"), outcome="revoke", text="欺骗取得", legal_basis="行政许可法第六十九条"
        )
    answers.answer(
        back,
        by=demo_city.actor("tangzhenhua"),
        outcome="revoke",
        text="以欺骗手段取得",
        legal_basis="行政许可法第六十九条第二款",
    )
    route_all()
    assert Application.objects.get(pk=case.pk).permit.status == "revoked"
    watched = SupervisedObject.objects.get(
        case_number=case.number, department=forward.department, item=forward.supervision_item
    )
    assert watched.status == SupervisedObject.Status.ENDED
    assert not CheckTask.objects.open().filter(object=watched).exists()


def test_it_puts_an_item_without_supervisor_before_a_named_person(
    demo_city: DemoCity, diner: Subject, today: date
) -> None:
    waiting = demo_city.item(FOOD).__class__.objects.filter(linkage_state="waiting").first()
    assert waiting is not None
    case = concluded_case(demo_city, diner, item=waiting.code)
    route_all()
    assert {row.status for row in UnmappedEvent.objects.filter(application=case)} == {"open"}
    assert all(row.owner.is_active for row in UnmappedEvent.objects.filter(application=case))


def test_it_routes_every_event_exactly_once(demo_city: DemoCity, diner: Subject, today: date) -> None:
    case = concluded_case(demo_city, diner)
    route_all()
    before = list(Push.objects.order_by("pk").values_list("pk", flat=True))
    route_all()
    assert list(Push.objects.order_by("pk").values_list("pk", flat=True)) == before
    assert Routing.objects.filter(event__case_number=case.number).count() == len(
        {row.event_id for row in Routing.objects.filter(event__case_number=case.number)}
    )


def test_it_keeps_places_per_recipient_without_gaps(demo_city: DemoCity, diner: Subject, today: date) -> None:
    for shift in range(3):
        with time_machine.travel(f"2026-11-{20 + 3 * (shift > 0) + shift} 10:00+08:00", tick=False):
            concluded_case(demo_city, diner)
            route_all()
    for department in {row.department_id for row in Push.objects.all()}:
        places = list(
            Push.objects.filter(department=department).order_by("sequence").values_list("sequence", flat=True)
        )
        assert places == list(range(1, len(places) + 1))


def test_it_opens_the_first_check_on_the_lists_clock(demo_city: DemoCity, diner: Subject, today: date) -> None:
    case = concluded_case(demo_city, diner)
    route_all()
    forward = catering_push(case)
    task = CheckTask.objects.get(push_number=forward.number)
    assert forward.entry is not None
    assert task.deadline.amount == forward.entry.first_check_days
    assert task.due_on > today + timedelta(days=forward.entry.first_check_days or 0)
    assert not Finding.objects.exists()


def test_it_leaves_an_audit_chain_that_holds(demo_city: DemoCity, diner: Subject, today: date) -> None:
    concluded_case(demo_city, diner)
    route_all()
    assert verify_chain().broken is None
