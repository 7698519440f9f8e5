"""受理登记: from the code to the acceptance, with nothing typed ever lost."""

import pytest
from django.urls import reverse

from approvals.models import Application, ApplicationMaterial
from credit.models import CreditCheck, Subject
from tests.factories.approvals import ApplicationFactory, ApplicationMaterialFactory, ItemMaterialFactory
from tests.factories.credit import CreditRecordFactory, SubjectFactory, id_number, uscc_number
from tests.factories.files import upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "nudges")]
NEW = reverse("approvals:intake")
LOOKUP = reverse("approvals:subject_lookup")
HTMX = {"hx-request": "true"}
Status = Application.Status


@pytest.fixture
def subject() -> Subject:
    return SubjectFactory(uscc=uscc_number(70001))


@pytest.fixture
def typed(variant, subject) -> dict[str, str]:
    """A whole form for a new case."""
    return {
        "variant": variant.code,
        "code": subject.uscc,
        "address": "云州市高新区明湖路88号",
        "agent_name": "林书瑶",
        "agent_phone": "13873702165",
        "mode": "standard",
        "do": "accept",
    }


def draft_of(clerk_page, typed) -> Application:
    clerk_page.post(NEW, typed | {"do": "save"})
    return Application.objects.get()


def test_it_accepts_with_one_press(clerk_page, typed):
    response = clerk_page.post(NEW, typed)
    application = Application.objects.get()
    assert application.status == Status.ACCEPTED
    assert response.url == reverse("approvals:application", args=[application.number])


def test_it_asks_for_credit_before_it_accepts(clerk_page, typed):
    clerk_page.post(NEW, typed)
    assert Application.objects.get().credit_check.outcome == CreditCheck.Outcome.NO_RECORD


def test_it_finds_the_applicant_and_asks_for_credit_together(clerk_page, typed, subject):
    response = clerk_page.post(LOOKUP, typed, headers=HTMX)
    page, application = response.content.decode(), Application.objects.get()
    assert subject.name in page
    assert "信用良好" in page
    assert response.headers["HX-Replace-Url"] == reverse("approvals:intake_case", args=[application.pk])
    assert application.credit_check.subject == subject


def test_it_keeps_the_ticked_situations(clerk_page, typed):
    clerk_page.post(LOOKUP, typed | {"situations": ["经营项目含餐饮服务"]}, headers=HTMX)
    assert Application.objects.get().situations == ["经营项目含餐饮服务"]


def test_it_asks_for_credit_only_once_for_the_same_applicant(clerk_page, typed):
    clerk_page.post(LOOKUP, typed, headers=HTMX)
    application = Application.objects.get()
    clerk_page.post(LOOKUP, typed | {"case": application.pk, "version": application.version}, headers=HTMX)
    assert CreditCheck.objects.count() == 1


def test_it_offers_to_register_an_unknown_party(clerk_page, typed):
    response = clerk_page.post(LOOKUP, typed | {"code": uscc_number(70002)}, headers=HTMX)
    assert "登记为新主体" in response.content.decode()
    assert not Application.objects.exists()


def test_it_registers_an_unknown_party(clerk_page, typed):
    new = {"code": uscc_number(70003), "name": "云州新开餐饮有限公司", "kind": "enterprise"}
    clerk_page.post(LOOKUP, typed | new, headers=HTMX)
    assert Application.objects.get().subject.name == "云州新开餐饮有限公司"


def test_it_never_shows_the_number_of_a_person(clerk_page, typed):
    person = SubjectFactory(person=True, id_number=id_number(77))
    response = clerk_page.post(LOOKUP, typed | {"code": person.id_number}, headers=HTMX)
    application = Application.objects.get()
    again = clerk_page.get(reverse("approvals:intake_case", args=[application.pk]))
    assert person.id_number not in response.content.decode() + again.content.decode()
    assert person.id_number not in response.headers["HX-Replace-Url"]


def test_it_says_what_is_wrong_with_a_code(clerk_page, typed, subject):
    wrong = subject.uscc[:-1] + ("A" if subject.uscc[-1] != "A" else "B")
    page = clerk_page.post(LOOKUP, typed | {"code": wrong}, headers=HTMX).content.decode()
    assert 'id="id_code_error"' in page


def test_it_names_a_phone_that_is_too_short_and_keeps_what_was_typed(clerk_page, typed):
    response = clerk_page.post(NEW, typed | {"agent_phone": "1387370216"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "少 1 位，应为 11 位" in page
    assert 'value="林书瑶"' in page
    assert 'href="#id_agent_phone"' in page


def test_it_saves_a_draft_with_half_a_phone(clerk_page, typed):
    assert clerk_page.post(NEW, typed | {"agent_phone": "138", "do": "save"}).status_code == 302
    assert Application.objects.get().status == Status.DRAFT


def test_it_wants_an_applicant_even_for_a_draft(clerk_page, typed):
    assert clerk_page.post(NEW, typed | {"code": "", "do": "save"}).status_code == 422


def test_it_leaves_a_draft_when_papers_are_missing(clerk_page, typed, item):
    ItemMaterialFactory(item=item, name="申请书")
    response = clerk_page.post(NEW, typed)
    application = Application.objects.get()
    assert response.status_code == 409
    assert "材料未齐：申请书" in response.content.decode()
    assert (application.status, application.number) == (Status.DRAFT, None)


def test_it_takes_in_an_upload(clerk_page, typed, item):
    ItemMaterialFactory(item=item)
    application = draft_of(clerk_page, typed)
    row = application.materials.get()
    address = reverse("approvals:intake_material", args=[application.pk, row.pk])
    response = clerk_page.post(address, {"file": upload()}, headers=HTMX)
    row.refresh_from_db()
    assert "已齐 1 / 1" in response.content.decode()
    assert row.state == ApplicationMaterial.State.RECEIVED
    assert row.file.name == "营业执照.pdf"


def test_it_takes_in_an_original(clerk_page, typed, item):
    ItemMaterialFactory(item=item)
    application = draft_of(clerk_page, typed)
    row = application.materials.get()
    clerk_page.post(reverse("approvals:intake_material", args=[application.pk, row.pk]), {"do": "seen"}, headers=HTMX)
    row.refresh_from_db()
    assert (row.state, row.file) == (ApplicationMaterial.State.RECEIVED, None)


def test_it_refuses_an_upload_that_is_no_document(clerk_page, typed, item):
    ItemMaterialFactory(item=item)
    application = draft_of(clerk_page, typed)
    row = application.materials.get()
    address = reverse("approvals:intake_material", args=[application.pk, row.pk])
    response = clerk_page.post(address, {"file": upload("a.pdf", b"MZ not a document")}, headers=HTMX)
    assert response.status_code == 422
    assert response.headers["HX-Retarget"] == "#messages"


def test_it_refuses_a_stale_page_and_offers_the_current_version(clerk_page, typed):
    application = draft_of(clerk_page, typed)
    stale = typed | {"case": application.pk, "version": application.version - 1}
    response = clerk_page.post(NEW, stale)
    assert response.status_code == 409
    assert f'name="version" value="{application.version}"' in response.content.decode()


def test_it_answers_a_second_press_with_where_the_case_stands(clerk_page, typed):
    application = draft_of(clerk_page, typed)
    press = typed | {"case": application.pk, "version": application.version}
    clerk_page.post(NEW, press)
    response = clerk_page.post(NEW, press)
    assert response.status_code == 409
    assert "已受理" in response.content.decode()
    assert Application.objects.count() == 1


def test_it_names_what_the_button_will_do(clerk_page, typed):
    application = draft_of(clerk_page, typed)
    page = clerk_page.get(reverse("approvals:intake_case", args=[application.pk])).content.decode()
    assert '<span id="accept-label">受理并推送</span>' in page


def test_it_accepts_with_tolerance_on_a_signed_promise(clerk_page, typed, item):
    ItemMaterialFactory(item=item, tolerable=True)
    clerk_page.post(NEW, typed | {"mode": "tolerance", "signed_by": "苏子衡", "days": 3})
    application = Application.objects.get()
    assert application.mode == Application.Mode.TOLERANCE
    assert application.tolerance_deadline.amount == 3


def test_it_wants_a_signature_for_the_promise(clerk_page, typed, item):
    ItemMaterialFactory(item=item, tolerable=True)
    response = clerk_page.post(NEW, typed | {"mode": "tolerance"})
    assert response.status_code == 422
    assert 'id="id_signed_by_error"' in response.content.decode()


def test_it_signs_and_accepts_a_commitment_in_one_press(clerk_page, typed, item):
    item.commitment_allowed = True
    item.save()
    clerk_page.post(NEW, typed | {"mode": "commitment", "signed_by": "苏子衡"})
    application = Application.objects.get()
    assert application.mode == Application.Mode.COMMITMENT
    assert application.commitment.signed_by == "苏子衡"


def test_it_shows_the_text_of_the_commitment(clerk_page, typed):
    application = draft_of(clerk_page, typed)
    page = clerk_page.get(reverse("approvals:intake_commitment", args=[application.pk])).content.decode()
    assert "不实承诺的责任" in page


def test_it_closes_conveniences_to_a_severe_failure_but_accepts(clerk_page, typed, subject):
    CreditRecordFactory(subject=subject, severe=True)
    page = clerk_page.post(LOOKUP, typed, headers=HTMX).content.decode()
    assert "容缺受理（不可用）" in page
    application = Application.objects.get()
    clerk_page.post(NEW, typed | {"case": application.pk, "version": application.version})
    application.refresh_from_db()
    assert application.status == Status.ACCEPTED


def test_it_wants_a_reason_to_accept_a_banned_applicant(clerk_page, typed, subject, item):
    CreditRecordFactory(subject=subject, banned=True, related_item_code=item.code)
    response = clerk_page.post(NEW, typed)
    assert response.status_code == 422
    assert 'id="id_ban_override_reason_error"' in response.content.decode()


def test_it_accepts_a_banned_applicant_with_a_reason(clerk_page, typed, subject, item):
    CreditRecordFactory(subject=subject, banned=True, related_item_code=item.code)
    clerk_page.post(NEW, typed | {"ban_override_reason": "原决定正在复议"})
    assert Application.objects.get().ban_override_reason == "原决定正在复议"


def test_it_asks_again_when_told_to(clerk_page, typed):
    application = draft_of(clerk_page, typed)
    response = clerk_page.post(reverse("approvals:credit_panel", args=[application.pk]), typed, headers=HTMX)
    assert 'id="credit-part"' in response.content.decode()
    assert CreditCheck.objects.count() == 1


def test_it_receives_without_deciding(clerk_page, typed):
    application = draft_of(clerk_page, typed)
    clerk_page.post(NEW, typed | {"case": application.pk, "version": application.version, "do": "receive"})
    application.refresh_from_db()
    assert application.status == Status.RECEIVED


def test_it_accepts_a_corrected_case(clerk_page, office, variant):
    application = ApplicationFactory(variant=variant, correcting=True)
    ApplicationMaterialFactory(application=application, received=True)
    clerk_page.post(NEW, {"case": application.pk, "version": application.version, "mode": "standard", "do": "accept"})
    application.refresh_from_db()
    assert application.status == Status.ACCEPTED


def test_it_leads_on_to_the_case_once_that_was_accepted(clerk_page, variant):
    application = ApplicationFactory(variant=variant, accepted=True)
    response = clerk_page.get(reverse("approvals:intake_case", args=[application.pk]))
    assert response.url == reverse("approvals:application", args=[application.number])


def test_it_finds_items_by_initials(clerk_page, variant):
    page = clerk_page.get(reverse("approvals:item_search"), {"q": "spjy"}).content.decode()
    assert f"?variant={variant.code}" in page


def test_it_says_when_no_item_fits(clerk_page):
    assert "没有找到“zzz”" in clerk_page.get(reverse("approvals:item_search"), {"q": "zzz"}).content.decode()


def test_it_shows_the_search_without_an_item(clerk_page):
    assert "快速受理" in clerk_page.get(NEW).content.decode()


def test_a_foreign_department_does_not_find_the_item(foreign_page, variant):
    assert foreign_page.get(NEW, {"variant": variant.code}).status_code == 404


@pytest.mark.parametrize("digits", [19, 30, 5000])
def test_it_finds_no_draft_under_an_endless_number(clerk_page, variant, digits):
    assert clerk_page.post(NEW, {"case": "9" * digits, "variant": variant.code}).status_code == 404


def test_a_foreign_department_does_not_find_the_draft(foreign_page, variant):
    application = ApplicationFactory(variant=variant)
    assert foreign_page.get(reverse("approvals:intake_case", args=[application.pk])).status_code == 404


def test_an_examiner_may_not_take_in(as_, people, variant):
    assert as_(people.examiner).get(NEW, {"variant": variant.code}).status_code == 403


@pytest.mark.parametrize("name", ["subject_lookup"])
def test_it_looks_up_by_post_only(clerk_page, name):
    assert clerk_page.get(reverse(f"approvals:{name}")).status_code == 405
