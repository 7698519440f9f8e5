"""A permit: its page, the acts on it, official papers, and the check anybody may make."""

from datetime import date

import pytest
from django.urls import reverse

from approvals.actions import corrections, receipt
from approvals.models import Document, Permit
from shenguan.access.actors import Actor
from tests.factories.approvals import ApplicationFactory, DocumentFactory, PermitFactory
from tests.factories.credit import SubjectFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "nudges")]
SEARCH = reverse("approvals_public:permit_search")
Status = Permit.Status
REASON = {"reason": "以欺骗手段取得", "legal_basis": "行政许可法第六十九条"}


@pytest.fixture
def permit(variant) -> Permit:
    application = ApplicationFactory(variant=variant, concluded=True, address="云州市高新区明湖路88号")
    return PermitFactory(application=application, number="云审证〔2026〕12号")


def act(client, permit, key, **data):
    return client.post(reverse("approvals:permit_change", args=[permit.pk, key]), REASON | data)


def public_page(client, permit) -> str:
    return client.get(reverse("approvals_public:permit", args=[permit.token])).content.decode()


def test_it_offers_the_acts_open_now(as_, people, permit):
    page = as_(people.decider).get(reverse("approvals:permit", args=[permit.pk])).content.decode()
    assert reverse("approvals:permit_change", args=[permit.pk, "revoke"]) in page
    assert reverse("approvals:permit_change", args=[permit.pk, "restore"]) not in page


def test_it_offers_the_clerk_nothing(clerk_page, permit):
    page = clerk_page.get(reverse("approvals:permit", args=[permit.pk])).content.decode()
    assert reverse("approvals:permit_change", args=[permit.pk, "revoke"]) not in page


def test_it_names_the_consequences_first(as_, people, permit):
    page = as_(people.decider).get(reverse("approvals:permit_change", args=[permit.pk, "revoke"])).content.decode()
    assert "必须办理注销" in page
    assert "监管部门立即收到推送" in page


@pytest.mark.parametrize(
    ("key", "status"),
    [
        ("change", Status.VALID),
        ("suspend", Status.SUSPENDED),
        ("revoke", Status.REVOKED),
        ("withdraw", Status.WITHDRAWN),
        ("cancel", Status.CANCELLED),
    ],
)
def test_it_does_the_act(as_, people, permit, key, status):
    response = act(as_(people.decider), permit, key)
    permit.refresh_from_db()
    assert response.url == reverse("approvals:permit", args=[permit.pk])
    assert permit.status == status
    assert permit.events.count() == 1


def test_it_restores(as_, people, permit):
    Permit.objects.update(status=Status.SUSPENDED)
    act(as_(people.decider), permit, "restore")
    permit.refresh_from_db()
    assert permit.status == Status.VALID


def test_it_wants_a_reason(as_, people, permit):
    response = act(as_(people.decider), permit, "revoke", reason="")
    assert response.status_code == 422
    assert 'id="id_reason_error"' in response.content.decode()


def test_it_does_not_revoke_against_the_public_interest(as_, people, permit):
    assert act(as_(people.decider), permit, "revoke", harms_public_interest="on").status_code == 409
    permit.refresh_from_db()
    assert permit.status == Status.VALID


def test_it_refuses_a_second_press(as_, people, permit):
    act(as_(people.decider), permit, "cancel")
    assert act(as_(people.decider), permit, "cancel").status_code == 409
    assert permit.events.count() == 1


def test_a_clerk_may_not_act(clerk_page, permit):
    assert act(clerk_page, permit, "cancel").status_code == 403


def test_a_foreign_department_does_not_find_the_permit(foreign_page, permit):
    assert foreign_page.get(reverse("approvals:permit", args=[permit.pk])).status_code == 404
    assert act(foreign_page, permit, "cancel").status_code == 404


def test_an_unknown_act_is_not_there(as_, people, permit):
    assert act(as_(people.decider), permit, "burn").status_code == 404


def test_anybody_may_check_by_code(client, permit):
    page = public_page(client, permit)
    assert "<b>有效</b>" in page
    assert permit.subject.uscc in page
    assert 'class="qr"' in page


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (Status.EXPIRED, "已过期"),
        (Status.CANCELLED, "已注销"),
        (Status.REVOKED, "已撤销"),
        (Status.WITHDRAWN, "已撤回"),
        (Status.SUSPENDED, "暂扣"),
    ],
)
def test_the_check_says_the_state_in_words(client, permit, status, word):
    Permit.objects.update(status=status)
    assert f"<b>{word}</b>" in public_page(client, permit)


def test_a_permit_past_its_last_day_has_expired(client, permit):
    Permit.objects.update(valid_to=date(2026, 11, 19), valid_from=date(2021, 11, 20))
    assert "<b>已过期</b>" in public_page(client, permit)


def test_a_permit_is_valid_on_its_last_day(client, permit):
    Permit.objects.update(valid_to=date(2026, 11, 20), valid_from=date(2021, 11, 20))
    assert "<b>有效</b>" in public_page(client, permit)


def test_an_unknown_code_is_told(client):
    response = client.get(reverse("approvals_public:permit", args=["nothing"]))
    assert response.status_code == 404
    assert "查无此证" in response.content.decode()


def test_the_check_shows_nothing_personal(client, variant):
    person = SubjectFactory(person=True)
    application = ApplicationFactory(
        variant=variant, concluded=True, subject=person, address="云州市高新区家中", agent_phone="13873702165"
    )
    page = public_page(client, PermitFactory(application=application))
    assert all(text not in page for text in (person.id_number, person.name, "家中", "13873702165", person.phone))
    assert "郑*明" in page


def test_anybody_may_search_by_number_and_holder(client, permit):
    response = client.post(SEARCH, {"number": "云审证(2026)12号", "holder": permit.subject.name})
    assert response.url == reverse("approvals_public:permit", args=[permit.token])


def test_anybody_may_search_by_number_and_code(client, permit):
    response = client.post(SEARCH, {"number": permit.number, "holder": permit.subject.uscc.lower()})
    assert response.url == reverse("approvals_public:permit", args=[permit.token])


def test_the_holder_must_fit(client, permit):
    response = client.post(SEARCH, {"number": permit.number, "holder": permit.subject.name[:-1]})
    assert response.status_code == 404
    assert "查无此证" in response.content.decode()


def test_the_search_wants_both(client, permit):
    response = client.post(SEARCH, {"number": permit.number})
    assert response.status_code == 422
    assert 'id="id_holder_error"' in response.content.decode()


def test_a_paper_reads_officially(clerk_page, people, variant):
    application = ApplicationFactory(variant=variant)
    by = Actor.of_staff(people.clerk)
    receipt.receive(application, by=by)
    corrections.request(application, by=by, requests=[(None, "更正经营场所")])
    notice = application.documents.get(kind=Document.Kind.CORRECTION)
    page = clerk_page.get(reverse("approvals:document", args=[notice.pk])).content.decode()
    assert all(text in page for text in (notice.number, "1. 更正经营场所", "2026年11月20日"))


def test_a_receipt_names_its_day(clerk_page, people, variant):
    application = ApplicationFactory(variant=variant)
    receipt.receive(application, by=Actor.of_staff(people.clerk))
    paper = application.documents.get()
    assert "已于2026年11月20日收到" in clerk_page.get(reverse("approvals:document", args=[paper.pk])).content.decode()


BODIES = {
    "acceptance": {"accepted_on": "2026-03-17", "statutory_due_on": "2026-04-15", "promised_due_on": "2026-03-24"},
    "tolerance": {
        "accepted_on": "2026-03-17",
        "statutory_due_on": "2026-04-15",
        "promised_due_on": "2026-03-24",
        "missing": ["健康证明"],
        "due_on": "2026-03-20",
        "promise_signed_by": "苏子衡",
        "effect": "逾期终止。",
    },
    "non_acceptance": {
        "ground": "不属于本机关职权范围",
        "reason": "属县级",
        "right_office": "县局",
        "remedy": "可复议",
    },
    "not_required": {"reason": "不在目录"},
    "extension": {"reason": "案情复杂", "days": 10, "statutory_due_on": "2026-04-15"},
    "pause": {"reason": "检测", "start_on": "2026-03-17", "days": 5},
    "grant": {"reason": "", "remedy": ""},
    "refusal": {"reason": "场所不符", "remedy": "可复议"},
    "commitment": {"text": "承诺书\n全文", "sha256": "ab", "version": "1"},
    "termination": {"reason": "申请人放弃"},
    "revocation": {"permit": "云审证〔2026〕1号", "reason": "欺骗", "legal_basis": "第六十九条"},
}


@pytest.mark.parametrize("kind", sorted(BODIES))
def test_every_kind_of_paper_can_be_printed(clerk_page, variant, kind):
    application = ApplicationFactory(variant=variant, accepted=True)
    facts = {"applicant": application.subject.name, "case_number": application.number}
    paper = DocumentFactory(application=application, kind=kind, body=facts | BODIES[kind])
    page = clerk_page.get(reverse("approvals:document", args=[paper.pk])).content.decode()
    assert f'<h1 id="paper-h">{paper.get_kind_display()}</h1>' in page


def test_a_foreign_department_does_not_find_the_paper(foreign_page, variant):
    paper = DocumentFactory(application=ApplicationFactory(variant=variant, granted=True))
    assert foreign_page.get(reverse("approvals:document", args=[paper.pk])).status_code == 404
