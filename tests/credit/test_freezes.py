"""Freezing approvals of a party: who may, for how long, and that every end is written down."""

from datetime import date
from typing import Any

import pytest

from credit import dealings
from credit.actions import freezes
from credit.models import Freeze, Subject
from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from shenguan.audit.models import AuditEntry
from shenguan.events.models import Event
from shenguan.org.models import Department
from shenguan.refusals import Invalid, NotAllowed, Refusal, StaleVersion, StateForbids
from tests.factories.credit import SubjectFactory
from tests.factories.ground import DepartmentFactory, StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def party() -> Subject:
    return SubjectFactory()


@pytest.fixture(autouse=True)
def _everybody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dealings, "has_dealings", lambda staff, subject_id: True)


@pytest.fixture
def enforcer() -> Actor:
    return Actor.of_staff(
        StaffFactory(roles=[Role.INSPECTOR], department=DepartmentFactory(name="云州市市场监督管理局"))
    )


@pytest.fixture
def examiner(office: Department) -> Actor:
    return Actor.of_staff(StaffFactory(roles=[Role.EXAMINER], department=office))


def grounds(**more: Any) -> freezes.Grounds:
    values: Any = {
        "enforcement_case": "云市监案〔2026〕1号",
        "legal_basis": "行政强制法第十八条",
        "reason": "涉嫌无证经营",
        "until_on": date(2026, 12, 20),
    }
    return freezes.Grounds(**values | more)


def ask(party: Subject, by: Actor, office: Department, items: Any = (), **more: Any) -> Freeze:
    return freezes.request(party, by=by, approving_department=office, items=items, grounds=grounds(**more))


@pytest.fixture
def asked(party: Subject, enforcer: Actor, office: Department) -> Freeze:
    return ask(party, enforcer, office)


@pytest.fixture
def active(asked: Freeze, examiner: Actor) -> Freeze:
    return freezes.answer(asked.number, by=examiner, adopted=True, text="情况属实")


def test_it_waits_for_an_answer_and_tells_linkage(asked: Freeze) -> None:
    assert (asked.number, asked.status) == ("DJ202600001", Freeze.Status.REQUESTED)
    event = Event.objects.get(kind="freeze.requested")
    assert (event.case_number, event.subject_id) == (asked.number, asked.subject_id)
    assert AuditEntry.objects.filter(action="freeze.request").exists()


def test_it_wants_a_case_a_law_and_a_reason(party: Subject, enforcer: Actor, office: Department) -> None:
    with pytest.raises(Invalid) as refused:
        ask(party, enforcer, office, enforcement_case=" ", legal_basis="", reason="")
    assert set(refused.value.errors) == {"enforcement_case", "legal_basis", "reason"}
    assert not Freeze.objects.exists()


@pytest.mark.parametrize(("day", "ok"), [(date(2026, 11, 19), False), (date(2026, 11, 20), True)])
def test_it_begins_today_at_the_earliest(
    party: Subject, enforcer: Actor, office: Department, day: date, *, ok: bool
) -> None:
    if ok:
        assert ask(party, enforcer, office, until_on=day).until_on == day
    else:
        with pytest.raises(Invalid, match="填写有误"):
            ask(party, enforcer, office, until_on=day)


def test_it_lasts_thirty_days_at_most(party: Subject, enforcer: Actor, office: Department) -> None:
    with pytest.raises(Invalid) as refused:
        ask(party, enforcer, office, until_on=date(2026, 12, 21))
    assert "最长 30 日" in refused.value.errors["until_on"][0]


def test_it_is_asked_once_by_one_case(asked: Freeze, party: Subject, enforcer: Actor, office: Department) -> None:
    with pytest.raises(Refusal, match=asked.number):
        ask(party, enforcer, office)
    assert ask(party, enforcer, office, enforcement_case="云市监案〔2026〕2号").number == "DJ202600002"


def test_it_needs_dealings_with_the_party(
    monkeypatch: pytest.MonkeyPatch, party: Subject, enforcer: Actor, office: Department
) -> None:
    monkeypatch.setattr(dealings, "has_dealings", lambda staff, subject_id: False)
    with pytest.raises(NotAllowed):
        ask(party, enforcer, office)


def test_a_clerk_may_not_ask(party: Subject, by_clerk: Actor, office: Department) -> None:
    with pytest.raises(NotAllowed):
        ask(party, by_clerk, office)


def test_only_the_asked_department_answers(asked: Freeze, enforcer: Actor) -> None:
    with pytest.raises(NotAllowed):
        freezes.answer(asked.number, by=enforcer, adopted=True, text="同意")


def test_it_is_answered_once(active: Freeze, examiner: Actor) -> None:
    with pytest.raises(StateForbids) as refused:
        freezes.answer(active.number, by=examiner, adopted=False, text="不同意")
    assert refused.value.state == Freeze.Status.ACTIVE


def test_a_declined_request_holds_nothing(asked: Freeze, examiner: Actor, party: Subject, office: Department) -> None:
    freezes.answer(asked.number, by=examiner, adopted=False, text="与该事项无关")
    freezes.check_not_held(
        subject_id=party.pk, department_id=office.pk, item_code="1", case_number="A1", by=Actor.system("x")
    )


def hold(party: Subject, office: Department, *, item: str = "1", case: str = "A1", by: Actor | None = None) -> None:
    freezes.check_not_held(
        subject_id=party.pk,
        department_id=office.pk,
        item_code=item,
        case_number=case,
        by=by or Actor("staff", "decider", "杜世荣"),
    )


def test_an_adopted_one_holds_a_grant(active: Freeze, party: Subject, office: Department) -> None:
    with pytest.raises(Refusal, match=active.number) as refused:
        hold(party, office)
    assert refused.value.code == "frozen"


def test_it_holds_only_the_items_it_names(party: Subject, enforcer: Actor, examiner: Actor, office: Department) -> None:
    freeze = ask(party, enforcer, office, items=[("1", "食品经营许可")])
    freezes.answer(freeze.number, by=examiner, adopted=True, text="同意")
    hold(party, office, item="2")
    with pytest.raises(Refusal):
        hold(party, office, item="1")


def test_it_holds_nobody_else_and_no_other_department(active: Freeze, office: Department, party: Subject) -> None:
    hold(SubjectFactory(), office)
    hold(party, DepartmentFactory(approving=True))


def test_it_holds_on_its_last_day_and_not_after(clock: Any, active: Freeze, party: Subject, office: Department) -> None:
    clock.move_to("2026-12-20T15:59:00+00:00")
    with pytest.raises(Refusal):
        hold(party, office)
    clock.move_to("2026-12-20T16:00:00+00:00")  # midnight in Shanghai; no job has run
    hold(party, office)


def decider_of(office: Department) -> Actor:
    return Actor.of_staff(StaffFactory(roles=[Role.DECIDER], department=office))


def test_one_case_is_let_through_by_somebody_else(active: Freeze, party: Subject, office: Department) -> None:
    head = decider_of(office)
    freezes.override(active.number, by=head, case_number="A1", reason="关系群众用水，不能等待")
    hold(party, office, by=decider_of(office))
    with pytest.raises(Refusal, match="其他人员"):
        hold(party, office, by=head)
    with pytest.raises(Refusal):
        hold(party, office, case="A2")


def test_an_examiner_lets_nothing_through(active: Freeze, examiner: Actor) -> None:
    with pytest.raises(NotAllowed):
        freezes.override(active.number, by=examiner, case_number="A1", reason="急")


def test_letting_through_wants_a_reason(active: Freeze, office: Department) -> None:
    with pytest.raises(Invalid):
        freezes.override(active.number, by=decider_of(office), case_number="A1", reason=" ")
    assert not active.overrides.exists()


def test_the_asking_department_lifts_it(active: Freeze, enforcer: Actor, party: Subject, office: Department) -> None:
    freezes.lift(active.number, by=enforcer, reason="已结案")
    hold(party, office)
    active.refresh_from_db()
    assert (active.status, active.end_reason) == (Freeze.Status.LIFTED, "已结案")


def test_a_coordinator_lifts_it_too(active: Freeze) -> None:
    coordinator = Actor.of_staff(StaffFactory(roles=[Role.COORDINATOR]))
    assert freezes.lift(active.number, by=coordinator, reason="裁定解除").status == Freeze.Status.LIFTED


def test_the_approving_side_does_not_lift_it(active: Freeze, examiner: Actor) -> None:
    with pytest.raises(NotAllowed):
        freezes.lift(active.number, by=examiner, reason="急用")


def test_a_stale_page_lifts_nothing(active: Freeze, enforcer: Actor) -> None:
    with pytest.raises(StaleVersion):
        freezes.lift(active.number, by=enforcer, reason="已结案", expected_version=active.version - 1)


def test_it_is_extended_once_with_a_reason(active: Freeze, enforcer: Actor) -> None:
    later = freezes.extend(active.number, by=enforcer, until_on=date(2027, 1, 19), reason="案情复杂")
    assert later.until_on == date(2027, 1, 19)
    with pytest.raises(Refusal, match="已延长过一次"):
        freezes.extend(active.number, by=enforcer, until_on=date(2027, 1, 20), reason="案情复杂")


@pytest.mark.parametrize("day", [date(2026, 12, 20), date(2027, 1, 20)])
def test_it_is_extended_by_thirty_days_at_most(active: Freeze, enforcer: Actor, day: date) -> None:
    with pytest.raises(Invalid):
        freezes.extend(active.number, by=enforcer, until_on=day, reason="案情复杂")
    active.refresh_from_db()
    assert active.until_on == date(2026, 12, 20)


def test_it_expires_by_itself_answered_or_not(clock: Any, active: Freeze, enforcer: Actor, office: Department) -> None:
    unanswered = ask(active.subject, enforcer, office, enforcement_case="云市监案〔2026〕2号")
    assert freezes.expire_due() == 0
    clock.move_to("2026-12-20T16:00:00+00:00")
    assert freezes.expire_due() == 2
    assert freezes.expire_due() == 0
    for freeze in (active, unanswered):
        freeze.refresh_from_db()
        assert (freeze.status, freeze.ended_by) == (Freeze.Status.EXPIRED, "系统")


def test_a_request_is_taken_back_only_before_its_answer(active: Freeze, enforcer: Actor) -> None:
    with pytest.raises(StateForbids) as refused:
        freezes.withdraw(active.number, by=enforcer, reason="弄错了")
    assert "lift" in refused.value.allowed
