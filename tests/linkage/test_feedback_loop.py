"""From a finding back to the approver, his answer, and what both leave behind."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from approvals.models import Permit
from credit.models import CreditRecord
from linkage.actions import answers, feedback, pushes
from linkage.models import Push, PushAttachment, PushNote, Routing
from shenguan import events
from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from shenguan.events.models import Event
from shenguan.notify.models import Notice
from shenguan.refusals import Invalid, NotAllowed, Refusal, StateForbids
from supervision.actions import inspections
from supervision.models import CheckTask, Inspection, InspectionElement, SupervisedObject
from tests.factories.approvals import ApplicationFactory, DocumentFactory
from tests.factories.ground import StaffFactory
from tests.linkage.conftest import City, acting, build_city, route_all

pytestmark = pytest.mark.django_db
R = Inspection.ResultCode


def inspect(push: Push, *, bad: bool, kind: str = "first_check", **more: Any) -> Inspection:
    """A whole inspection under the first open check of a push, by two officers of its department."""
    officers = StaffFactory.create_batch(
        2, department=push.department, roles=[Role.INSPECTOR], enforcement_number="云执法001"
    )
    by = acting(officers[0])
    task = CheckTask.objects.open().get(push_number=push.number, kind=kind)
    inspection = inspections.start(by=by, task=task)
    for row in inspection.elements.all():
        failed = bad and row.element.sequence == 1
        inspections.record_element(
            inspection,
            by=by,
            element_id=row.pk,
            verdict=InspectionElement.Verdict.FAIL if failed else InspectionElement.Verdict.PASS,
            description="后厨无防蝇设施" if failed else "",
            measure=InspectionElement.Measure.RECTIFY if failed else "",
            rectify_by=date(2026, 12, 10) if failed else None,
        )
    return inspections.submit(
        inspection,
        by=by,
        inspectors=officers,
        checked_on=date(2026, 11, 20),
        result_codes=[R.CORRECTED] if bad else [R.NO_PROBLEM],
        summary="检查情况",
        **more,
    )


@pytest.fixture
def reported(city: City) -> tuple[City, Push, Push]:
    """A case whose first check went badly: the forward and the reverse push."""
    forward = city.route()
    inspect(forward, bad=True)
    route_all()
    forward.refresh_from_db()
    return city, forward, Push.objects.get(direction=Push.Direction.REVERSE)


def test_it_sends_an_abnormal_result_to_the_approvals_liaison(reported):
    city, forward, back = reported

    assert (back.department, back.sender, back.owner) == (
        city.application.department,
        city.entry.department,
        city.approver,
    )
    assert (back.status, back.next_step, back.due_on) == (
        Push.Status.WAITING_ANSWER,
        Push.NextStep.ANSWER,
        date(2026, 11, 25),
    )
    assert back.answers_push == forward


def test_it_leaves_the_supervisor_waiting_with_the_recheck_as_next_step(reported):
    _, forward, _ = reported

    assert (forward.status, forward.next_step) == (Push.Status.FED_BACK, Push.NextStep.RECHECK)


def test_it_closes_the_duty_after_a_normal_first_check(city: City):
    forward = city.route()

    inspect(forward, bad=False)
    route_all()

    forward.refresh_from_db()
    assert (forward.status, forward.is_open) == (Push.Status.CLOSED, False)
    assert not Push.objects.filter(direction=Push.Direction.REVERSE).exists()


def test_it_goes_on_to_the_commitment_check_after_a_normal_first_check(city: City):
    forward = city.route(by_commitment=True)

    inspect(forward, bad=False)
    route_all()

    forward.refresh_from_db()
    assert (forward.status, forward.next_step) == (Push.Status.CLAIMED, Push.NextStep.COMMITMENT_CHECK)


def test_it_feeds_normal_results_back_where_the_list_wants_all(clock, nudges):
    city = build_city(all_results=True)
    forward = city.route()

    inspect(forward, bad=False)
    route_all()

    back = Push.objects.get(direction=Push.Direction.REVERSE)
    assert (back.next_step, back.kind, back.owner) == (Push.NextStep.READ, "finding.reported", city.approver)


def test_it_routes_every_event_of_the_loop(reported):
    assert (
        Routing.objects.count()
        == Event.objects.filter(kind__in=["approval.concluded", "inspection.recorded", "finding.reported"]).count()
    )


def test_it_lets_the_answer_flow_back_to_the_supervisor(reported):
    city, forward, back = reported

    answers.answer(back, by=acting(city.approver), outcome="keep", text="已约谈，限期整改即可")
    route_all()

    told = Push.objects.get(kind="proposal.answered")
    forward.refresh_from_db()
    assert (told.department, told.owner, told.next_step) == (forward.department, city.liaison, Push.NextStep.READ)
    assert "维持许可" in told.message
    assert (forward.status, forward.next_step) == (Push.Status.CLAIMED, Push.NextStep.RECHECK)


def test_it_ends_the_duty_when_the_recheck_after_the_answer_is_fine(reported, clock):
    city, forward, back = reported
    answers.answer(back, by=acting(city.approver), outcome="noted", text="知悉")
    route_all()

    inspect(forward, bad=False, kind="recheck")
    route_all()

    forward.refresh_from_db()
    assert forward.status == Push.Status.CLOSED


def test_it_revokes_the_permit_in_the_same_breath_as_the_answer(reported):
    city, forward, back = reported

    answers.answer(
        back, by=acting(city.approver), outcome="revoke", text="以欺骗手段取得", legal_basis="行政许可法第六十九条"
    )
    route_all()

    forward.refresh_from_db()
    assert Permit.objects.get().status == Permit.Status.REVOKED
    assert SupervisedObject.objects.get().status == SupervisedObject.Status.ENDED
    assert forward.status == Push.Status.CLOSED
    assert not CheckTask.objects.open().exists()
    assert set(Push.objects.filter(department=forward.department).values_list("kind", flat=True)) == {
        "approval.concluded",
        "permit.changed",
        "proposal.answered",
    }


def test_it_leaves_a_minor_credit_record_of_an_abnormal_inspection(reported):
    city, _, back = reported

    answers.answer(back, by=acting(city.approver), outcome="noted", text="知悉")

    record = CreditRecord.objects.get()
    assert (record.level, record.category, record.authority) == ("minor", "inspection_abnormal", back.sender)
    assert record.case_number == city.application.number


def test_it_records_a_false_commitment_as_such(city: City):
    forward = city.route(by_commitment=True)
    inspect(forward, bad=True, kind="commitment_check", commitment_result="false")
    route_all()

    back = Push.objects.get(direction=Push.Direction.REVERSE)
    answers.answer(back, by=acting(city.approver), outcome="keep", text="责令整改")

    assert CreditRecord.objects.get().category == CreditRecord.Category.FALSE_COMMITMENT


def test_it_keeps_nothing_of_an_answer_whose_credit_record_fails(reported, monkeypatch):
    city, _, back = reported
    monkeypatch.setattr("linkage.actions.answers.records.record_fact", lambda **_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        answers.answer(
            back, by=acting(city.approver), outcome="revoke", text="欺骗", legal_basis="行政许可法第六十九条"
        )

    back.refresh_from_db()
    assert back.status == Push.Status.WAITING_ANSWER
    assert Permit.objects.get().status == Permit.Status.VALID


def test_it_refuses_a_second_answer(reported):
    city, _, back = reported
    answers.answer(back, by=acting(city.approver), outcome="noted", text="知悉")

    with pytest.raises(StateForbids):
        answers.answer(back, by=acting(city.approver), outcome="noted", text="知悉")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"outcome": "", "text": "知悉"}, "outcome"),
        ({"outcome": "keep", "text": " "}, "text"),
        ({"outcome": "revoke", "text": "欺骗"}, "legal_basis"),
    ],
)
def test_it_refuses_an_answer_without(reported, values, field):
    city, _, back = reported

    with pytest.raises(Invalid) as refusal:
        answers.answer(back, by=acting(city.approver), **values)

    assert field in refusal.value.errors


def test_it_refuses_an_answer_of_the_supervisor(reported):
    city, _, back = reported
    outsider = StaffFactory(department=city.entry.department, roles=[Role.EXAMINER])

    with pytest.raises(NotAllowed):
        answers.answer(back, by=acting(outsider), outcome="noted", text="知悉")


def test_it_refuses_a_revocation_by_somebody_without_the_right(reported):
    city, _, back = reported
    examiner = StaffFactory(department=back.department, roles=[Role.EXAMINER])

    with pytest.raises(NotAllowed):
        answers.answer(back, by=acting(examiner), outcome="revoke", text="欺骗", legal_basis="行政许可法第六十九条")

    back.refresh_from_db()
    assert back.status == Push.Status.WAITING_ANSWER


def test_it_sends_a_proposal_written_by_hand(city: City):
    forward = city.route()

    paper = SimpleUploadedFile("笔录.pdf", b"%PDF-1.4 1", "application/pdf")
    done = feedback.report(forward, by=acting(city.liaison), text="已停业，建议注销", proposal="cancel", uploaded=paper)
    route_all()

    back = Push.objects.get(direction=Push.Direction.REVERSE)
    assert done.note is None
    assert (back.kind, back.message, back.payload["proposal"]) == ("revocation.proposed", "已停业，建议注销", "cancel")


def test_it_carries_an_attachment_to_the_approver(city: City):
    forward = city.route()
    picture = SimpleUploadedFile("现场.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")

    feedback.report(forward, by=acting(city.liaison), text="见附件", uploaded=picture)
    route_all()

    assert set(PushAttachment.objects.values_list("push__direction", flat=True)) == {"forward", "reverse"}


def test_it_leaves_no_credit_record_of_feedback_without_inspection(city: City):
    feedback.report(city.route(), by=acting(city.liaison), text="地址不符")
    route_all()

    back = Push.objects.get(direction=Push.Direction.REVERSE)
    answers.answer(back, by=acting(city.approver), outcome="noted", text="知悉")

    assert not CreditRecord.objects.exists()


def test_it_keeps_late_feedback_as_a_note_and_tells_the_approver(city: City):
    forward = city.route()
    inspect(forward, bad=False)
    route_all()

    done = feedback.report(forward, by=acting(city.liaison), text="又发现问题")

    assert done.note is not None
    assert PushNote.objects.get().is_late
    assert Notice.objects.filter(staff=city.approver, kind="feedback.late").exists()


def test_it_refuses_feedback_before_the_claim(clock, nudges):
    city = build_city(manual=True)
    forward = city.route()

    with pytest.raises(StateForbids) as refusal:
        feedback.report(forward, by=acting(city.liaison), text="问题")

    assert "claim" in refusal.value.allowed


def test_it_refuses_empty_feedback(city: City):
    with pytest.raises(Invalid):
        feedback.report(city.route(), by=acting(city.liaison), text="")


def test_it_waits_for_the_conclusion_before_telling_of_a_permit_change(city: City, clock):
    city.happen("permit.changed", change="revoked", reason="欺骗取得")
    concluded = city.happen()
    route_all()
    clock.shift(10)
    route_all()

    assert Routing.objects.count() == 2
    assert Routing.objects.get(event=concluded).push_count == 1
    assert SupervisedObject.objects.get().status == SupervisedObject.Status.ENDED


def test_it_tells_every_supervisor_of_a_suspension_and_lets_the_duty_run(city: City):
    forward = city.route()

    told = city.route("permit.changed", change="suspended", reason="停业整顿")

    forward.refresh_from_db()
    assert (told.next_step, told.department) == (Push.NextStep.READ, forward.department)
    assert (forward.status, SupervisedObject.objects.get().status) == (Push.Status.CLAIMED, "active")


def test_it_tells_other_supervisors_of_a_credit_fact(city: City):
    forward = city.route()
    events.record(
        "credit.changed",
        by=Actor.system("credit"),
        case_number="",
        summary="新增一般失信记录",
        department=city.application.department,
        subject_id=city.application.subject_id,
    )
    route_all()

    told = Push.objects.get(kind="credit.changed")
    assert (told.department, told.message) == (forward.department, "新增一般失信记录")


def test_it_says_that_nobody_needs_a_credit_fact(city: City):
    city.happen("credit.changed")
    route_all()

    assert Routing.objects.get().reason == "没有其他部门正在监管该相对人或办理其申请"


def test_it_reads_a_normal_result_fed_back(clock, nudges):
    city = build_city(all_results=True)
    inspect(city.route(), bad=False)
    route_all()
    back = Push.objects.get(direction=Push.Direction.REVERSE)

    assert pushes.read(back, by=acting(city.approver)).status == Push.Status.CLOSED


def test_it_answers_two_reports_of_one_inspection_with_one_credit_record(reported):
    city, forward, back = reported
    events.record(
        "finding.reported",
        by=Actor.system("test"),
        case_number=city.application.number,
        summary="补充反馈",
        department=forward.department,
        payload=back.payload | {"push_number": forward.number},
    )
    route_all()
    for question in Push.objects.filter(direction=Push.Direction.REVERSE):
        answers.answer(question, by=acting(city.approver), outcome="noted", text="知悉")

    assert CreditRecord.objects.count() == 1


def test_it_refuses_permit_outcomes_where_there_is_no_permit(reported):
    city, _, back = reported
    Permit.objects.all().delete()

    with pytest.raises(Refusal):
        answers.answer(
            back, by=acting(city.approver), outcome="cancel", text="已停业", legal_basis="行政许可法第七十条"
        )


def test_it_revokes_the_permit_that_a_renewal_wrote_into(reported):
    city, _, back = reported
    held = Permit.objects.get()
    earlier = ApplicationFactory(concluded=True, variant=city.application.variant, subject=held.subject)
    Permit.objects.update(application=earlier)
    decision = DocumentFactory(application=city.application)
    held.events.create(
        kind="renewed",
        document_number=decision.number,
        reason="延续",
        happened_on=date(2026, 11, 20),
        recorded_at=held.issued_at,
    )

    answers.answer(
        back, by=acting(city.approver), outcome="revoke", text="骗取许可", legal_basis="行政许可法第六十九条"
    )

    held.refresh_from_db()
    assert held.status == Permit.Status.REVOKED


def test_it_tells_those_who_heard_of_the_acceptance_of_a_credit_fact(clock, nudges):
    city = build_city(both_stages=True)
    announced = city.route("approval.accepted")

    news = city.route("credit.changed")

    assert (news.department, news.next_step) == (announced.department, Push.NextStep.READ)
