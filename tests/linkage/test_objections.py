"""Duty objections: one bounce, one decision."""

from datetime import date

import pytest

from approvals.actions import permits
from linkage.actions import objections, pushes
from linkage.models import DutyObjection, Push
from shenguan.access.roles import Role
from shenguan.notify.models import Notice
from shenguan.org.models import Department, Office, Staff
from shenguan.refusals import Invalid, NotAllowed, Refusal, StateForbids
from supervision.models import CheckTask, SupervisedObject
from tests.factories.ground import OfficeFactory, StaffFactory
from tests.linkage.conftest import City, acting, build_city, route_all

pytestmark = pytest.mark.django_db
REASON = {"reason_code": "not_our_duty", "reason": "该主体在经开区，由分局监管"}


@pytest.fixture
def newcomer(db) -> Staff:
    """The liaison of the department the duty really belongs to."""
    office = OfficeFactory()
    return StaffFactory(department=office.department, office=office, roles=[Role.LIAISON])


@pytest.fixture
def objection(city: City) -> DutyObjection:
    """A returned duty with an open first check."""
    return objections.raise_objection(city.route(), by=acting(city.liaison), **REASON)


def uphold(objection: DutyObjection, by: Staff, newcomer: Staff, decision: str = "属经开区") -> Push:
    return objections.uphold(
        objection,
        by=acting(by),
        department=newcomer.department,
        office=newcomer.office,
        owner=newcomer,
        decision=decision,
    )


def test_it_leaves_duty_and_clock_where_they_are(objection: DutyObjection):
    push = Push.objects.get()

    assert (push.status, push.due_on, push.is_open) == (Push.Status.OBJECTED, date(2026, 12, 18), True)
    assert objection.deadline.due_on == date(2026, 11, 24)


def test_it_tells_every_coordinator(city: City):
    objections.raise_objection(city.route(), by=acting(city.liaison), **REASON)

    assert Notice.objects.filter(staff=city.coordinator, kind="push.returned").count() == 1


def test_it_moves_the_duty_with_register_and_checks(objection, city: City, newcomer: Staff):
    moved = uphold(objection, city.coordinator, newcomer)

    assert (moved.department, moved.owner, moved.status) == (newcomer.department, newcomer, Push.Status.CLAIMED)
    assert (moved.next_step, moved.due_on) == (Push.NextStep.FIRST_CHECK, date(2026, 12, 18))
    assert SupervisedObject.objects.get(status="active").department == newcomer.department
    assert CheckTask.objects.open().get().push_number == moved.number
    objection.push.refresh_from_db()
    assert (objection.push.status, objection.push.is_open) == (Push.Status.REROUTED, False)


def test_it_gives_the_later_conclusion_to_the_department_that_took_the_acceptance(clock, nudges, newcomer: Staff):
    city = build_city(both_stages=True)
    accepted = city.route("approval.accepted")
    uphold(objections.raise_objection(accepted, by=acting(city.liaison), **REASON), city.coordinator, newcomer)

    concluded = city.route()

    assert (concluded.department, concluded.owner) == (newcomer.department, newcomer)


def test_it_refuses_a_second_bounce_of_a_moved_push(objection, city: City, newcomer: Staff):
    moved = uphold(objection, city.coordinator, newcomer)

    with pytest.raises(Refusal) as refusal:
        objections.raise_objection(moved, by=acting(newcomer), **REASON)

    assert refusal.value.code == "one_bounce"


def test_it_keeps_the_duty_when_the_objection_is_rejected(objection, city: City):
    push = objections.reject(objection, by=acting(city.coordinator), decision="按三定规定属你局")

    assert (push.status, push.next_step, push.due_on) == (
        Push.Status.CLAIMED,
        Push.NextStep.FIRST_CHECK,
        date(2026, 12, 18),
    )


def test_it_refuses_a_second_objection_after_a_rejection(objection, city: City):
    push = objections.reject(objection, by=acting(city.coordinator), decision="属你局")

    with pytest.raises(Refusal) as refusal:
        objections.raise_objection(push, by=acting(city.liaison), **REASON)

    assert refusal.value.code == "already_objected"


def test_it_counts_a_rejected_return_as_claimed(clock, nudges):
    city = build_city(manual=True)
    objection = objections.raise_objection(city.route(), by=acting(city.liaison), **REASON)

    push = objections.reject(objection, by=acting(city.coordinator), decision="属你局")

    assert (push.status, push.claimed_by) == (Push.Status.CLAIMED, city.liaison.name)
    assert CheckTask.objects.open().count() == 1


def test_it_refuses_a_second_decision(objection, city: City):
    objections.reject(objection, by=acting(city.coordinator), decision="属你局")

    with pytest.raises(StateForbids):
        objections.reject(objection, by=acting(city.coordinator), decision="属你局")


def test_it_refuses_a_decision_by_the_department_itself(objection, city: City):
    with pytest.raises(NotAllowed):
        objections.reject(objection, by=acting(city.liaison), decision="属我局")


@pytest.mark.parametrize(
    ("values", "field"),
    [({"reason_code": "", "reason": "不属于"}, "reason_code"), ({"reason_code": "duplicate", "reason": " "}, "reason")],
)
def test_it_refuses_an_objection_without(city: City, values, field):
    push = city.route()

    with pytest.raises(Invalid) as refusal:
        objections.raise_objection(push, by=acting(city.liaison), **values)

    assert field in refusal.value.errors
    assert not DutyObjection.objects.exists()


def test_it_refuses_the_own_department_as_suggestion(city: City):
    with pytest.raises(Invalid):
        objections.raise_objection(
            city.route(), by=acting(city.liaison), **REASON, suggested_department=city.entry.department
        )


def _own(city: City, newcomer: Staff) -> tuple[Department, Office, Staff]:
    return city.entry.department, city.entry.office, city.liaison


def _foreign_office(city: City, newcomer: Staff) -> tuple[Department, Office, Staff]:
    return newcomer.department, city.entry.office, newcomer


def _foreign_owner(city: City, newcomer: Staff) -> tuple[Department, Office, Staff]:
    return newcomer.department, newcomer.office, city.liaison


@pytest.mark.parametrize(
    ("choice", "field"), [(_own, "department"), (_foreign_office, "office"), (_foreign_owner, "owner")]
)
def test_it_refuses_a_recipient_that_does_not_fit(objection, city: City, newcomer: Staff, choice, field):
    department, office, owner = choice(city, newcomer)

    with pytest.raises(Invalid) as refusal:
        objections.uphold(
            objection, by=acting(city.coordinator), department=department, office=office, owner=owner, decision="改派"
        )

    assert field in refusal.value.errors
    assert Push.objects.count() == 1


def test_it_refuses_a_department_that_has_the_push_already(objection, city: City, newcomer: Staff):
    Push.objects.filter(pk=objection.push_id).update(status=Push.Status.OBJECTED)
    twin = Push.objects.get()
    twin.pk, twin.number, twin.department = None, "TS20261120-9999", newcomer.department
    twin.save(force_insert=True)

    with pytest.raises(Refusal) as refusal:
        uphold(objection, city.coordinator, newcomer)

    assert refusal.value.code == "already_pushed"


def test_it_does_not_let_a_returned_push_be_claimed(clock, nudges):
    city = build_city(manual=True)
    push = city.route()
    objections.raise_objection(push, by=acting(city.liaison), **REASON)

    with pytest.raises(StateForbids):
        pushes.claim(push, by=acting(city.liaison))


def test_it_reports_findings_made_while_the_objection_runs(objection, city: City):
    city.happen(
        "finding.reported",
        application_case=city.application.number,
        push_number=objection.push.number,
        department_code=city.entry.department.code,
        summary="检查发现问题",
    )
    route_all()

    assert Push.objects.get(direction="reverse").message == "检查发现问题"


@pytest.fixture
def ended(objection: DutyObjection, city: City) -> DutyObjection:
    """An objection still open when the permit is revoked."""
    decider = StaffFactory(department=city.application.department, roles=[Role.DECIDER])
    permits.revoke(
        city.application.permit, by=acting(decider), reason="以欺骗手段取得", legal_basis="行政许可法第六十九条"
    )
    route_all()
    return objection


def test_it_leaves_only_news_to_a_department_that_keeps_an_ended_permit(ended: DutyObjection, city: City):
    push = objections.reject(ended, by=acting(city.coordinator), decision="仍由原部门承担")

    assert push.next_step == Push.NextStep.READ
    pushes.read(push, by=acting(city.liaison))
    push.refresh_from_db()
    assert (push.status, push.is_open) == (Push.Status.CLOSED, False)
    assert not CheckTask.objects.open().exists()


def test_it_moves_no_duty_of_an_ended_permit(ended: DutyObjection, city: City, newcomer: Staff):
    moved = uphold(ended, city.coordinator, newcomer)

    assert moved.next_step == Push.NextStep.READ
    assert not SupervisedObject.objects.filter(status="active").exists()
    assert not CheckTask.objects.open().exists()
