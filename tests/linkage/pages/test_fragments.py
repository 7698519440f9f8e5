"""Parts of other pages: who may see them and what they say."""

import pytest
from django.urls import reverse

from approvals.models import ApprovalItem
from linkage.models import Push
from shenguan.access.roles import Role
from supervision.models import CheckTask
from tests.factories.ground import StaffFactory
from tests.factories.linkage import LinkageEntryFactory, PushFactory, UnmappedEventFactory
from tests.factories.supervision import FindingFactory
from tests.linkage.conftest import route_all

CASE_FRAGMENTS = ["case_timeline", "case_rail", "case_pushes"]


def text_of(response) -> str:
    return response.content.decode()


def of_case(name: str, city) -> str:
    return reverse(f"linkage:{name}", args=[city.application.number])


@pytest.mark.parametrize("name", CASE_FRAGMENTS)
@pytest.mark.parametrize("who", ["liaison", "approver", "coordinating"])
def test_both_sides_and_the_coordinator_see_it(request, city, push, name, who):
    assert request.getfixturevalue(who).get(of_case(name, city)).status_code == 200


@pytest.mark.parametrize("name", CASE_FRAGMENTS)
def test_a_stranger_finds_no_case(stranger, city, push, name):
    assert stranger.get(of_case(name, city)).status_code == 404


@pytest.mark.parametrize("name", CASE_FRAGMENTS)
def test_a_supervisor_who_was_not_told_finds_no_case(liaison, city, name):
    assert liaison.get(of_case(name, city)).status_code == 404


@pytest.mark.parametrize("name", CASE_FRAGMENTS)
def test_without_the_right_it_is_refused(sign_in, city, name):
    nobody = StaffFactory(department=city.application.department, roles=[Role.SECURITY_ADMIN])
    assert sign_in(nobody).get(of_case(name, city)).status_code == 403


def test_the_timeline_tells_what_happened(approver, city, push):
    assert f"推送编号 {push.number}" in text_of(approver.get(of_case("case_timeline", city)))


def test_the_pushes_are_those_of_the_viewers_side(liaison, approver, city, push):
    foreign = PushFactory(application=city.application, entry=LinkageEntryFactory(approval_item=city.application.item))
    assert foreign.number in text_of(approver.get(of_case("case_pushes", city)))
    assert foreign.number not in text_of(liaison.get(of_case("case_pushes", city)))


def stops(client, city) -> dict[str, tuple[str, bool]]:
    rail = client.get(of_case("case_rail", city)).context["rail"]
    return {stop.column: (stop.title, stop.is_done) for stop in rail.stops}


def test_the_rail_shows_where_the_case_landed(approver, city, push):
    assert stops(approver, city) == {
        "c1": ("推送即认领", False),
        "c5": ("推送即认领", True),
        "c6": ("首次检查", False),
        "c7": ("结果反馈", False),
        "c8": ("信用归集", False),
    }


def test_the_rail_ticks_a_finished_check(approver, city, push, clock):
    CheckTask.objects.update(status=CheckTask.Status.DONE)
    assert stops(approver, city)["c6"] == ("首次检查", True)


def test_the_rail_ticks_an_answered_report(approver, city, push):
    PushFactory(entry=city.entry, application=city.application, answered=True)
    assert stops(approver, city)["c7"] == ("反馈已答复", True)


def test_the_rail_says_when_somebody_still_has_to_claim(approver, city):
    PushFactory(entry=city.entry, application=city.application, waiting=True)
    assert stops(approver, city)["c5"] == ("待认领", False)


def test_the_rail_does_not_wait_for_a_claim_that_is_over(approver, city):
    PushFactory(
        entry=city.entry,
        application=city.application,
        kind="approval.accepted",
        closed=True,
        claimed_by="",
        claimed_at=None,
    )
    assert stops(approver, city)["c1"] == ("已推送", True)


def test_the_rail_knows_the_term_of_the_first_check_from_the_acceptance_on(approver, city):
    assert "办结后按清单" in text_of(approver.get(of_case("case_rail", city)))
    PushFactory(entry=city.entry, application=city.application, kind="approval.accepted")
    assert "办结后 20 个工作日内" in text_of(approver.get(of_case("case_rail", city)))


def test_the_pushes_are_asked_for_again_while_some_are_on_their_way(approver, city):
    city.happen()
    waiting = text_of(approver.get(of_case("case_pushes", city)))
    assert "正在推送" in waiting
    assert 'hx-trigger="load delay:3s"' in waiting
    route_all()
    there = text_of(approver.get(of_case("case_pushes", city)))
    assert Push.objects.get().number in there
    assert "hx-trigger" not in there


def test_the_rail_does_not_count_what_moved_elsewhere(approver, city):
    PushFactory(entry=city.entry, application=city.application, rerouted=True)
    assert stops(approver, city)["c5"] == ("推送即认领", False)


def test_the_rail_names_an_unmapped_case(approver, city):
    UnmappedEventFactory(application=city.application, reason="清单未列入该事项")
    assert "清单未列入该事项" in text_of(approver.get(of_case("case_rail", city)))


TARGET = reverse("linkage:push_target")


def test_the_target_names_who_will_receive(approver, city):
    text = text_of(approver.get(TARGET, {"item": city.entry.approval_item.code}))
    assert city.entry.department.name in text
    assert city.entry.liaison.name in text


def test_the_target_offers_only_situations_somebody_can_tick(approver, city):
    for condition in ("经营项目含餐饮服务", "告知承诺方式", "企业"):
        LinkageEntryFactory(version=city.entry.version, approval_item=city.entry.approval_item, condition=condition)
    response = approver.get(TARGET, {"item": city.entry.approval_item.code})
    assert response.context["target"].situations == [("经营项目含餐饮服务", False)]
    assert 'name="situations"' in text_of(response)


def test_a_ticked_situation_adds_its_receiver(approver, city):
    other = LinkageEntryFactory(
        version=city.entry.version, approval_item=city.entry.approval_item, condition="使用燃气"
    )
    code = city.entry.approval_item.code
    assert other.department.name not in text_of(approver.get(TARGET, {"item": code}))
    assert other.department.name in text_of(approver.get(TARGET, {"item": code, "situations": ["使用燃气"]}))


def test_the_kind_of_party_and_the_mode_count_without_a_tick(approver, city):
    common = {"version": city.entry.version, "approval_item": city.entry.approval_item}
    promised = LinkageEntryFactory(**common, condition="告知承诺方式")
    company = LinkageEntryFactory(**common, condition="企业")
    asked = {"item": city.entry.approval_item.code, "mode": "commitment", "subject_kind": "enterprise"}
    text = text_of(approver.get(TARGET, asked))
    assert promised.department.name in text
    assert company.department.name in text


def test_the_target_warns_of_an_item_nobody_supervises(approver, city):
    alone = ApprovalItem.objects.create(
        code="4399000001",
        name="无人监管事项",
        competent_department=city.application.department,
        implementing_department=city.application.department,
        item_type="licence",
        handling="promised",
        statutory_days=10,
        promised_days=5,
        linkage_state="waiting",
    )
    assert "未列入该事项" in text_of(approver.get(TARGET, {"item": alone.code}))


def test_the_target_is_empty_without_an_item(approver, city):
    assert text_of(approver.get(TARGET)).strip() == ""


def test_an_unknown_item_is_not_found(approver, city):
    assert approver.get(TARGET, {"item": "nothing"}).status_code == 404


def feedback_on(subject_id: int) -> str:
    return reverse("linkage:subject_feedback", args=[subject_id])


def test_a_clerk_sees_open_findings_of_any_department(sign_in, city):
    clerk = sign_in(StaffFactory(department=city.application.department, roles=[Role.WINDOW_CLERK]))
    finding = FindingFactory(description="疏散通道堆放桌椅")
    assert "疏散通道堆放桌椅" in text_of(clerk.get(feedback_on(finding.object.subject_id)))


def test_settled_findings_are_gone(approver, city):
    finding = FindingFactory(status="closed", description="已经整改好的问题", closed_at="2026-11-20T01:00:00Z")
    assert "已经整改好的问题" not in text_of(approver.get(feedback_on(finding.object.subject_id)))


def test_reports_link_only_for_their_parties(approver, stranger, city):
    report = PushFactory(entry=city.entry, application=city.application, waiting_answer=True)
    address = reverse("linkage:push_detail", args=[report.number])
    subject = city.application.subject_id
    assert address in text_of(approver.get(feedback_on(subject)))
    assert address not in text_of(stranger.get(feedback_on(subject)))


def test_an_unknown_party_is_not_found(approver, city):
    assert approver.get(feedback_on(999_999)).status_code == 404


def test_fragments_are_not_for_posting(approver, city, push):
    for name in CASE_FRAGMENTS:
        assert approver.post(of_case(name, city)).status_code == 405
    assert approver.post(TARGET).status_code == 405


def test_the_rail_costs_the_same_for_many_pushes(approver, city, push, django_assert_max_num_queries):
    for n in range(15):
        PushFactory(entry=city.entry, application=city.application, sequence=800 + n)
    assert Push.objects.count() == 16
    with django_assert_max_num_queries(12):
        approver.get(of_case("case_rail", city))
