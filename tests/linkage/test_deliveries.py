"""Delivering to a real receiver on the loopback."""

import json
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

import pytest
import time_machine
from aiohttp import ClientTimeout
from cloudevents.core.bindings.http import HTTPMessage, from_structured
from cloudevents.core.formats.json import JSONFormat
from django.utils import timezone
from standardwebhooks import Webhook

from linkage.actions import deliveries, dispatch, endpoints, lanes, replays
from linkage.channels.base import Answer, Parcel
from linkage.models import Attempt, Delivery, Endpoint, Lane, Push
from linkage.selectors.timelines import with_deliveries
from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from shenguan.events.models import Event
from shenguan.notify.models import Notice
from shenguan.refusals import Invalid, NotAllowed, Refusal
from tests.factories.ground import StaffFactory
from tests.factories.linkage import SECRET, DeliveryFactory, EndpointFactory, PushFactory
from tests.linkage.conftest import acting
from tests.linkage.receiver import Receiver, running_receiver

pytestmark = pytest.mark.django_db
S = Delivery.Status


@pytest.fixture(scope="module")
def _shared() -> Iterator[Receiver]:
    with running_receiver() as receiver:
        yield receiver


@pytest.fixture
def receiver(_shared: Receiver) -> Receiver:
    """A receiver that has seen nothing yet."""
    _shared.arrived.clear()
    _shared.answers.clear()
    _shared.most_at_once = 0
    return _shared


@pytest.fixture
def delivery(receiver: Receiver) -> Delivery:
    """A push on its way to the receiver."""
    return DeliveryFactory(endpoint__url=receiver.url, endpoint__allow_http=True)


def later(delivery: Delivery) -> None:
    """Lets the wait of a delivery pass."""
    Delivery.objects.filter(pk=delivery.pk).update(next_attempt_at=timezone.now())


def test_it_delivers_a_signed_cloud_event(delivery: Delivery, receiver: Receiver):
    assert dispatch.deliver_due() == 1

    (call,) = receiver.arrived
    headers = {name.lower(): value for name, value in call.headers.items()}
    Webhook(SECRET).verify(call.body, headers)
    event = from_structured(HTTPMessage(headers, call.body), JSONFormat())
    push = delivery.push
    assert event.get_id() == str(push.event.event_id)
    assert (event.get_type(), event.get_source()) == ("cn.shenguan.push.v1", f"/linkage/pushes/{push.number}")
    assert headers["content-type"] == "application/cloudevents+json"
    assert headers["webhook-id"] == f"{push.event.event_id}_{push.number}"
    assert json.loads(call.body)["data"]["number"] == push.number


def test_it_finishes_the_delivery_and_keeps_the_attempt(delivery: Delivery, receiver: Receiver):
    dispatch.deliver_due()

    delivery.refresh_from_db()
    attempt = Attempt.objects.get()
    assert (delivery.status, delivery.attempts_made, delivery.finished_at is not None) == (S.DELIVERED, 1, True)
    assert (attempt.number, attempt.status_code, attempt.outcome) == (1, 200, "delivered")
    assert (attempt.url, attempt.request_sha256) == (receiver.url, sha256(receiver.arrived[0].body).hexdigest())
    assert len(attempt.response_sha256) == 64


def test_it_puts_the_delivery_on_the_timeline(delivery: Delivery, receiver: Receiver):
    dispatch.deliver_due()

    lines = with_deliveries(Event.objects.none(), delivery.case_number)
    assert [(line.kind, line.recorded_at) for line in lines] == [("push.delivered", Delivery.objects.get().finished_at)]
    assert delivery.push.number in lines[0].summary


def test_it_sends_no_phone_and_no_id_number(receiver: Receiver):
    person = PushFactory(application__subject__person=True, application__subject__phone="13800001001")
    DeliveryFactory(push=person, endpoint__url=receiver.url, endpoint__allow_http=True)

    dispatch.deliver_due()

    body = receiver.arrived[0].body.decode()
    assert "13800001001" not in body
    assert person.subject.id_number not in body


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503])
def test_it_tries_again_later(delivery: Delivery, receiver: Receiver, status):
    receiver.answers.append((status, {}))

    dispatch.deliver_due()

    delivery.refresh_from_db()
    assert (delivery.status, delivery.last_error) == (S.PENDING, f"应答 {status}")
    assert delivery.next_attempt_at > timezone.now()
    assert Attempt.objects.get().outcome == "retry"


@pytest.mark.parametrize("status", [301, 302, 400, 401, 404, 409, 410, 422])
def test_it_gives_up_at_once_what_only_a_person_can_mend(delivery: Delivery, receiver: Receiver, status):
    receiver.answers.append((status, {"Location": receiver.url}))

    dispatch.deliver_due()

    delivery.refresh_from_db()
    assert delivery.status == S.DEAD
    assert len(receiver.arrived) == 1


def test_it_alarms_the_coordinators_once_for_many_dead_rows(delivery: Delivery, receiver: Receiver):
    coordinator = StaffFactory(roles=[Role.COORDINATOR])
    push = PushFactory(
        department=delivery.push.department, entry=delivery.push.entry, application=delivery.push.application
    )
    DeliveryFactory(push=push, endpoint=delivery.endpoint, case_number="other")
    receiver.answers.extend([(410, {}), (410, {})])

    dispatch.deliver_due()

    assert Delivery.objects.filter(status=S.DEAD).count() == 2
    assert Notice.objects.filter(staff=coordinator, kind="delivery.dead").count() == 1


def test_it_honours_retry_after(delivery: Delivery, receiver: Receiver):
    receiver.answers.append((429, {"Retry-After": "7200"}))

    dispatch.deliver_due()

    delivery.refresh_from_db()
    assert delivery.next_attempt_at - timezone.now() > timedelta(seconds=7190)


def test_it_waits_longer_after_every_failure(delivery: Delivery, receiver: Receiver):
    waits = []
    for _ in range(3):
        receiver.answers.append((500, {}))
        later(delivery)
        before = timezone.now()
        dispatch.deliver_due()
        delivery.refresh_from_db()
        waits.append(delivery.next_attempt_at - before)

    assert timedelta(seconds=5) <= waits[0] < waits[1] < waits[2]


def test_it_still_tries_after_a_day_and_gives_up_after_thirty_hours(delivery: Delivery, receiver: Receiver):
    receiver.answers.extend([(500, {}), (500, {})])
    Delivery.objects.update(first_attempt_at=timezone.now() - timedelta(hours=29))
    dispatch.deliver_due()
    assert Delivery.objects.get().status == S.PENDING

    Delivery.objects.update(first_attempt_at=timezone.now() - timedelta(hours=31))
    later(delivery)
    dispatch.deliver_due()

    assert Delivery.objects.get().status == S.DEAD


def test_it_retries_a_receiver_that_is_down(delivery: Delivery):
    Endpoint.objects.update(url="http://127.0.0.1:9/")

    dispatch.deliver_due()

    attempt = Attempt.objects.get()
    assert (attempt.outcome, attempt.status_code) == ("retry", None)
    assert "ClientConnectorError" in attempt.error


def test_it_retries_a_receiver_that_stays_silent(delivery: Delivery, receiver: Receiver, monkeypatch):
    monkeypatch.setattr("linkage.channels.webhook.channel.TIMEOUT", ClientTimeout(total=0.2))
    receiver.answers.append(1.0)

    dispatch.deliver_due()

    assert (Attempt.objects.get().outcome, Attempt.objects.get().error) == ("retry", "超时")


def test_it_keeps_the_order_of_a_case(delivery: Delivery, receiver: Receiver):
    second = DeliveryFactory(
        push=PushFactory(entry=delivery.push.entry, application=delivery.push.application),
        endpoint=delivery.endpoint,
        case_number=delivery.case_number,
    )
    receiver.answers.append((500, {}))

    assert dispatch.deliver_due() == 1
    later(delivery)
    assert dispatch.deliver_due() == 2

    numbers = [json.loads(call.body)["data"]["number"] for call in receiver.arrived]
    assert numbers == [delivery.push.number, delivery.push.number, second.push.number]


def test_it_does_not_let_one_case_wait_for_another(delivery: Delivery, receiver: Receiver):
    other = DeliveryFactory(
        push=PushFactory(entry=delivery.push.entry, application=delivery.push.application),
        endpoint=delivery.endpoint,
        case_number="YZ20261120-9999",
    )
    receiver.answers.append((500, {}))

    assert dispatch.deliver_due() == 2

    other.refresh_from_db()
    delivery.refresh_from_db()
    assert {other.status, delivery.status} == {S.DELIVERED, S.PENDING}


def test_it_calls_one_recipient_concurrently_within_its_limit():
    with running_receiver() as receiver:
        first = DeliveryFactory(endpoint__url=receiver.url, endpoint__allow_http=True, endpoint__max_calls=3)
        for place in range(7):
            push = PushFactory(entry=first.push.entry, application=first.push.application)
            DeliveryFactory(push=push, endpoint=first.endpoint, case_number=f"YZ-{place}")
        receiver.answers.extend([0.05] * 8)

        assert dispatch.deliver_due() == 8
        assert 2 <= receiver.most_at_once <= 3


def leased() -> tuple[int, list[Parcel]]:
    """Another worker takes the lane and its rows."""
    lanes.prepare()
    (held,) = deliveries.take_up()
    assert held.load is not None
    return held.fence, held.load.parcels


def test_it_leaves_a_held_lane_to_its_worker(delivery: Delivery, receiver: Receiver):
    leased()

    assert deliveries.take_up() == []
    assert dispatch.deliver_due() == 0


def test_it_delivers_again_under_the_same_id_when_a_worker_dies_after_the_call(delivery: Delivery, receiver: Receiver):
    with time_machine.travel(timezone.now(), tick=True) as clock:
        leased()  # the worker called the receiver and was killed before it could write that down
        clock.shift(lanes.LEASE + timedelta(seconds=1))
        dispatch.deliver_due()

    delivery.refresh_from_db()
    assert delivery.status == S.DELIVERED
    assert receiver.arrived[0].headers["webhook-id"].startswith(str(delivery.push.event.event_id))


def test_it_ignores_the_answer_of_a_worker_whose_lease_passed_on(delivery: Delivery):
    late, parcels = leased()
    Lane.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    current, again = leased()

    def answer(fence: int, parcels: list[Parcel], outcome: Attempt.Outcome, status: int) -> set[int]:
        results = [(parcels, Answer(outcome, 1, status), "")]
        return deliveries.record([deliveries.Answered(delivery.endpoint_id, fence, results)])

    assert answer(late, parcels, Attempt.Outcome.DEAD, 410) == {delivery.endpoint_id}
    assert Delivery.objects.get().status == S.PENDING
    assert answer(current, again, Attempt.Outcome.DELIVERED, 200) == set()
    assert Delivery.objects.get().status == S.DELIVERED
    assert list(Attempt.objects.values_list("outcome", flat=True)) == ["obsolete-lease", "delivered"]


def test_it_does_not_deliver_to_a_forbidden_address(delivery: Delivery, receiver: Receiver):
    Endpoint.objects.update(allow_http=False)

    dispatch.deliver_due()

    delivery.refresh_from_db()
    assert (delivery.status, receiver.arrived) == (S.DEAD, [])
    assert "https" in delivery.last_error


def test_it_signs_by_both_secrets_while_rotating(delivery: Delivery, receiver: Receiver):
    operator = Actor.system("register_endpoint")
    endpoint = endpoints.register(by=operator, department=delivery.push.department, url=receiver.url, allow_http=True)
    later(delivery)

    dispatch.deliver_due()

    call = receiver.arrived[0]
    headers = {name.lower(): value for name, value in call.headers.items()}
    assert endpoint.previous_secret == SECRET != endpoint.secret
    for secret in (endpoint.secret, SECRET):
        Webhook(secret).verify(call.body, headers)


def test_it_makes_a_secret_for_a_new_endpoint(db):
    push = PushFactory()

    endpoint = endpoints.register(by=Actor.system("op"), department=push.department, url="https://a.example.com/")

    assert endpoint.secret.startswith("whsec_")
    assert endpoint.previous_secret == ""


@pytest.mark.parametrize(
    "url",
    ["http://a.example.com/", "ftp://a.example.com/", "https://127.0.0.1/", "https://169.254.169.254/", "nonsense"],
)
def test_it_refuses_to_register(url):
    with pytest.raises(Invalid) as refusal:
        endpoints.register(by=Actor.system("op"), department=PushFactory().department, url=url)

    assert "url" in refusal.value.errors
    assert not Endpoint.objects.exists()


def test_it_refuses_registering_by_a_liaison():
    push = PushFactory()

    with pytest.raises(NotAllowed):
        endpoints.register(by=acting(push.owner), department=push.department, url="https://a.example.com/")


def test_it_replays_dead_pushes_with_the_same_id(delivery: Delivery, receiver: Receiver):
    receiver.answers.append((410, {}))
    dispatch.deliver_due()

    queued = replays.replay(by=Actor.system("replay"), recipient=delivery.push.department, dead=True)
    dispatch.deliver_due()

    first, second = receiver.arrived
    assert queued == 1
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert list(Delivery.objects.order_by("id").values_list("status", "is_replay")) == [
        (S.DEAD, False),
        (S.DELIVERED, True),
    ]


def test_it_replays_no_dead_push_that_arrived_by_a_replay(delivery: Delivery, receiver: Receiver):
    receiver.answers.append((410, {}))
    dispatch.deliver_due()
    by, department = Actor.system("replay"), delivery.push.department
    replays.replay(by=by, recipient=department, dead=True)
    dispatch.deliver_due()

    assert replays.replay(by=by, recipient=department, dead=True) == 0


def test_it_replays_pushes_of_a_department_that_registers_later(receiver: Receiver):
    push = PushFactory()
    EndpointFactory(department=push.department, url=receiver.url, allow_http=True)

    assert replays.replay(by=Actor.system("replay"), recipient=push.department) == 1
    assert dispatch.deliver_due() == 1


def test_it_replays_only_from_a_moment_on(receiver: Receiver):
    push = PushFactory()
    EndpointFactory(department=push.department)
    since = push.pushed_at + timedelta(seconds=1)

    assert replays.replay(by=Actor.system("replay"), recipient=push.department, since=since) == 0


def test_it_does_not_replay_what_is_under_way(delivery: Delivery):
    assert replays.replay(by=Actor.system("replay"), recipient=delivery.push.department) == 0


def test_it_refuses_a_replay_without_endpoint():
    with pytest.raises(Refusal) as refusal:
        replays.replay(by=Actor.system("replay"), recipient=PushFactory().department)

    assert refusal.value.code == "no_endpoint"


def test_it_makes_one_push_of_a_delivery_however_often_it_goes(delivery: Delivery, receiver: Receiver):
    receiver.answers.append((500, {}))
    dispatch.deliver_due()
    later(delivery)
    dispatch.deliver_due()

    assert (Push.objects.count(), len({call.headers["webhook-id"] for call in receiver.arrived})) == (1, 1)
