"""The dead-letter desk: recipients, what did not reach them, replay with a count before, pause, key, test call."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from linkage.models import Delivery, Endpoint, Lane
from shenguan.access.roles import Role
from shenguan.org.models import Department
from tests.factories.ground import StaffFactory
from tests.factories.linkage import DeliveryFactory, EndpointFactory, PushFactory
from tests.linkage.pages.conftest import SignIn
from tests.linkage.receiver import running_receiver

pytestmark = pytest.mark.django_db
DESK = reverse("linkage:deliveries")


def page(department: Department, action: str = "") -> str:
    name, args = ("recipient_deed", [department.code, action]) if action else ("recipient", [department.code])
    return reverse(f"linkage:{name}", args=args)


@pytest.fixture
def coordinator(sign_in: SignIn):
    return sign_in(StaffFactory(roles=[Role.COORDINATOR]))


@pytest.fixture
def administrator(sign_in: SignIn):
    return sign_in(StaffFactory(roles=[Role.SYSTEM_ADMIN]))


@pytest.fixture
def dead(db) -> Delivery:
    return DeliveryFactory(dead=True)


def test_it_says_so_when_there_is_nothing(coordinator):
    text = coordinator.get(DESK).content.decode()

    assert "还没有部门登记接收地址" in text
    assert "没有投递失败的推送" in text


def test_it_lists_recipients_and_what_did_not_arrive(coordinator, dead):
    Lane.objects.create(endpoint=dead.endpoint, breaker=Lane.Breaker.OPEN, resume_at=timezone.now())

    text = coordinator.get(DESK).content.decode()

    assert "已熔断" in text
    assert dead.push.number in text
    assert dead.push.handler.name in text


def test_it_leaves_out_what_arrived_by_a_replay(coordinator, dead):
    DeliveryFactory(push=dead.push, endpoint=dead.endpoint, is_replay=True, delivered=True)

    assert dead.push.number not in coordinator.get(DESK).content.decode()


@pytest.mark.parametrize(("query", "shown"), [("410", True), ("超时", False)])
def test_it_filters_by_error(coordinator, dead, query, shown):
    assert (dead.push.number in coordinator.get(DESK, {"q": query}).content.decode()) == shown


def test_it_filters_by_recipient(coordinator, dead):
    other = EndpointFactory().department

    assert dead.push.number not in coordinator.get(DESK, {"department": other.code}).content.decode()
    assert dead.push.number in coordinator.get(DESK, {"department": dead.endpoint.department.code}).content.decode()


def test_it_asks_the_database_equally_often_for_many(coordinator, dead, django_assert_max_num_queries):
    for _ in range(5):
        DeliveryFactory(dead=True)

    with django_assert_max_num_queries(20):
        coordinator.get(DESK)


def test_it_says_so_when_somebody_else_has_just_replayed_them(coordinator, dead):
    coordinator.post(reverse("linkage:replay_chosen"), {"delivery": [dead.pk]})

    again = coordinator.post(reverse("linkage:replay_chosen"), {"delivery": [dead.pk]}, follow=True)

    assert "没有需要补发的推送" in again.content.decode()


def test_it_refuses_a_row_number_no_database_holds(coordinator):
    answer = coordinator.post(reverse("linkage:replay_chosen"), {"delivery": ["9" * 30]})

    assert answer.status_code == 422
    assert answer.content.decode().count("请先勾选要补发的推送。") == 1


def test_it_replays_the_ticked_ones_only(coordinator, dead):
    DeliveryFactory(dead=True)

    coordinator.post(reverse("linkage:replay_chosen"), {"delivery": [dead.pk]})

    assert list(Delivery.objects.filter(is_replay=True).values_list("push", flat=True)) == [dead.push_id]


def test_it_refuses_a_replay_of_nothing(coordinator, dead):
    answer = coordinator.post(reverse("linkage:replay_chosen"), {})

    assert answer.status_code == 422
    assert "请先勾选" in answer.content.decode()


def test_it_shows_how_many_before_it_replays(coordinator, dead):
    department = dead.endpoint.department

    text = coordinator.get(page(department), {"dead": "on"}).content.decode()
    assert "确认补发 1 条" in text
    assert not Delivery.objects.filter(is_replay=True).exists()

    coordinator.post(page(department, "replay"), {"dead": "on"})
    assert Delivery.objects.filter(is_replay=True).count() == 1


def test_it_replays_a_window_of_time(coordinator, dead):
    department, at = dead.endpoint.department, timezone.localtime(dead.push.pushed_at)
    later = (at + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")

    assert "没有要补发的推送" in coordinator.get(page(department), {"since": later}).content.decode()
    assert "确认补发 1 条" in coordinator.get(page(department), {"until": later}).content.decode()


def test_it_refuses_a_window_that_ends_before_it_begins(coordinator, dead):
    window = {"since": "2026-11-20T10:00", "until": "2026-11-20T09:00"}

    assert coordinator.get(page(dead.endpoint.department), window).status_code == 422
    assert coordinator.post(page(dead.endpoint.department, "replay"), window).status_code == 422


def test_it_pauses_with_a_reason_and_resumes(coordinator, dead):
    department = dead.endpoint.department

    assert coordinator.post(page(department, "pause"), {"reason": ""}).status_code == 422
    coordinator.post(page(department, "pause"), {"reason": "对方机房割接"})
    assert "对方机房割接" in coordinator.get(page(department)).content.decode()
    assert coordinator.post(page(department, "pause"), {"reason": "再停"}).status_code == 409
    coordinator.post(page(department, "resume"))

    assert Endpoint.objects.get().paused_at is None


def test_it_shows_a_new_key_once_and_to_the_administrator_only(administrator, coordinator, dead):
    department = dead.endpoint.department

    assert coordinator.post(page(department, "rotate_key")).status_code == 403
    text = administrator.post(page(department, "rotate_key")).content.decode()
    assert Endpoint.objects.get().secret in text
    assert "whsec_" not in administrator.get(page(department)).content.decode()
    administrator.post(page(department, "finish_rotation"))

    assert Endpoint.objects.get().previous_secret == ""


def test_it_sets_the_pace(administrator, dead):
    department = dead.endpoint.department

    administrator.post(page(department, "set_pace"), {"batch_size": 100, "max_calls": 4, "per_minute": ""})
    assert Endpoint.objects.values_list("batch_size", "max_calls", "per_minute").get() == (100, 4, None)
    refused = administrator.post(page(department, "set_pace"), {"batch_size": 0, "max_calls": 4})

    assert refused.status_code == 422
    assert Endpoint.objects.get().batch_size == 100


def test_it_makes_a_test_call(coordinator):
    with running_receiver() as receiver:
        endpoint = EndpointFactory(url=receiver.url, allow_http=True)

        text = coordinator.post(page(endpoint.department, "ping"), follow=True).content.decode()

        assert "测试调用成功" in text
        assert len(receiver.arrived) == 1


def test_it_knows_no_other_action(coordinator, dead):
    assert coordinator.post(page(dead.endpoint.department, "delete")).status_code == 404


def test_it_is_not_for_a_liaison(sign_in):
    liaison = sign_in(StaffFactory(roles=[Role.LIAISON]))
    department = EndpointFactory().department

    assert liaison.get(DESK).status_code == 403
    assert liaison.post(page(department, "pause"), {"reason": "x"}).status_code == 403


def test_a_department_without_address_has_no_page(coordinator):
    assert coordinator.get(page(PushFactory().department)).status_code == 404


def test_prometheus_learns_about_every_recipient(client, dead):
    DeliveryFactory(endpoint=dead.endpoint, push=PushFactory(entry=dead.push.entry, application=dead.push.application))
    code = dead.endpoint.department.code

    text = client.get("/metrics").content.decode()

    assert f'shenguan_dead_deliveries{{department="{code}"}} 1.0' in text
    assert f'shenguan_waiting_deliveries{{department="{code}"}} 1.0' in text
    assert f'shenguan_breaker{{department="{code}"}} 0.0' in text
