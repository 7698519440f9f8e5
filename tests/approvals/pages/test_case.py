"""The page of one case: what is shown, what is offered to whom, and what each operation answers."""

import pytest
from django.urls import reverse

from approvals.models import Application, ApplicationMaterial, ApplicationStep
from shenguan import events
from shenguan.access.actors import Actor
from tests.factories.approvals import (
    ApplicationFactory,
    ApplicationMaterialFactory,
    ApplicationStepFactory,
    CommitmentFactory,
    DecisionFactory,
    DocumentFactory,
    ItemVariantFactory,
    PermitFactory,
)
from tests.factories.credit import SubjectFactory
from tests.factories.files import StoredFileFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "nudges")]
Status = Application.Status
Stage = ApplicationStep.Stage


@pytest.fixture
def accepted(variant) -> Application:
    return ApplicationFactory(variant=variant, accepted=True, agent_phone="13873702165", agent_name="林书瑶")


def page_of(client, application) -> str:
    response = client.get(reverse("approvals:application", args=[application.number]))
    assert response.status_code == 200
    return response.content.decode()


def operate(client, application, key, **data):
    address = reverse("approvals:operate", args=[application.number, key])
    return client.post(address, {"version": application.version, **data})


def test_it_shows_both_rails(clerk_page, accepted):
    page = page_of(clerk_page, accepted)
    assert 'aria-label="审批"' in page
    assert reverse("linkage:case_rail", args=[accepted.number]) in page


def test_it_shows_the_days_up_to_the_promised_one(clerk_page, accepted):
    page = page_of(clerk_page, accepted)
    assert "11 月 27 日（五）到期" in page
    assert page.count("<em>休</em>") == 2


def test_it_masks_the_phone(clerk_page, accepted):
    page = page_of(clerk_page, accepted)
    assert "138****2165" in page
    assert "13873702165" not in page


def test_it_shows_the_phone_for_a_reason(clerk_page, accepted):
    address = reverse("approvals:phone", args=[accepted.number])
    assert "13873702165" in clerk_page.post(address, {"reason": "联系踏勘时间"}).content.decode()


def test_it_tells_the_timeline_without_what_supervision_keeps_to_itself(clerk_page, accepted):
    by = Actor.system("test")
    events.record("push.created", by=by, case_number=accepted.number, summary="已推送市市场监管局")
    events.record("push.note", by=by, case_number=accepted.number, summary="内部批注", visibility="supervision")
    page = page_of(clerk_page, accepted)
    assert "已推送市市场监管局" in page
    assert "内部批注" not in page


def test_it_masks_a_person(clerk_page, variant):
    application = ApplicationFactory(variant=variant, accepted=True, subject=SubjectFactory(person=True))
    page = page_of(clerk_page, application)
    assert "郑*明" in page
    assert "郑启明" not in page


def test_it_offers_the_examiner_the_opinion(as_, people, accepted):
    assert "当前任务：提交审查意见" in page_of(as_(people.examiner), accepted)


def test_it_offers_the_clerk_no_opinion(clerk_page, accepted):
    page = page_of(clerk_page, accepted)
    assert "当前环节：审查" in page
    assert "当前任务" not in page


def test_it_says_why_somebody_may_not_do_a_second_stage(as_, people, accepted):
    ApplicationStepFactory(application=accepted, stage=Stage.INTAKE, staff_key=people.decider.username)
    page = page_of(as_(people.decider), accepted)
    assert "五分设要求“审查”由他人办理" in page
    assert "当前任务" not in page


def test_it_takes_the_opinion(as_, people, accepted):
    response = operate(as_(people.examiner), accepted, "examine", conclusion="pass", opinion="材料真实")
    accepted.refresh_from_db()
    assert response.url == reverse("approvals:application", args=[accepted.number])
    assert accepted.status == Status.EXAMINED


def test_it_wants_the_opinion_written(as_, people, accepted):
    response = operate(as_(people.examiner), accepted, "examine", conclusion="pass", opinion="")
    assert response.status_code == 422
    assert 'id="id_opinion_error"' in response.content.decode()


def test_it_refuses_an_opinion_on_a_stale_page_and_keeps_it(as_, people, accepted):
    response = operate(
        as_(people.examiner), accepted, "examine", conclusion="pass", opinion="材料真实", version=accepted.version + 1
    )
    page = response.content.decode()
    assert response.status_code == 409
    assert "材料真实" in page
    assert f'name="version" value="{accepted.version}"' in page


def test_it_refuses_a_second_press(as_, people, accepted):
    client = as_(people.examiner)
    operate(client, accepted, "examine", conclusion="pass", opinion="材料真实")
    response = operate(client, accepted, "examine", conclusion="pass", opinion="材料真实")
    assert response.status_code == 409
    assert accepted.steps.count() == 1


def test_it_refuses_a_person_who_did_another_stage(as_, people, accepted):
    ApplicationStepFactory(application=accepted, stage=Stage.INTAKE, staff_key=people.examiner.username)
    response = operate(as_(people.examiner), accepted, "examine", conclusion="pass", opinion="材料真实")
    assert response.status_code == 403


def test_it_refuses_a_person_without_the_right(clerk_page, accepted):
    assert operate(clerk_page, accepted, "examine", conclusion="pass", opinion="材料真实").status_code == 403


def test_it_takes_the_survey_of_two(as_, people, item):
    surveyed = ApplicationFactory(variant=ItemVariantFactory(item=item, surveyed=True), examined=True)
    both = [people.surveyor.pk, people.second_surveyor.pk]
    operate(as_(people.surveyor), surveyed, "survey", surveyors=both, conclusion="pass", opinion="与图纸一致")
    assert surveyed.steps.filter(stage=Stage.SURVEY).count() == 2


def test_it_wants_two_surveyors(as_, people, item):
    surveyed = ApplicationFactory(variant=ItemVariantFactory(item=item, surveyed=True), examined=True)
    one = [people.surveyor.pk]
    response = operate(as_(people.surveyor), surveyed, "survey", surveyors=one, conclusion="pass", opinion="一致")
    assert response.status_code == 422
    assert "2 名以上" in response.content.decode()


def test_it_grants(as_, people, variant):
    application = ApplicationFactory(variant=variant, examined=True)
    operate(as_(people.decider), application, "decide", result="granted")
    application.refresh_from_db()
    assert application.status == Status.GRANTED


def test_it_wants_reasons_for_a_refusal(as_, people, variant):
    application = ApplicationFactory(variant=variant, examined=True)
    response = operate(as_(people.decider), application, "decide", result="refused", remedy="可以复议")
    assert response.status_code == 422
    assert 'id="id_reason_error"' in response.content.decode()


def test_it_refuses_the_permit_with_reasons(as_, people, variant):
    application = ApplicationFactory(variant=variant, examined=True)
    operate(as_(people.decider), application, "decide", result="refused", reason="场所不符", remedy="可以复议")
    application.refresh_from_db()
    assert (application.status, application.result) == (Status.CONCLUDED, "refused")


def test_it_warns_the_decider_of_missing_papers(as_, people, variant):
    application = ApplicationFactory(variant=variant, examined=True, mode="tolerance")
    ApplicationMaterialFactory(application=application, tolerated=True, material__tolerable=True)
    assert "暂不能准予" in page_of(as_(people.decider), application)


def test_it_issues_the_permit(as_, people, variant):
    granted = ApplicationFactory(variant=variant, granted=True)
    DecisionFactory(document=DocumentFactory(application=granted))
    operate(as_(people.issuer), granted, "issue", valid_from="2026-11-20")
    granted.refresh_from_db()
    assert granted.status == Status.CONCLUDED
    assert granted.permit.number in page_of(as_(people.issuer), granted)


def test_a_commitment_is_decided_without_examination(as_, people, variant):
    application = ApplicationFactory(variant=variant, accepted=True, mode="commitment")
    CommitmentFactory(application=application)
    page = page_of(as_(people.decider), application)
    assert "告知承诺，直接决定" in page


@pytest.mark.parametrize(
    ("key", "person", "data"),
    [
        ("pause", "examiner", {"reason": "testing", "days": 5, "start_on": "2026-11-20"}),
        ("extend", "decider", {"reason": "案情复杂"}),
        ("withdraw", "clerk", {"reason": "申请人放弃"}),
        ("terminate", "clerk", {"reason": "申请人注销"}),
    ],
)
def test_it_does_the_special_procedures(as_, people, accepted, key, person, data):
    client = as_(getattr(people, person))
    assert client.get(reverse("approvals:operate", args=[accepted.number, key])).status_code == 200
    response = operate(client, accepted, key, **data)
    assert response.url == reverse("approvals:application", args=[accepted.number])


def test_it_goes_on_counting_after_a_pause(as_, people, accepted):
    client = as_(people.examiner)
    operate(client, accepted, "pause", reason="testing", days=5, start_on="2026-11-20")
    accepted.refresh_from_db()
    operate(client, accepted, "resume", end_on="2026-11-20")
    accepted.statutory_deadline.refresh_from_db()
    assert not accepted.statutory_deadline.is_paused


def test_it_ends_the_one_of_two_pauses_that_is_over(as_, people, accepted):
    client = as_(people.examiner)
    for reason in ("testing", "hearing"):
        operate(client, accepted, "pause", reason=reason, days=5, start_on="2026-11-20")
        accepted.refresh_from_db()

    operate(client, accepted, "resume", end_on="2026-11-20", reason="testing")

    assert accepted.statutory_deadline.pauses.get(end_on=None).reason == "hearing"


def test_it_sends_back_to_examination(as_, people, variant):
    application = ApplicationFactory(variant=variant, examined=True)
    operate(as_(people.decider), application, "return", reason="补充核实面积")
    application.refresh_from_db()
    assert application.status == Status.ACCEPTED


def test_it_takes_a_tolerated_paper_later(clerk_page, accepted):
    row = ApplicationMaterialFactory(application=accepted, tolerated=True, material__tolerable=True)
    clerk_page.post(reverse("approvals:supplement", args=[accepted.number, row.pk]))
    row.refresh_from_db()
    assert row.state == ApplicationMaterial.State.RECEIVED


def test_it_hands_out_a_scan(clerk_page, accepted):
    row = ApplicationMaterialFactory(application=accepted, received=True, file=StoredFileFactory())
    response = clerk_page.get(reverse("approvals:material_file", args=[row.pk]))
    assert response.status_code == 200
    assert b"".join(response.streaming_content).startswith(b"%PDF")


def test_a_foreign_department_gets_no_scan(foreign_page, accepted):
    row = ApplicationMaterialFactory(application=accepted, received=True, file=StoredFileFactory())
    assert foreign_page.get(reverse("approvals:material_file", args=[row.pk])).status_code == 404


def test_a_foreign_department_does_not_find_the_case(foreign_page, accepted):
    assert foreign_page.get(reverse("approvals:application", args=[accepted.number])).status_code == 404


def test_a_foreign_department_cannot_operate(foreign_page, accepted):
    assert operate(foreign_page, accepted, "examine", conclusion="pass", opinion="越权").status_code == 404


def test_an_inspector_has_no_right_to_the_page(inspector_page, accepted):
    assert inspector_page.get(reverse("approvals:application", args=[accepted.number])).status_code == 403


def test_an_unknown_operation_is_not_there(clerk_page, accepted):
    assert operate(clerk_page, accepted, "burn").status_code == 404


def test_the_page_only_reads(clerk_page, accepted):
    assert clerk_page.post(reverse("approvals:application", args=[accepted.number])).status_code == 405


def test_it_links_the_permit(clerk_page, variant):
    permit = PermitFactory(application=ApplicationFactory(variant=variant, concluded=True))
    assert reverse("approvals:permit", args=[permit.pk]) in page_of(clerk_page, permit.application)
