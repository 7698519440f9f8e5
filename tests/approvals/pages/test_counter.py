"""补正告知, 不予受理 and 不受理."""

import pytest
from django.urls import reverse

from approvals.actions.refusals import Ground
from approvals.forms.counter import RefusalForm
from approvals.models import Application
from tests.factories.approvals import ApplicationFactory, ApplicationMaterialFactory, DocumentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "nudges")]
Status = Application.Status


@pytest.fixture
def received(variant) -> Application:
    return ApplicationFactory(variant=variant, received=True)


def correct(client, application, **data):
    address = reverse("approvals:intake_correction", args=[application.pk])
    return client.post(address, {"version": application.version, **data})


def refuse(client, application, **data):
    address = reverse("approvals:intake_refusal", args=[application.pk])
    return client.post(address, {"version": application.version, **data})


def test_it_proposes_the_missing_papers(clerk_page, received):
    row = ApplicationMaterialFactory(application=received)
    page = clerk_page.get(reverse("approvals:intake_correction", args=[received.pk])).content.decode()
    assert row.material.name in page
    assert "请提交原件" in page


def test_it_gives_the_notice(clerk_page, received):
    row = ApplicationMaterialFactory(application=received)
    correct(clerk_page, received, **{f"paper_{row.material_id}": "请提交原件", "other_1": "更正经营场所"})
    received.refresh_from_db()
    assert received.status == Status.CORRECTING
    assert len(received.documents.get().body["requests"]) == 2


def test_it_receives_a_draft_first(clerk_page, variant):
    draft = ApplicationFactory(variant=variant)
    correct(clerk_page, draft, other_1="更正经营场所")
    draft.refresh_from_db()
    assert draft.status == Status.CORRECTING
    assert draft.number.endswith("-0001")


def test_it_leaves_the_draft_when_nothing_is_asked_for(clerk_page, variant):
    draft = ApplicationFactory(variant=variant)
    assert correct(clerk_page, draft).status_code == 422
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_it_refuses_a_catch_all(clerk_page, received):
    assert correct(clerk_page, received, other_1="提交其他材料").status_code == 422


def test_it_gives_the_notice_once(clerk_page, received):
    DocumentFactory(application=received, kind="correction")
    assert correct(clerk_page, received, other_1="更正经营场所").status_code == 409


def test_it_refuses_a_stale_notice(clerk_page, received):
    response = correct(clerk_page, received, other_1="更正经营场所", version=received.version + 1)
    assert response.status_code == 409
    assert "更正经营场所" in response.content.decode()


def test_it_refuses_acceptance_with_the_right_office(clerk_page, received):
    refuse(clerk_page, received, ground=Ground.NOT_OUR_POWER, reason="属县级权限", right_office="临江区行政审批局")
    received.refresh_from_db()
    assert received.status == Status.NOT_ACCEPTED


def test_it_wants_the_right_office_named(clerk_page, received):
    response = refuse(clerk_page, received, ground=Ground.NOT_OUR_POWER, reason="属县级权限")
    assert response.status_code == 422
    assert 'id="id_right_office_error"' in response.content.decode()


def test_it_says_that_no_permit_is_needed(clerk_page, received):
    refuse(clerk_page, received, ground=RefusalForm.NOT_REQUIRED, reason="不在许可目录内")
    received.refresh_from_db()
    assert received.status == Status.NOT_REQUIRED


def test_credit_is_no_ground(clerk_page, received):
    response = refuse(clerk_page, received, ground=Ground.BANNED, reason="有失信记录")
    assert response.status_code == 409
    received.refresh_from_db()
    assert received.status == Status.RECEIVED


def test_a_second_press_learns_where_the_case_stands(clerk_page, received):
    answer = {"ground": RefusalForm.NOT_REQUIRED, "reason": "不在许可目录内"}
    refuse(clerk_page, received, **answer)
    response = refuse(clerk_page, received, **answer)
    assert response.status_code == 409
    assert "不受理" in response.content.decode()


@pytest.mark.parametrize("name", ["intake_correction", "intake_refusal"])
def test_a_foreign_department_does_not_find_the_case(foreign_page, received, name):
    assert foreign_page.get(reverse(f"approvals:{name}", args=[received.pk])).status_code == 404


@pytest.mark.parametrize("name", ["intake_correction", "intake_refusal"])
def test_an_examiner_has_no_right(as_, people, received, name):
    assert as_(people.examiner).get(reverse(f"approvals:{name}", args=[received.pk])).status_code == 403


def test_it_never_asks_for_what_the_office_fetches_itself(clerk_page, received):
    waived = ApplicationMaterialFactory(application=received, state="waived")
    page = clerk_page.get(reverse("approvals:intake_correction", args=[received.pk])).content.decode()
    assert waived.material.name not in page
