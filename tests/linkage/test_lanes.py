"""Breaker, quota, pause, key rotation and batches of one recipient, against a real receiver on the loopback."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from standardwebhooks import Webhook

from linkage.actions import deliveries, dispatch, endpoints, lanes
from linkage.channels.base import Answer
from linkage.models import Attempt, Delivery, Endpoint, Lane
from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from shenguan.audit.models import AuditEntry
from shenguan.events import nudge
from shenguan.notify.models import Notice
from shenguan.refusals import Invalid, NotAllowed, StateForbids
from tests.factories.ground import StaffFactory
from tests.factories.linkage import SECRET, DeliveryFactory, EndpointFactory, PushFactory
from tests.linkage.conftest import acting
from tests.linkage.receiver import Receiver, running_receiver

pytestmark = pytest.mark.django_db
OPERATOR = Actor.system("operator")
B = Lane.Breaker
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
def endpoint(receiver: Receiver) -> Endpoint:
    """The receiver, called one call after the other."""
    return EndpointFactory(url=receiver.url, allow_http=True, max_calls=1)


def queue(endpoint: Endpoint, count: int, *, case: str = "") -> list[Delivery]:
    """Deliveries of that many pushes, each of a case of its own unless `case` says which."""
    first = PushFactory()
    pushes = [first] + [PushFactory(entry=first.entry, application=first.application) for _ in range(count - 1)]
    return [
        DeliveryFactory(push=push, endpoint=endpoint, case_number=case or f"YZ-{place}")
        for place, push in enumerate(pushes)
    ]


def numbers(receiver: Receiver) -> list[str]:
    """The pushes that arrived, in order, out of single calls and batches."""
    found = []
    for call in receiver.arrived:
        content = json.loads(call.body)
        found += [one["data"]["number"] for one in (content if isinstance(content, list) else [content])]
    return found


def failing(endpoint: Endpoint, times: int) -> Lane:
    """A lane that has seen so many failures in a row."""
    return Lane.objects.create(endpoint=endpoint, failures=times)


def test_it_opens_after_ten_failures_in_a_row_and_spares_the_rest(endpoint, receiver):
    rows = queue(endpoint, 15)
    receiver.answers.extend([(503, {})] * 15)

    dispatch.deliver_due()

    lane = Lane.objects.get()
    assert (lane.breaker, lane.resume_at is not None) == (B.OPEN, True)
    assert lanes.TRIP_AT <= len(receiver.arrived) <= len(rows)
    assert dispatch.deliver_due() == 0  # while it rests nothing is due there


def test_it_stays_closed_while_something_arrives_in_between(endpoint, receiver):
    queue(endpoint, 2)
    failing(endpoint, lanes.TRIP_AT - 1)
    receiver.answers.extend([(200, {}), (503, {})])

    dispatch.deliver_due()

    assert Lane.objects.get().breaker == B.CLOSED


@pytest.mark.parametrize("status", [400, 429])
def test_it_does_not_take_an_answer_for_silence(endpoint, receiver, status):
    queue(endpoint, 1)
    failing(endpoint, lanes.TRIP_AT - 1)
    receiver.answers.append((status, {}))

    dispatch.deliver_due()

    assert Lane.objects.get().breaker == B.CLOSED


def test_it_probes_with_one_call_and_opens_again_for_longer(endpoint, receiver):
    queue(endpoint, 5)
    Lane.objects.create(endpoint=endpoint, breaker=B.OPEN, trips=1, resume_at=timezone.now())
    receiver.answers.append((503, {}))

    dispatch.deliver_due()

    lane = Lane.objects.get()
    assert (lane.breaker, lane.trips, len(receiver.arrived)) == (B.OPEN, 2, 1)
    assert lane.resume_at - timezone.now() > lanes.FIRST_REST


def test_it_closes_when_the_probe_arrives_and_sends_what_had_to_wait(endpoint, receiver):
    rows = queue(endpoint, 5)
    Delivery.objects.filter(pk=rows[0].pk).update(next_attempt_at=timezone.now() + timedelta(minutes=50))
    Lane.objects.create(endpoint=endpoint, breaker=B.OPEN, trips=3, resume_at=timezone.now())

    dispatch.deliver_due()

    assert Lane.objects.get().breaker == B.CLOSED
    assert set(Delivery.objects.values_list("status", flat=True)) == {S.DELIVERED}


def test_it_tells_the_coordinators_of_changes_only(endpoint, receiver):
    coordinator = StaffFactory(roles=[Role.COORDINATOR])
    queue(endpoint, 3)
    failing(endpoint, lanes.TRIP_AT - 1)
    receiver.answers.extend([(503, {})] * 9)
    kinds = Notice.objects.filter(staff=coordinator).order_by("id").values_list("kind", flat=True)

    dispatch.deliver_due()
    assert list(kinds.all()) == ["delivery.breaker_open"]
    Lane.objects.update(resume_at=timezone.now())
    Delivery.objects.update(next_attempt_at=timezone.now())
    dispatch.deliver_due()
    assert list(kinds.all()) == ["delivery.breaker_open"]
    receiver.answers.clear()
    Lane.objects.update(resume_at=timezone.now())
    Delivery.objects.update(next_attempt_at=timezone.now())
    dispatch.deliver_due()
    assert list(kinds.all()) == ["delivery.breaker_open", "delivery.breaker_closed"]


def test_it_delivers_a_backlog_in_order_after_a_day_of_outage(endpoint, receiver):
    with time_machine.travel(timezone.now(), tick=True) as clock:
        queue(endpoint, 6, case="YZ-1")
        receiver.answers.extend([(503, {})] * 60)
        for _ in range(26):
            dispatch.deliver_due()
            clock.shift(timedelta(hours=1))
        assert Lane.objects.get().breaker == B.OPEN
        assert set(Delivery.objects.values_list("status", flat=True)) == {S.PENDING}
        receiver.answers.clear()
        receiver.arrived.clear()

        dispatch.deliver_due()

    assert set(Delivery.objects.values_list("status", flat=True)) == {S.DELIVERED}
    assert numbers(receiver) == list(Delivery.objects.order_by("id").values_list("push__number", flat=True))


def test_it_counts_the_day_from_the_first_attempt(endpoint, receiver):
    (row,) = queue(endpoint, 1)
    Delivery.objects.update(created_at=timezone.now() - timedelta(days=9))
    receiver.answers.append((503, {}))

    dispatch.deliver_due()

    row.refresh_from_db()
    assert (row.status, row.attempts_made) == (S.PENDING, 1)


def test_it_rests_the_whole_recipient_when_it_asks_for_that(endpoint, receiver):
    queue(endpoint, 3)
    receiver.answers.append((429, {"Retry-After": "60"}))

    dispatch.deliver_due()

    assert Lane.objects.get().resume_at > timezone.now() + timedelta(seconds=50)
    assert dispatch.deliver_due() == 0


def test_it_keeps_to_the_quota_of_a_minute(endpoint, receiver):
    queue(endpoint, 5)
    endpoints.set_pace(endpoint, by=OPERATOR, batch_size=1, max_calls=5, per_minute=2)

    with time_machine.travel(timezone.now(), tick=True) as clock:
        assert dispatch.deliver_due() == 2
        assert dispatch.deliver_due() == 0
        clock.shift(timedelta(seconds=61))
        assert dispatch.deliver_due() == 2


@pytest.mark.parametrize("wrong", [{"batch_size": 0}, {"batch_size": 501}, {"max_calls": 0}, {"per_minute": 0}])
def test_it_refuses_an_absurd_pace(endpoint, wrong):
    pace = {"batch_size": 1, "max_calls": 5, "per_minute": None} | wrong

    with pytest.raises(Invalid) as refusal:
        endpoints.set_pace(endpoint, by=OPERATOR, **pace)

    assert set(refusal.value.errors) == set(wrong)


def test_it_holds_everything_back_while_paused(endpoint, receiver):
    queue(endpoint, 2)
    coordinator = StaffFactory(roles=[Role.COORDINATOR])

    paused = endpoints.pause(endpoint, by=acting(coordinator), reason="对方割接")
    assert dispatch.deliver_due() == 0
    assert (paused.paused_by, paused.pause_reason) == (coordinator.name, "对方割接")
    endpoints.resume(endpoint, by=acting(coordinator))

    assert dispatch.deliver_due() == 2
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == [
        "endpoint.pause",
        "endpoint.resume",
    ]


def test_it_refuses_a_pause_without_reason(endpoint):
    with pytest.raises(Invalid):
        endpoints.pause(endpoint, by=OPERATOR, reason="  ")


def test_it_refuses_a_second_pause_and_a_resume_of_what_runs(endpoint):
    with pytest.raises(StateForbids):
        endpoints.resume(endpoint, by=OPERATOR)
    endpoints.pause(endpoint, by=OPERATOR, reason="割接")
    with pytest.raises(StateForbids) as refusal:
        endpoints.pause(endpoint, by=OPERATOR, reason="割接")

    assert refusal.value.allowed == ["resume"]


def test_it_refuses_a_liaison(endpoint):
    liaison = acting(StaffFactory(roles=[Role.LIAISON]))

    with pytest.raises(NotAllowed):
        endpoints.pause(endpoint, by=liaison, reason="割接")
    with pytest.raises(NotAllowed):
        endpoints.ping(endpoint, by=liaison)
    with pytest.raises(NotAllowed):
        endpoints.rotate_key(endpoint, by=liaison)


def test_it_signs_by_both_keys_until_the_rotation_ends(endpoint, receiver):
    rotated = endpoints.rotate_key(endpoint, by=OPERATOR)
    queue(endpoint, 1)
    dispatch.deliver_due()
    endpoints.finish_rotation(endpoint, by=OPERATOR)
    queue(endpoint, 1)
    dispatch.deliver_due()

    during, after = (call.headers["webhook-signature"].split(" ") for call in receiver.arrived)
    assert (len(during), len(after)) == (2, 1)
    Webhook(rotated.secret).verify(receiver.arrived[1].body, dict(receiver.arrived[1].headers))


def test_the_old_key_ends_at_its_date(endpoint):
    soon = timezone.now() + timedelta(days=1)
    rotated = endpoints.rotate_key(endpoint, by=OPERATOR, until=soon)

    assert rotated.valid_secrets(soon - timedelta(seconds=1)) == (rotated.secret, SECRET)
    assert rotated.valid_secrets(soon) == (rotated.secret,)


def test_it_refuses_a_second_rotation_and_an_end_without_one(endpoint):
    with pytest.raises(StateForbids):
        endpoints.finish_rotation(endpoint, by=OPERATOR)
    endpoints.rotate_key(endpoint, by=OPERATOR)
    with pytest.raises(StateForbids):
        endpoints.rotate_key(endpoint, by=OPERATOR)


@pytest.mark.parametrize("days", [-1, 91])
def test_it_refuses_an_end_of_the_rotation_out_of_bounds(endpoint, days):
    with pytest.raises(Invalid):
        endpoints.rotate_key(endpoint, by=OPERATOR, until=timezone.now() + timedelta(days=days))


def test_a_deactivated_endpoint_keeps_its_queue(endpoint, receiver):
    queue(endpoint, 1)
    endpoints.deactivate(endpoint, by=OPERATOR)

    assert dispatch.deliver_due() == 0
    assert Delivery.objects.get().status == S.PENDING
    with pytest.raises(StateForbids):
        endpoints.deactivate(endpoint, by=OPERATOR)


def test_a_test_call_touches_no_push_and_no_breaker(endpoint, receiver):
    queue(endpoint, 1)
    receiver.answers.append((503, {}))

    answer = endpoints.ping(endpoint, by=OPERATOR)

    (call,) = receiver.arrived
    Webhook(SECRET).verify(call.body, dict(call.headers))
    assert (answer.status_code, json.loads(call.body)["type"]) == (503, "cn.shenguan.ping.v1")
    assert not Attempt.objects.exists()
    assert not Lane.objects.exists()


def test_it_sends_batches_in_order_to_who_asked_for_them(endpoint, receiver):
    endpoints.set_pace(endpoint, by=OPERATOR, batch_size=4, max_calls=3, per_minute=None)
    rows = queue(endpoint, 10, case="YZ-1")

    assert dispatch.deliver_due() == 10

    assert [len(json.loads(call.body)) for call in receiver.arrived] == [4, 4, 2]
    assert {call.headers["Content-Type"] for call in receiver.arrived} == {"application/cloudevents-batch+json"}
    assert numbers(receiver) == [row.push.number for row in rows]
    Webhook(SECRET).verify(receiver.arrived[0].body, dict(receiver.arrived[0].headers))
    assert set(Attempt.objects.values_list("batch_size", flat=True)) == {4, 2}


def test_a_batch_of_one_is_a_batch(endpoint, receiver):
    endpoints.set_pace(endpoint, by=OPERATOR, batch_size=4, max_calls=3, per_minute=None)
    queue(endpoint, 1)

    dispatch.deliver_due()

    assert len(json.loads(receiver.arrived[0].body)) == 1


def test_a_batch_that_fails_comes_again_as_the_same_message(endpoint, receiver):
    endpoints.set_pace(endpoint, by=OPERATOR, batch_size=4, max_calls=1, per_minute=None)
    queue(endpoint, 3)
    receiver.answers.append((500, {}))
    dispatch.deliver_due()
    Delivery.objects.update(next_attempt_at=timezone.now())

    dispatch.deliver_due()

    first, second = receiver.arrived
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert set(Delivery.objects.values_list("status", flat=True)) == {S.DELIVERED}


def test_one_refused_push_does_not_take_its_batch_with_it(endpoint, receiver):
    endpoints.set_pace(endpoint, by=OPERATOR, batch_size=4, max_calls=1, per_minute=None)
    rows = queue(endpoint, 3)
    receiver.answers.extend([(422, {}), (200, {}), (422, {}), (200, {})])

    dispatch.deliver_due()

    assert [len(json.loads(call.body)) for call in receiver.arrived] == [3, 1, 1, 1]
    assert list(Delivery.objects.order_by("id").values_list("status", flat=True)) == [S.DELIVERED, S.DEAD, S.DELIVERED]
    assert Delivery.objects.get(status=S.DEAD).pk == rows[1].pk


def test_it_does_not_let_a_silent_recipient_hold_up_the_others(endpoint, receiver, monkeypatch):
    silent = EndpointFactory(url="http://127.0.0.1:9/", allow_http=True)
    queue(silent, 3)
    queue(endpoint, 3)

    dispatch.deliver_due()

    assert len(receiver.arrived) == 3


def test_it_renews_what_it_holds_and_learns_what_passed_on(endpoint):
    queue(endpoint, 1)
    lanes.prepare()
    (held,) = deliveries.take_up()

    assert lanes.renew({held.endpoint_id: held.fence}) == set()
    Lane.objects.update(fence=99)
    assert lanes.renew({held.endpoint_id: held.fence}) == {endpoint.pk}


def test_a_lease_given_by_a_clock_that_ran_ahead_holds_nobody_off(endpoint):
    queue(endpoint, 1)
    lanes.prepare()
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
        assert deliveries.take_up()  # and then its worker dies

    assert [held.fence for held in deliveries.take_up()] == [2]
    assert deliveries.take_up() == []  # a true lease does


def test_it_takes_and_writes_down_by_a_constant_number_of_statements(endpoint, django_assert_max_num_queries):
    others = [EndpointFactory(), EndpointFactory()]
    for one in (endpoint, *others):
        queue(one, 4)
    lanes.prepare()
    with django_assert_max_num_queries(6):
        taken = deliveries.take_up()
    answered = [
        deliveries.Answered(
            held.endpoint_id,
            held.fence,
            [([parcel], Answer(Attempt.Outcome.DELIVERED, 1, 200), "") for parcel in held.load.parcels],
            leaving=True,
        )
        for held in taken
        if held.load
    ]

    with django_assert_max_num_queries(7):
        assert deliveries.record(answered) == set()

    assert Delivery.objects.filter(status=S.DELIVERED).count() == 12
    assert set(Lane.objects.values_list("held_until", flat=True)) == {None}


def test_it_sends_nothing_before_what_was_read_past_and_lies_in_nobodys_hands(endpoint):
    first, second, third = (row.pk for row in queue(endpoint, 3, case="YZ-1"))
    lanes.prepare()
    (held,) = deliveries.take_up()

    def read_on(besides: list[int]) -> list[int]:
        load = deliveries.take(endpoint.pk, held.fence, rows=50, after=second, besides=besides)
        assert load is not None
        return [parcel.delivery_id for parcel in load.parcels]

    assert read_on([second]) == []  # the wait of the first ended after it was read past
    assert read_on([first, second]) == [third]


def test_it_reads_a_long_queue_by_a_constant_number_of_statements(endpoint, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(lanes, "FEW", 5)
    queue(endpoint, 12)
    lanes.prepare()
    (held,) = deliveries.take_up()
    assert held.load is None

    with django_assert_max_num_queries(10):
        load = deliveries.take(endpoint.pk, held.fence, rows=50)

    assert load is not None
    assert len(load.parcels) == 12


def standing_by(meanwhile: Callable[[], object]) -> int:
    """A pass as in a worker. Once it has looked and found nothing `meanwhile` happens; it ends when nothing waits."""
    asked = iter(range(10_000))

    def stopping() -> bool:
        place = next(asked)
        if place == 5:
            meanwhile()
        return place > 5 and not Delivery.objects.pending().exists()

    return dispatch.stand_by(seconds=5, stopping=stopping)


@pytest.fixture
def _short_glance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "GLANCE", 0.001)


@pytest.mark.usefixtures("_short_glance")
def test_it_sends_what_is_queued_in_its_process_without_the_broker(endpoint, receiver, nudges):
    def meanwhile() -> None:
        queue(endpoint, 2)
        assert nudge.send(dispatch.DELIVERING_TASK)
        assert nudges == []

    Lane.objects.create(endpoint=endpoint)

    assert standing_by(meanwhile) == len(receiver.arrived) == 2
    assert nudges == [dispatch.DELIVERING_TASK]  # so that somebody stands by again


@pytest.mark.usefixtures("_short_glance")
def test_a_second_one_in_the_process_wakes_the_first(endpoint, receiver, nudges):
    def meanwhile() -> None:
        queue(endpoint, 1)
        assert dispatch.stand_by(seconds=5, stopping=lambda: False) == 0

    Lane.objects.create(endpoint=endpoint)

    assert standing_by(meanwhile) == len(receiver.arrived) == 1


def test_a_message_is_sent_when_nobody_stands_by_any_more(nudges):
    dispatch.stand_by(seconds=5, stopping=lambda: True)
    nudges.clear()
    nudge.arrived(dispatch.DELIVERING_TASK)

    nudge.send(dispatch.DELIVERING_TASK)

    assert nudges == [dispatch.DELIVERING_TASK]


def test_a_slow_call_does_not_hold_back_other_cases_of_its_recipient(endpoint, receiver, nudges, monkeypatch):
    monkeypatch.setattr(dispatch, "LOOK_AGAIN", 0.0)
    endpoints.set_pace(endpoint, by=OPERATOR, batch_size=1, max_calls=4, per_minute=None)
    queue(endpoint, 1)
    receiver.answers.append(0.5)
    later: list[Delivery] = []

    def stopping() -> bool:
        if receiver.arrived and not later:
            later.extend(queue(endpoint, 1, case="YZ-other"))
            nudge.send(dispatch.DELIVERING_TASK)
        return bool(later) and not Delivery.objects.pending().exists()

    dispatch.stand_by(seconds=5, stopping=stopping)

    assert receiver.most_at_once == 2
