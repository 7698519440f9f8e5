"""The coordinators' desk: unmapped events, duty objections, deliveries that never arrived."""

import pytest
from django.urls import reverse

from linkage.models import Delivery, DutyObjection, Push, UnmappedEvent
from shenguan.access.roles import Role
from tests.factories.approvals import ApplicationFactory
from tests.factories.ground import OfficeFactory, StaffFactory
from tests.factories.linkage import (
    DeliveryFactory,
    DutyObjectionFactory,
    EndpointFactory,
    LinkageEntryFactory,
    PushFactory,
    UnmappedEventFactory,
)
from tests.linkage.conftest import happen, route_all

DESK = reverse("linkage:unmapped")
OBJECTIONS = reverse("linkage:objections")


def text_of(response) -> str:
    return response.content.decode()


@pytest.fixture
def unmapped(city) -> UnmappedEvent:
    """An event of the deciding department that fits no entry."""
    return UnmappedEventFactory(application=city.application)


@pytest.fixture
def keeper(city, sign_in):
    """The list administrator of the deciding department."""
    return sign_in(StaffFactory(department=city.application.department, roles=[Role.LIST_ADMIN]))


@pytest.fixture
def objection(city) -> DutyObjection:
    """To be decided."""
    return DutyObjectionFactory(push=PushFactory(entry=city.entry, application=city.application, objected=True))


@pytest.fixture
def right_person(city):
    """Somebody of the department that should have had the push."""
    office = OfficeFactory()
    return StaffFactory(department=office.department, office=office, roles=[Role.LIAISON])


def decide(objection) -> str:
    return reverse("linkage:decide", args=[objection.pk])


def test_it_opens_where_something_waits(coordinating, objection):
    assert objection.push.number in text_of(coordinating.get(DESK))


def test_it_shows_the_worklist_asked_for_even_when_it_is_empty(coordinating, objection):
    assert objection.push.number not in text_of(coordinating.get(DESK, {"tab": "unmapped"}))


def test_it_shows_what_waits_and_for_how_long(coordinating, unmapped):
    text = text_of(coordinating.get(DESK))
    assert unmapped.application.number in text
    assert "清单未列入该事项" in text
    assert "已等待 0 天" in text


def test_the_tabs_carry_their_numbers(coordinating, unmapped, objection):
    assert coordinating.get(DESK).context["tabs"] == [
        ("unmapped", "未对应事项", 1),
        ("objections", "职责异议", 1),
        ("failed", "投递失败", 0),
        ("withheld", "协议外推送", 0),
    ]


def test_it_shows_age_owner_and_what_was_decided_before(coordinating, city, objection):
    earlier = PushFactory(entry=city.entry, application=city.application, rerouted=True)
    DutyObjectionFactory(
        push=earlier, status="upheld", decision="归经开区", decided_by="袁", decided_at="2026-11-01T00:00Z"
    )
    text = text_of(coordinating.get(OBJECTIONS))
    assert "已 0 个工作日" in text
    assert "归经开区" in text


def test_objections_of_one_cause_are_decided_together(coordinating, city, objection, right_person):
    other = DutyObjectionFactory(push=PushFactory(entry=city.entry, application=city.application, objected=True))
    assert "连同同因的 1 件一并裁定" in text_of(coordinating.get(OBJECTIONS))
    coordinating.post(
        reverse("linkage:decide_alike", args=[objection.pk]),
        {
            "objection": [objection.pk, other.pk],
            "outcome": "uphold",
            "department": right_person.department.code,
            "office": right_person.office.code,
            "owner": right_person.username,
            "decision": "均属经开区",
        },
    )
    assert set(DutyObjection.objects.values_list("status", "decision")) == {("upheld", "均属经开区")}


def test_one_left_unticked_stays_open(coordinating, city, objection):
    other = DutyObjectionFactory(push=PushFactory(entry=city.entry, application=city.application, objected=True))
    coordinating.post(
        reverse("linkage:decide_alike", args=[objection.pk]),
        {"objection": [objection.pk], "outcome": "reject", "decision": "属你局"},
    )
    assert [one.status for one in (DutyObjection.objects.get(pk=pk) for pk in (objection.pk, other.pk))] == [
        "rejected",
        "open",
    ]


def test_another_cause_is_not_decided_along(coordinating, city, objection):
    other = DutyObjectionFactory(
        push=PushFactory(entry=city.entry, application=city.application, objected=True), reason_code="duplicate"
    )
    coordinating.post(
        reverse("linkage:decide_alike", args=[objection.pk]),
        {"objection": [objection.pk, other.pk], "outcome": "reject", "decision": "属你局"},
    )
    assert DutyObjection.objects.get(pk=other.pk).status == "open"


def test_a_list_administrator_sees_only_the_own_department(keeper, unmapped):
    foreign = UnmappedEventFactory()
    text = text_of(keeper.get(DESK))
    assert unmapped.application.number in text
    assert foreign.application.number not in text


def test_a_list_administrator_has_no_other_tab(keeper, objection):
    assert [key for key, _, _ in keeper.get(f"{DESK}?tab=objections").context["tabs"]] == ["unmapped"]


def test_a_liaison_has_no_desk(liaison, unmapped):
    assert liaison.get(DESK).status_code == 403


def test_routing_again_pushes_once_the_list_knows_the_item(coordinating, city):
    event = city.happen()
    waiting = UnmappedEventFactory(application=city.application, event=event)
    event.pending.delete()
    from_desk = coordinating.post(reverse("linkage:unmapped_reroute", args=[waiting.pk]), follow=True)
    assert "已推送 1 个部门" in text_of(from_desk)
    assert Push.objects.get().department == city.entry.department


def test_a_foreign_event_is_not_found(keeper):
    foreign = UnmappedEventFactory()
    assert keeper.post(reverse("linkage:unmapped_reroute", args=[foreign.pk])).status_code == 404


def test_setting_aside_needs_a_reason(coordinating, unmapped):
    response = coordinating.post(reverse("linkage:unmapped_dismiss", args=[unmapped.pk]), {"remedy": " "})
    assert response.status_code == 422
    assert "请写明无需推送的理由" in text_of(response)


def test_setting_aside_keeps_the_reason(keeper, unmapped):
    keeper.post(reverse("linkage:unmapped_dismiss", args=[unmapped.pk]), {"remedy": "审管一体"})
    unmapped.refresh_from_db()
    assert (unmapped.status, unmapped.remedy) == (UnmappedEvent.Status.DISMISSED, "审管一体")


def test_setting_aside_twice_is_refused(keeper, unmapped):
    address = reverse("linkage:unmapped_dismiss", args=[unmapped.pk])
    keeper.post(address, {"remedy": "审管一体"})
    assert keeper.post(address, {"remedy": "再来一次"}).status_code == 409


@pytest.mark.parametrize("name", ["unmapped_reroute", "unmapped_dismiss"])
def test_remedies_are_not_for_reading(coordinating, unmapped, name):
    assert coordinating.get(reverse(f"linkage:{name}", args=[unmapped.pk])).status_code == 405


def test_the_objections_have_their_own_address(coordinating, objection):
    text = text_of(coordinating.get(OBJECTIONS))
    assert objection.push.number in text
    assert "不属于本部门职责" in text


def test_an_upheld_objection_moves_the_push(coordinating, objection, right_person):
    values = {
        "outcome": "uphold",
        "department": right_person.department.code,
        "office": right_person.office.code,
        "owner": right_person.username,
        "decision": "按三定规定由该局负责",
    }
    text = text_of(coordinating.post(decide(objection), values, follow=True))
    assert "已裁定异议成立" in text
    objection.refresh_from_db()
    assert objection.new_push is not None
    assert objection.new_push.owner == right_person


def test_an_upheld_objection_needs_a_recipient(coordinating, objection):
    response = coordinating.post(decide(objection), {"outcome": "uphold", "decision": "成立"})
    assert response.status_code == 422
    assert "请选择改派部门" in text_of(response)


def test_a_rejected_objection_leaves_the_push(coordinating, objection):
    coordinating.post(decide(objection), {"outcome": "reject", "decision": "仍属本部门职责"})
    objection.refresh_from_db()
    assert objection.status == DutyObjection.Status.REJECTED
    assert objection.push.department == Push.objects.get().department


def test_a_decision_needs_an_opinion(coordinating, objection):
    assert coordinating.post(decide(objection), {"outcome": "reject", "decision": ""}).status_code == 422


def test_a_second_decision_is_refused(coordinating, objection):
    values = {"outcome": "reject", "decision": "仍属本部门职责"}
    coordinating.post(decide(objection), values)
    response = coordinating.post(decide(objection), values)
    assert response.status_code == 409
    assert "不能裁定" in text_of(response)


def test_choosing_a_department_offers_its_people(coordinating, objection, right_person):
    text = text_of(coordinating.get(decide(objection), {"department": right_person.department.code}))
    assert right_person.username in text
    assert right_person.office.code in text


def test_only_coordinators_decide(liaison, objection):
    assert liaison.post(decide(objection), {"outcome": "reject", "decision": "不"}).status_code == 403


def test_failed_deliveries_are_replayed_for_the_department(coordinating, city):
    dead = DeliveryFactory(push=PushFactory(entry=city.entry, application=city.application), dead=True)
    assert dead.push.number in text_of(coordinating.get(f"{DESK}?tab=failed"))
    address = reverse("linkage:replay", args=[dead.push.department.code])
    assert "重新安排 1 条投递" in text_of(coordinating.post(address, follow=True))
    assert Delivery.objects.filter(is_replay=True, status=Delivery.Status.PENDING).count() == 1


def test_what_is_on_its_way_again_is_no_longer_listed(coordinating, city):
    dead = DeliveryFactory(push=PushFactory(entry=city.entry, application=city.application), dead=True)
    coordinating.post(reverse("linkage:replay", args=[dead.push.department.code]))
    assert coordinating.get(f"{DESK}?tab=failed").context["endpoints"] == []


def test_replaying_without_an_endpoint_is_refused(coordinating, city):
    response = coordinating.post(reverse("linkage:replay", args=[city.entry.department.code]))
    assert response.status_code == 409
    assert "没有登记接收地址" in text_of(response)


@pytest.mark.parametrize("tab", ["unmapped", "objections", "failed"])
def test_it_costs_the_same_for_many_rows(coordinating, city, tab, django_assert_max_num_queries):
    endpoint = EndpointFactory(department=city.entry.department)
    for n in range(12):
        common = {"entry": city.entry, "application": city.application}
        DeliveryFactory(push=PushFactory(**common, sequence=300 + n), endpoint=endpoint, dead=True)
        DutyObjectionFactory(push=PushFactory(**common, sequence=400 + n, objected=True))
        UnmappedEventFactory()
    with django_assert_max_num_queries(20):
        coordinating.get(f"{DESK}?tab={tab}")


def test_it_offers_to_reroute_what_the_list_covers_by_now(coordinating, city):
    case = ApplicationFactory(concluded=True)
    happen(case, "approval.concluded")
    route_all()
    assert "全部重新路由" not in text_of(coordinating.get(DESK))
    LinkageEntryFactory(version=city.entry.version, approval_item=case.item)
    assert "现行清单已能覆盖其中 <b>1</b> 条" in text_of(coordinating.get(DESK))
    answer = coordinating.post(reverse("linkage:unmapped_reroute_covered"), follow=True)
    assert "已按现行清单重新路由 1 条" in text_of(answer)


def test_handing_over_needs_a_person(coordinating, unmapped):
    address = reverse("linkage:unmapped_hand_over", args=[unmapped.pk])
    assert coordinating.post(address, {"owner": "nobody"}).status_code == 422


def test_handing_over_names_the_new_owner(coordinating, keeper, unmapped, city):
    heir = StaffFactory(department=city.application.department, roles=[Role.LIST_ADMIN])
    answer = coordinating.post(
        reverse("linkage:unmapped_hand_over", args=[unmapped.pk]), {"owner": heir.username}, follow=True
    )
    unmapped.refresh_from_db()
    assert unmapped.owner == heir
    assert f"已移交{heir.name}" in text_of(answer)
