"""The page of a push and what may be done there."""

import pytest
from django.urls import reverse

from linkage.models import DutyObjection, Push, PushNote
from shenguan.access.roles import Role
from shenguan.audit.models import AuditEntry
from supervision.models import CheckTask
from tests.factories.approvals import CommitmentFactory
from tests.factories.files import upload
from tests.factories.ground import StaffFactory
from tests.factories.linkage import DeliveryFactory, PushFactory
from tests.linkage.conftest import route_all


def page(push: Push) -> str:
    return reverse("linkage:push_detail", args=[push.number])


def deed(push: Push, action: str) -> str:
    return reverse("linkage:push_deed", args=[push.number, action])


def text_of(response) -> str:
    return response.content.decode()


@pytest.fixture
def to_read(city) -> Push:
    """Only to be read."""
    return PushFactory(entry=city.entry, application=city.application)


@pytest.fixture
def to_answer(city) -> Push:
    """A report waiting for the approver."""
    return PushFactory(entry=city.entry, application=city.application, waiting_answer=True)


def test_it_shows_the_supervisor_what_was_promised(liaison, city):
    promised = CommitmentFactory(application=city.application, text="本人承诺符合全部条件")
    push = PushFactory(entry=city.entry, application=city.application, by_commitment=True)
    text = text_of(liaison.get(page(push)))
    assert promised.text in text
    assert "查看承诺书全文" in text


def test_it_shows_both_sides_of_the_push(liaison, push):
    text = text_of(liaison.get(page(push)))
    assert push.subject.name in text
    assert push.supervision_item.name in text
    assert push.owner.name in text
    assert "已推送" in text  # what happened


def test_it_leads_an_inspector_to_the_check(sign_in, city, push):
    inspector = StaffFactory(department=push.department, roles=[Role.INSPECTOR])
    task = CheckTask.objects.get(push_number=push.number)
    text = text_of(sign_in(inspector).get(page(push)))
    assert "开展首次检查" in text
    assert f'action="{reverse("supervision:task_start", args=[task.pk])}"' in text


def test_it_offers_no_check_to_somebody_who_may_not_inspect(sign_in, city, push):
    head = StaffFactory(department=push.department, roles=[Role.SUPERVISION_HEAD])
    assert "开展首次检查" not in text_of(sign_in(head).get(page(push)))


def test_the_sender_may_look_and_ask_for_it_back_but_not_act(approver, push):
    response = approver.get(page(push))
    assert response.status_code == 200
    assert [name for name, _ in response.context["deeds"]] == ["withdraw"]


def test_a_stranger_finds_nothing(stranger, push):
    assert stranger.get(page(push)).status_code == 404


def test_it_lists_deliveries_with_their_errors(liaison, push):
    DeliveryFactory(push=push, dead=True)
    assert "应答 410" in text_of(liaison.get(page(push)))


def test_it_offers_the_deeds_of_the_state(liaison, push):
    assert [name for name, _ in liaison.get(page(push)).context["deeds"]] == [
        "feedback",
        "measure",
        "assign",
        "transfer",
        "return",
        "note",
    ]


def test_reading_closes_what_had_to_be_known(liaison, to_read):
    response = liaison.post(deed(to_read, "read"), {"version": to_read.version}, follow=True)
    assert "已签阅推送" in text_of(response)
    to_read.refresh_from_db()
    assert to_read.read_at is not None


def test_reading_twice_is_refused_and_says_why(liaison, to_read):
    liaison.post(deed(to_read, "read"), {"version": to_read.version})
    response = liaison.post(deed(to_read, "read"))
    assert response.status_code == 409
    assert "不能签阅" in text_of(response)


def test_a_stale_page_is_refused(liaison, to_read):
    Push.objects.filter(pk=to_read.pk).update(version=7)
    response = liaison.post(deed(to_read, "read"), {"version": to_read.version})
    assert response.status_code == 409
    assert "刚刚被他人修改" in text_of(response)


def test_claiming_starts_the_work(liaison, city):
    waiting = PushFactory(entry=city.entry, application=city.application, waiting=True)
    liaison.post(deed(waiting, "claim"), {"version": waiting.version})
    waiting.refresh_from_db()
    assert waiting.status == Push.Status.CLAIMED


def test_assigning_needs_somebody(liaison, to_read):
    response = liaison.post(deed(to_read, "assign"), {"assignee": ""})
    assert response.status_code == 422
    assert "指派给" in text_of(response)


def test_assigning_gives_it_to_a_colleague(liaison, city, to_read):
    colleague = StaffFactory(department=city.entry.department, roles=[Role.INSPECTOR])
    liaison.post(deed(to_read, "assign"), {"assignee": colleague.username, "version": to_read.version})
    to_read.refresh_from_db()
    assert to_read.assignee == colleague


def test_an_objection_needs_a_reason_and_keeps_what_was_typed(liaison, push):
    response = liaison.post(deed(push, "return"), {"reason_code": "", "reason": "按三定规定不归本局"})
    assert response.status_code == 422
    assert "按三定规定不归本局" in text_of(response)
    assert not DutyObjection.objects.exists()


def test_an_objection_leaves_the_duty_here(liaison, push):
    values = {"reason_code": "not_our_duty", "reason": "按三定规定不归本局", "version": push.version}
    text = text_of(liaison.post(deed(push, "return"), values, follow=True))
    assert "等待统筹协调员裁定" in text
    push.refresh_from_db()
    assert push.status == Push.Status.OBJECTED
    assert push.department == push.entry.department


def test_a_second_objection_is_refused_before_anything_is_typed(liaison, push):
    values = {"reason_code": "not_our_duty", "reason": "不归本局", "version": push.version}
    liaison.post(deed(push, "return"), values)
    assert liaison.get(deed(push, "return")).status_code == 409


def test_feedback_reaches_the_approver_with_its_proposal_and_paper(liaison, approver, push):
    values = {"text": "以虚假材料取得许可", "proposal": "revoke", "uploaded": upload(), "version": push.version}
    assert "反馈已提交" in text_of(liaison.post(deed(push, "feedback"), values, follow=True))
    route_all()
    back = Push.objects.reverse_direction().get()
    text = text_of(approver.get(page(back)))
    assert "建议撤销" in text
    assert "以虚假材料取得许可" in text
    paper = reverse("linkage:push_paper", args=[back.number, back.attachments.get().file.uuid])
    assert approver.get(paper).status_code == 200


def test_a_paper_is_nobody_elses(liaison, stranger, push):
    liaison.post(deed(push, "feedback"), {"text": "发现问题", "uploaded": upload(), "version": push.version})
    push.refresh_from_db()
    paper = reverse("linkage:push_paper", args=[push.number, push.attachments.get().file.uuid])
    assert stranger.get(paper).status_code == 404


def test_late_feedback_is_kept_as_a_note(liaison, city):
    closed = PushFactory(entry=city.entry, application=city.application, closed=True)
    assert liaison.get(deed(closed, "feedback")).status_code == 200
    text = text_of(liaison.post(deed(closed, "feedback"), {"text": "补充情况"}, follow=True))
    assert "已作为备注留存" in text
    assert PushNote.objects.get().is_late


def test_an_answer_is_recorded(approver, to_answer):
    values = {"outcome": "keep", "text": "已责令整改，维持许可", "version": to_answer.version}
    approver.post(deed(to_answer, "answer"), values)
    to_answer.refresh_from_db()
    assert (to_answer.status, to_answer.answer_outcome) == (Push.Status.ANSWERED, "keep")


def test_an_answer_that_changes_the_permit_needs_a_law(approver, to_answer):
    response = approver.post(deed(to_answer, "answer"), {"outcome": "revoke", "text": "虚假材料", "legal_basis": ""})
    assert response.status_code == 422
    assert "变动许可须写明法律依据" in text_of(response)


def test_the_supervisor_does_not_answer(liaison, to_answer):
    response = liaison.post(deed(to_answer, "answer"), {"outcome": "keep", "text": "代答"})
    assert response.status_code == 403
    to_answer.refresh_from_db()
    assert to_answer.status == Push.Status.WAITING_ANSWER


def test_a_stranger_cannot_act(stranger, to_read):
    assert stranger.post(deed(to_read, "read")).status_code == 404
    to_read.refresh_from_db()
    assert to_read.read_at is None


def test_a_note_may_come_from_the_sender_too(approver, push):
    approver.post(deed(push, "note"), {"text": "申请人已补充资料"})
    assert PushNote.objects.get().text == "申请人已补充资料"


def test_an_unknown_action_is_not_found(liaison, push):
    assert liaison.get(deed(push, "delete")).status_code == 404


def test_htmx_gets_the_form_alone_and_goes_back_where_it_came_from(liaison, to_read):
    here = {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://testserver/linkage/inbox/?view=read"}
    text = text_of(liaison.get(deed(to_read, "note"), **here))
    assert "<html" not in text
    assert "/linkage/inbox/?view=read" in text
    values = {"text": "备注", "next": "/linkage/inbox/?view=read"}
    assert liaison.post(deed(to_read, "note"), values, **here)["HX-Redirect"] == "/linkage/inbox/?view=read"


def test_the_phone_is_shown_for_a_reason_that_stays(liaison, push):
    contact = reverse("linkage:push_contact", args=[push.number])
    assert push.subject.phone not in text_of(liaison.get(contact))
    assert liaison.post(contact, {"reason": ""}).status_code == 422
    assert push.subject.phone in text_of(liaison.post(contact, {"reason": "联系上门检查"}))
    assert AuditEntry.objects.filter(action="personal_data.unmask").count() == 1


def test_the_phone_is_not_shown_without_the_right(coordinating, push):
    contact = reverse("linkage:push_contact", args=[push.number])
    assert coordinating.post(contact, {"reason": "了解情况"}).status_code == 403


@pytest.mark.parametrize("name", ["push_detail", "inbox_preview", "push_deeds"])
def test_posting_to_a_page_is_refused(liaison, push, name):
    assert liaison.post(reverse(f"linkage:{name}", args=[push.number])).status_code == 405


def test_it_costs_the_same_for_a_long_history(liaison, city, push, django_assert_max_num_queries):
    for n in range(20):
        PushFactory(entry=city.entry, application=city.application, sequence=700 + n)
    with django_assert_max_num_queries(22):
        liaison.get(page(push))
