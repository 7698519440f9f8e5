"""A freeze between the two sides: pushed, answered within its clock, told on, shown, ended."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from credit.actions import freezes
from credit.models import Freeze
from linkage.actions import answers, clocks
from linkage.models import Push
from shenguan.access.roles import Role
from shenguan.events.models import Event, PendingEvent
from shenguan.notify.models import Notice
from shenguan.refusals import Invalid, NotAllowed, StateForbids
from tests.factories.approvals import ApplicationFactory
from tests.factories.credit import FreezeFactory
from tests.factories.ground import StaffFactory
from tests.linkage.conftest import City, acting, route_all
from tests.linkage.pages.conftest import sign_in  # noqa: F401

pytestmark = pytest.mark.django_db
GROUNDS = freezes.Grounds(
    enforcement_case="云市监案〔2026〕1号",
    legal_basis="行政强制法第十八条",
    reason="涉嫌无证经营",
    until_on=date(2026, 12, 1),
)


@pytest.fixture
def freeze(city: City) -> Freeze:
    """Asked for by the supervising liaison, pushed to the approving side."""
    city.route()
    made = freezes.request(
        city.application.subject,
        by=acting(city.liaison),
        approving_department=city.application.department,
        items=[(city.entry.approval_item.code, city.entry.approval_item.name)],
        grounds=GROUNDS,
    )
    route_all()
    return made


@pytest.fixture
def question(freeze: Freeze) -> Push:
    return Push.objects.get(kind="freeze.requested")


def test_the_approving_liaison_must_answer_within_a_working_day(city: City, question: Push) -> None:
    assert (question.department, question.owner) == (city.application.department, city.approver)
    assert (question.status, question.due_on) == (Push.Status.WAITING_ANSWER, date(2026, 11, 23))
    assert (question.application, question.subject) == (None, city.application.subject)
    assert Notice.objects.get(staff=city.approver, url=f"/linkage/pushes/{question.number}/").urgent


def test_the_payload_carries_no_personal_number(question: Push) -> None:
    assert {"id_number", "phone"}.isdisjoint(question.payload)


def test_an_adoption_freezes_and_is_told_to_who_asked(city: City, question: Push) -> None:
    answers.answer(question, by=acting(city.approver), outcome="adopt", text="情况属实")
    route_all()
    told = Push.objects.get(kind="freeze.answered")
    assert Freeze.objects.get().status == Freeze.Status.ACTIVE
    assert (told.department, told.owner, told.next_step) == (city.entry.department, city.liaison, Push.NextStep.READ)
    assert "采纳" in told.message


def test_a_refusal_to_freeze_flows_back_with_its_reason(city: City, question: Push) -> None:
    answers.answer(question, by=acting(city.approver), outcome="decline", text="与该事项无关")
    route_all()
    assert Freeze.objects.get().status == Freeze.Status.DECLINED
    assert "与该事项无关" in Push.objects.get(kind="freeze.answered").message


@pytest.mark.parametrize("outcome", ["keep", "revoke", "noted"])
def test_it_is_answered_only_with_yes_or_no(city: City, question: Push, outcome: str) -> None:
    with pytest.raises(Invalid, match="采纳、不采纳"):
        answers.answer(question, by=acting(city.approver), outcome=outcome, text="理由")


def test_two_answers_leave_one(city: City, question: Push) -> None:
    answers.answer(question, by=acting(city.approver), outcome="adopt", text="同意")
    with pytest.raises(StateForbids):
        answers.answer(question, by=acting(city.approver), outcome="decline", text="不同意")
    assert Freeze.objects.get().status == Freeze.Status.ACTIVE


def test_the_asker_may_not_answer(city: City, question: Push) -> None:
    with pytest.raises(NotAllowed):
        answers.answer(question, by=acting(city.liaison), outcome="adopt", text="同意")


def test_taking_the_request_back_closes_the_question(city: City, freeze: Freeze, question: Push) -> None:
    freezes.withdraw(freeze.number, by=acting(city.liaison), reason="已移送")
    route_all()
    question.refresh_from_db()
    assert (question.status, question.is_open) == (Push.Status.CLOSED, False)
    assert Push.objects.filter(kind="freeze.changed", department=city.application.department).exists()


def test_an_answer_after_the_request_was_taken_back_changes_nothing(city: City, freeze: Freeze, question: Push) -> None:
    freezes.withdraw(freeze.number, by=acting(city.liaison), reason="已移送")  # not routed yet
    with pytest.raises(StateForbids):
        answers.answer(question, by=acting(city.approver), outcome="adopt", text="同意")
    question.refresh_from_db()
    assert question.status == Push.Status.WAITING_ANSWER


def test_both_sides_hear_that_it_expired(clock: Any, city: City, freeze: Freeze, question: Push) -> None:
    answers.answer(question, by=acting(city.approver), outcome="adopt", text="同意")
    clock.move_to("2026-12-02T02:00:00+00:00")
    clocks.escalate_due()
    route_all()
    assert Freeze.objects.get().status == Freeze.Status.EXPIRED
    told = Push.objects.filter(kind="freeze.changed").values_list("department", flat=True)
    assert set(told) == {city.entry.department.pk, city.application.department.pk}


def test_letting_a_case_through_is_told_to_who_asked(city: City, freeze: Freeze, question: Push) -> None:
    answers.answer(question, by=acting(city.approver), outcome="adopt", text="同意")
    freezes.override(freeze.number, by=acting(city.approver), case_number="A1", reason="民生急需")
    route_all()
    [told] = Push.objects.filter(kind="freeze.changed")
    assert told.department == city.entry.department


def test_both_sides_hear_what_an_own_system_decided(city: City, freeze: Freeze, question: Push) -> None:
    answers.answer(question, by=acting(city.approver), outcome="adopt", text="同意")
    freezes.tell_passed(
        subject_id=freeze.subject_id,
        department_id=city.application.department_id,
        item_code=city.entry.approval_item.code,
        case_number="A1",
        what="准予许可",
        by=acting(city.approver),
    )
    route_all()
    told = Push.objects.filter(kind="freeze.changed").values_list("department", flat=True)
    assert set(told) == {city.entry.department.pk, city.application.department.pk}


def test_every_step_stands_on_one_thread(city: City, freeze: Freeze, question: Push) -> None:
    answers.answer(question, by=acting(city.approver), outcome="adopt", text="同意")
    freezes.lift(freeze.number, by=acting(city.liaison), reason="已结案")
    route_all()
    assert not PendingEvent.objects.exists()
    kinds = Event.objects.filter(case_number=freeze.number).values_list("kind", flat=True)
    assert {"freeze.requested", "push.created", "push.answered", "freeze.answered", "freeze.changed"} <= set(kinds)


@pytest.fixture
def supervisor(city: City, sign_in: Any) -> Client:  # noqa: F811
    return sign_in(city.liaison)


@pytest.fixture
def approver(city: City, sign_in: Any) -> Client:  # noqa: F811
    return sign_in(city.approver)


def test_a_liaison_asks_from_the_push(city: City, supervisor: Client) -> None:
    push = city.route()
    address = reverse("linkage:freeze_new", args=[push.party.pk])
    assert address in supervisor.get(reverse("linkage:push_detail", args=[push.number])).content.decode()

    answer = supervisor.post(
        f"{address}?push={push.number}",
        {
            "approving_department": city.application.department.code,
            "items": [city.entry.approval_item.code],
            "enforcement_case": "云市监案〔2026〕3号",
            "legal_basis": "行政强制法第十八条",
            "reason": "涉嫌无证经营",
            "until_on": "2026-12-01",
        },
    )

    made = Freeze.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("linkage:freeze", args=[made.number]))
    assert (made.push_number, made.item_codes) == (push.number, [city.entry.approval_item.code])


def test_the_form_keeps_what_was_typed(city: City, supervisor: Client) -> None:
    push = city.route()
    answer = supervisor.post(reverse("linkage:freeze_new", args=[push.party.pk]), {"reason": "涉嫌无证经营"})
    assert answer.status_code == 422
    assert "涉嫌无证经营" in answer.content.decode()
    assert not Freeze.objects.exists()


def test_nobody_asks_about_a_party_they_have_nothing_to_do_with(city: City, sign_in: Any) -> None:  # noqa: F811
    stranger = sign_in(StaffFactory(roles=[Role.LIAISON]))
    address = reverse("linkage:freeze_new", args=[city.application.subject.pk])
    assert stranger.get(address).status_code == 404


def test_a_freeze_of_another_department_is_not_there(freeze: Freeze, sign_in: Any) -> None:  # noqa: F811
    stranger = sign_in(StaffFactory(roles=[Role.LIAISON, Role.EXAMINER]))
    assert stranger.get(reverse("linkage:freeze", args=[freeze.number])).status_code == 404
    assert freeze.number not in stranger.get(reverse("linkage:freezes")).content.decode()


def test_the_page_lifts_it_and_refuses_without_a_reason(
    city: City, freeze: Freeze, question: Push, supervisor: Client
) -> None:
    answers.answer(question, by=acting(city.approver), outcome="adopt", text="同意")
    address = reverse("linkage:freeze_act", args=[freeze.number, "lift"])
    assert supervisor.post(address, {"reason": ""}).status_code == 422
    assert supervisor.post(address, {"reason": "已结案"}).status_code == 302
    assert Freeze.objects.get().status == Freeze.Status.LIFTED
    again = supervisor.post(address, {"reason": "已结案"})
    assert again.status_code == 409
    assert "已解除" in again.content.decode()


def test_the_decider_lets_a_running_case_through(city: City, freeze: Freeze, question: Push, approver: Client) -> None:
    answers.answer(question, by=acting(city.approver), outcome="adopt", text="同意")
    case = ApplicationFactory(accepted=True, variant=city.application.variant, subject=city.application.subject)
    page = approver.get(reverse("linkage:freeze", args=[freeze.number])).content.decode()
    assert case.number in page
    address = reverse("linkage:freeze_act", args=[freeze.number, "override"])
    assert approver.post(address, {"case_number": case.number, "reason": "民生急需"}).status_code == 302
    assert freeze.overrides.get().case_number == case.number


def test_the_inbox_and_the_push_show_it(question: Push, freeze: Freeze, approver: Client) -> None:
    assert "冻结审批请求" in approver.get(reverse("linkage:inbox")).content.decode()
    page = approver.get(reverse("linkage:push_detail", args=[question.number])).content.decode()
    assert reverse("linkage:freeze", args=[freeze.number]) in page
    form = approver.get(reverse("linkage:push_deed", args=[question.number, "answer"])).content.decode()
    assert "不采纳" in form
    assert "维持许可" not in form


def test_a_person_is_masked_in_the_list(city: City, approver: Client) -> None:
    person = FreezeFactory(
        subject__person=True, approving_department=city.application.department, department=city.entry.department
    ).subject
    page = approver.get(reverse("linkage:freezes")).content.decode()
    assert person.shown_name in page
    assert person.name not in page


def test_the_list_costs_the_same_for_many(city: City, approver: Client, django_assert_max_num_queries: Any) -> None:
    FreezeFactory.create_batch(12, approving_department=city.application.department)
    with django_assert_max_num_queries(14):
        approver.get(reverse("linkage:freezes"))
