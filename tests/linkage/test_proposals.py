"""Proposals to act on a permit (R10.06): with papers, after mending (R2.12), decided, done once, told back."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from approvals.actions import permits
from approvals.models import Permit, PermitEvent
from linkage import policies
from linkage.actions import answers, feedback
from linkage.models import Push, PushAttachment
from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from shenguan.refusals import Invalid, Refusal, StateForbids
from tests.factories.access import MachineClientFactory
from tests.factories.ground import StaffFactory
from tests.linkage.conftest import City, acting, route_all
from tests.linkage.pages.conftest import sign_in  # noqa: F401
from tests.linkage.test_feedback_loop import inspect

pytestmark = pytest.mark.django_db
LAW = "行政许可法第六十九条"


def paper() -> SimpleUploadedFile:
    return SimpleUploadedFile("笔录.pdf", b"%PDF-1.4 1", "application/pdf")


def propose(city: City, duty: Push, **more: Any) -> Push:
    values: Any = {"text": "以欺骗手段取得许可", "proposal": "revoke", "uploaded": paper()}
    feedback.report(duty, by=acting(city.liaison), **values | more)
    route_all()
    return Push.objects.get(kind="revocation.proposed")


@pytest.fixture
def duty(city: City) -> Push:
    return city.route()


@pytest.fixture
def question(city: City, duty: Push) -> Push:
    return propose(city, duty)


def test_its_papers_go_with_it(question: Push) -> None:
    assert PushAttachment.objects.get(push=question).file.name == "笔录.pdf"


def test_it_does_not_come_without_papers(city: City, duty: Push) -> None:
    with pytest.raises(Invalid) as refused:
        propose(city, duty, uploaded=None)
    assert set(refused.value.errors) == {"uploaded"}
    duty.refresh_from_db()
    assert duty.status == Push.Status.CLAIMED


def test_the_record_of_an_inspection_is_a_paper(city: City, duty: Push) -> None:
    inspect(duty, bad=True)
    route_all()
    duty.refresh_from_db()
    assert propose(city, duty, uploaded=None).payload["proposal"] == "revoke"


def test_a_departments_own_system_keeps_its_papers(city: City, duty: Push) -> None:
    client = Actor.of_client(MachineClientFactory(department=city.entry.department))
    feedback.report(duty, by=client, text="已停业", proposal="cancel")


def test_mere_feedback_needs_no_paper(city: City, duty: Push) -> None:
    feedback.report(duty, by=acting(city.liaison), text="正常经营")


def test_a_broken_promise_is_mended_first(city: City) -> None:
    duty = city.route(by_commitment=True)
    inspect(duty, bad=True)
    route_all()
    duty.refresh_from_db()
    with pytest.raises(Refusal, match="期满仍未改正") as refused:
        propose(city, duty)
    assert refused.value.code == "rectify_first"


def test_after_the_period_for_mending_it_may_come(clock: Any, city: City) -> None:
    duty = city.route(by_commitment=True)
    inspect(duty, bad=True)
    route_all()
    clock.move_to("2026-12-11T02:00:00+00:00")
    duty.refresh_from_db()
    assert propose(city, duty).status == Push.Status.WAITING_ANSWER


def test_a_false_promise_goes_straight_to_revocation(city: City) -> None:
    duty = city.route(by_commitment=True)
    inspect(duty, bad=True, kind="commitment_check", commitment_result="false")
    route_all()
    duty.refresh_from_db()
    feedback.report(duty, by=acting(city.liaison), text="承诺不实", proposal="revoke")


def test_it_is_not_settled_by_taking_note(city: City, question: Push) -> None:
    with pytest.raises(Invalid):
        answers.answer(question, by=acting(city.approver), outcome="noted", text="知道了")


def test_keeping_the_permit_is_said_as_a_refusal(question: Push) -> None:
    assert policies.outcomes(question)["keep"] == "不予撤销，维持许可"


def test_a_refusal_flows_back_with_its_reason(city: City, question: Push) -> None:
    answers.answer(question, by=acting(city.approver), outcome="keep", text="撤销将对公共利益造成重大损害")
    route_all()
    told = Push.objects.get(kind="proposal.answered")
    assert (told.department, "公共利益" in told.message) == (city.entry.department, True)
    assert Permit.objects.get().status == Permit.Status.VALID


def test_an_answer_revokes_in_one_act(city: City, question: Push) -> None:
    answers.answer(question, by=acting(city.approver), outcome="revoke", text="查实", legal_basis=LAW)
    assert Permit.objects.get().status == Permit.Status.REVOKED


def test_what_was_done_on_the_permits_page_is_recorded_and_not_done_twice(city: City, question: Push) -> None:
    examiner = StaffFactory(department=city.application.department, roles=[Role.EXAMINER])
    permits.revoke(Permit.objects.get(), by=acting(city.approver), reason="查实", legal_basis=LAW)

    answers.answer(question, by=acting(examiner), outcome="revoke", text="已撤销")

    assert PermitEvent.objects.filter(kind="revoked").count() == 1
    assert Push.objects.get(pk=question.pk).answer_outcome == "revoke"


def test_it_does_not_close_as_done_before_it_was_done(city: City, question: Push) -> None:
    examiner = StaffFactory(department=city.application.department, roles=[Role.EXAMINER])
    with pytest.raises(Refusal):
        answers.answer(question, by=acting(examiner), outcome="revoke", text="已撤销", legal_basis=LAW)
    assert Push.objects.get(pk=question.pk).status == Push.Status.WAITING_ANSWER


def test_what_was_done_before_the_proposal_does_not_answer_it(clock: Any, city: City, duty: Push) -> None:
    permits.change(Permit.objects.get(), by=acting(city.approver), reason="迁址")
    clock.shift(60)
    question = propose(city, duty, proposal="change")
    answers.answer(question, by=acting(city.approver), outcome="change", text="再次变更", legal_basis=LAW)
    assert PermitEvent.objects.filter(kind="changed").count() == 2


def test_the_second_answer_is_refused(city: City, question: Push) -> None:
    answers.answer(question, by=acting(city.approver), outcome="keep", text="维持")
    with pytest.raises(StateForbids):
        answers.answer(question, by=acting(city.approver), outcome="revoke", text="撤销", legal_basis=LAW)
    assert Permit.objects.get().status == Permit.Status.VALID


def test_the_push_leads_to_the_permit_and_fills_the_reason_in(
    city: City,
    question: Push,
    sign_in: Any,  # noqa: F811
) -> None:
    browser = sign_in(city.approver)
    page = browser.get(reverse("linkage:push_detail", args=[question.number])).content.decode()
    address = f"{reverse('approvals:permit_change', args=[Permit.objects.get().pk, 'revoke'])}?push={question.number}"
    assert address in page
    assert f"推送 {question.number}" in browser.get(address).content.decode()


def test_an_address_cannot_put_words_into_the_reason(city: City, sign_in: Any) -> None:  # noqa: F811
    address = reverse("approvals:permit_change", args=[Permit.objects.get().pk, "revoke"])
    assert "任意文字" not in sign_in(city.approver).get(f"{address}?push=任意文字").content.decode()


def test_the_list_says_what_became_of_each(city: City, question: Push, sign_in: Any) -> None:  # noqa: F811
    browser = sign_in(city.liaison)
    assert question.number in browser.get(reverse("linkage:proposals")).content.decode()
    answers.answer(question, by=acting(city.approver), outcome="keep", text="证据不足")
    assert question.number not in browser.get(reverse("linkage:proposals")).content.decode()
    assert "证据不足" in browser.get(f"{reverse('linkage:proposals')}?tab=decided").content.decode()


def test_strangers_see_no_proposal(question: Push, sign_in: Any) -> None:  # noqa: F811
    stranger = sign_in(StaffFactory(roles=[Role.LIAISON]))
    assert question.number not in stranger.get(reverse("linkage:proposals")).content.decode()
