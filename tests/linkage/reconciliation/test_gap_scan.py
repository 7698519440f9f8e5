"""The hourly gap scan: every kind of gap, one row a gap, closed by itself, repaired where that is safe."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from approvals.models import Permit
from linkage.actions import gap_scan, pushes, unmapped
from linkage.models import (
    Delivery,
    Discrepancy,
    Endpoint,
    Lane,
    LinkageEntry,
    Push,
    Routing,
    ScanMark,
    UnmappedEvent,
)
from shenguan import audit
from shenguan.access.actors import Actor
from shenguan.audit.actions.sealing import seal_pending
from shenguan.events.models import PendingEvent
from shenguan.identifiers import series
from shenguan.identifiers.models import NumberSeries
from shenguan.notify.models import Notice
from supervision.models import CheckTask, SupervisedObject
from tests.factories.approvals import ApplicationFactory
from tests.factories.linkage import DeliveryFactory, EndpointFactory, LinkageEntryFactory, PushFactory
from tests.linkage.conftest import City, happen, route_all
from tests.linkage.reconciliation.conftest import SETTLED, only, scan

pytestmark = pytest.mark.django_db
Clock = time_machine.Traveller
Kind = Discrepancy.Kind


def lose(city: City) -> str:
    """An event that lost its place in the queue; its key."""
    event = city.happen()
    event.pending.delete()
    return str(event.pk)


def test_it_finds_nothing_in_a_city_that_works(city: City, clock: Clock):
    city.route()
    clock.shift(timedelta(hours=2))
    seal_pending()

    assert gap_scan.scan().total() == 0


def test_it_puts_a_lost_event_back_into_the_queue(city: City, clock: Clock):
    key = lose(city)
    clock.shift(SETTLED)

    row = only(Kind.UNROUTED)

    assert (row.key, row.state, row.closed_by) == (key, "repaired", "系统")
    assert "自动处理" in row.reason
    assert PendingEvent.objects.filter(event=int(key)).exists()


def test_a_repaired_gap_is_gone_once_the_event_is_routed(city: City, clock: Clock):
    lose(city)
    clock.shift(SETTLED)
    gap_scan.scan()
    route_all()

    row = only(Kind.UNROUTED)

    assert (row.state, row.gone_at is not None, Push.objects.count()) == ("repaired", True, 1)


def test_it_leaves_an_event_alone_that_is_still_on_its_way(city: City, clock: Clock):
    lose(city)
    clock.shift(timedelta(minutes=4))

    assert scan(Kind.UNROUTED) == []


def test_it_leaves_a_waiting_event_alone(city: City, clock: Clock):
    city.happen()
    clock.shift(SETTLED)

    assert scan(Kind.UNROUTED) == []


def test_it_does_not_miss_kinds_nobody_routes(city: City, clock: Clock):
    city.happen("push.created")
    clock.shift(SETTLED)

    assert scan(Kind.UNROUTED) == []


def test_it_looks_twice_at_the_last_hour(city: City, clock: Clock):
    event = city.happen()
    clock.shift(SETTLED)
    gap_scan.scan()
    event.pending.delete()

    assert only(Kind.UNROUTED).key == str(event.pk)


def test_it_still_finds_an_event_that_was_lost_after_waiting_for_long(city: City, clock: Clock):
    event = city.happen()
    clock.shift(timedelta(hours=3))
    gap_scan.scan()
    event.pending.delete()

    assert only(Kind.UNROUTED).key == str(event.pk)


def test_it_does_not_read_history_again(city: City, clock: Clock):
    event = city.happen()
    route_all()
    clock.shift(timedelta(hours=2))
    gap_scan.scan()

    assert ScanMark.objects.get(name=Kind.UNROUTED).last_id >= event.pk
    Routing.objects.all().delete()
    assert scan(Kind.UNROUTED) == []


def test_it_names_events_that_wait_for_long(city: City, clock: Clock):
    city.happen()
    clock.shift(timedelta(minutes=31))

    assert only(Kind.ROUTING_STUCK).owner == city.coordinator


def test_one_gap_is_one_row_however_often_it_is_seen(city: City, clock: Clock):
    city.happen()
    clock.shift(timedelta(minutes=31))
    first = only(Kind.ROUTING_STUCK)
    clock.shift(timedelta(hours=1))

    row = only(Kind.ROUTING_STUCK)

    assert (row.pk, row.found_at, row.last_seen_at > first.last_seen_at) == (first.pk, first.found_at, True)


def test_people_hear_of_a_gap_once(city: City, clock: Clock):
    city.happen()
    clock.shift(timedelta(minutes=31))
    gap_scan.scan()
    gap_scan.scan()

    assert Notice.objects.filter(kind="reconciliation.gaps", staff=city.coordinator).count() == 1


def test_a_gap_closes_by_itself(city: City, clock: Clock):
    city.happen()
    clock.shift(timedelta(minutes=31))
    gap_scan.scan()
    route_all()

    row = only(Kind.ROUTING_STUCK)

    assert (row.state, row.closed_by, row.gone_at) == ("vanished", "系统", row.closed_at)


def test_a_gap_that_comes_back_is_a_new_row(city: City, clock: Clock):
    city.happen()
    clock.shift(timedelta(minutes=31))
    gap_scan.scan()
    route_all()
    gap_scan.scan()
    Routing.objects.all().delete()
    Push.objects.all().delete()
    PendingEvent.objects.create(event_id=int(Discrepancy.objects.get().key))

    assert [row.state for row in scan(Kind.ROUTING_STUCK)] == ["vanished", "open"]


def test_it_counts_the_pushes_of_a_routing(city: City, clock: Clock):
    city.happen()
    route_all()
    Routing.objects.update(push_count=2)
    clock.shift(SETTLED)

    assert "2 条推送，实有 1 条" in only(Kind.PUSHES_MISSING).detail


def test_it_enters_a_forgotten_push_into_the_delivery_queue(city: City, clock: Clock):
    EndpointFactory(department=city.entry.department)
    clock.shift(timedelta(minutes=1))
    push = city.route()
    Delivery.objects.all().delete()
    clock.shift(SETTLED)

    row = only(Kind.DELIVERY_MISSING)

    assert (row.push, row.state, Delivery.objects.get().push) == (push, "repaired", push)


def test_it_asks_no_delivery_for_pushes_from_before_the_endpoint(city: City, clock: Clock):
    city.route()
    clock.shift(timedelta(minutes=1))
    EndpointFactory(department=city.entry.department)
    clock.shift(SETTLED)

    assert scan(Kind.DELIVERY_MISSING) == []


def test_it_asks_no_delivery_where_the_endpoint_is_off(city: City, clock: Clock):
    EndpointFactory(department=city.entry.department, is_active=False)
    city.route()
    clock.shift(SETTLED)

    assert scan(Kind.DELIVERY_MISSING) == []


def test_it_names_a_queue_that_nobody_works_on(city: City, clock: Clock):
    delivery = DeliveryFactory(push=PushFactory(entry=city.entry, application=city.application))
    clock.shift(timedelta(minutes=31))

    row = only(Kind.DELIVERY_STUCK)

    assert (row.key, row.department) == (str(delivery.endpoint.pk), city.entry.department)
    assert row.detail.startswith("1 条投递")


@pytest.mark.parametrize(
    "lane",
    [
        {"last_success_at": timedelta(minutes=-5)},
        {"last_failure_at": timedelta(minutes=-5)},
        {"resume_at": timedelta(minutes=5)},
        {"breaker": "open", "resume_at": timedelta(minutes=-5)},
    ],
)
def test_a_queue_that_moves_or_whose_recipient_is_down_is_not_stuck(city: City, clock: Clock, lane: dict[str, Any]):
    delivery = DeliveryFactory(push=PushFactory(entry=city.entry, application=city.application))
    clock.shift(timedelta(minutes=31))
    now = timezone.now()
    fields = {name: now + value if isinstance(value, timedelta) else value for name, value in lane.items()}
    Lane.objects.update_or_create(endpoint=delivery.endpoint, defaults=fields)

    assert scan(Kind.DELIVERY_STUCK) == []


def test_a_paused_queue_is_not_stuck(city: City, clock: Clock):
    delivery = DeliveryFactory(push=PushFactory(entry=city.entry, application=city.application))
    clock.shift(timedelta(minutes=31))
    Endpoint.objects.filter(pk=delivery.endpoint.pk).update(paused_by="袁成志", paused_at=timezone.now())

    assert scan(Kind.DELIVERY_STUCK) == []


def test_a_delivery_that_waits_for_its_next_try_is_not_stuck(city: City, clock: Clock):
    later = clock.shift  # the retry lies ahead when the scan looks
    delivery = DeliveryFactory(push=PushFactory(entry=city.entry, application=city.application))
    Delivery.objects.filter(pk=delivery.pk).update(next_attempt_at=delivery.next_attempt_at + timedelta(hours=1))
    later(timedelta(minutes=31))

    assert scan(Kind.DELIVERY_STUCK) == []


def test_it_names_what_arrived_and_was_not_taken_up(city: City):
    push = PushFactory(entry=city.entry, application=city.application, waiting=True, due_on=date(2026, 11, 19))
    DeliveryFactory(push=push, delivered=True)

    row = only(Kind.NOT_TAKEN_UP)

    assert (row.push, row.owner) == (push, push.owner)


def test_what_is_due_today_is_not_late(city: City):
    push = PushFactory(entry=city.entry, application=city.application, waiting=True, due_on=date(2026, 11, 20))
    DeliveryFactory(push=push, delivered=True)

    assert scan(Kind.NOT_TAKEN_UP) == []


def test_it_names_answers_that_are_overdue(city: City):
    push = PushFactory(entry=city.entry, application=city.application, waiting_answer=True, due_on=date(2026, 11, 19))

    assert only(Kind.ANSWER_OVERDUE).push == push


def test_it_finds_an_empty_place_in_a_sequence(city: City):
    code = city.entry.department.code
    NumberSeries.objects.create(key=f"seq:{code}", year=0, last=4)
    for sequence in (1, 4):
        PushFactory(entry=city.entry, application=city.application, sequence=sequence)

    assert only(Kind.SEQUENCE_GAP).key == f"{code}:2-3"


def test_it_finds_an_empty_place_at_the_end(city: City):
    NumberSeries.objects.create(key=f"seq:{city.entry.department.code}", year=0, last=1)

    assert only(Kind.SEQUENCE_GAP).key.endswith(":1-1")


def test_a_void_place_is_no_gap(city: City):
    key = f"seq:{city.entry.department.code}"
    NumberSeries.objects.create(key=key, year=0, last=1)
    series.void(key, 0, 1, reason="测试", by=Actor.system("test"))

    assert scan(Kind.SEQUENCE_GAP) == []


def test_an_empty_place_that_is_filled_closes(city: City):
    NumberSeries.objects.create(key=f"seq:{city.entry.department.code}", year=0, last=1)
    gap_scan.scan()
    PushFactory(entry=city.entry, application=city.application, sequence=1)

    assert only(Kind.SEQUENCE_GAP).state == "vanished"


def test_it_finds_a_duty_without_a_register_entry(city: City, clock: Clock):
    push = city.route()
    CheckTask.objects.all().delete()
    SupervisedObject.objects.all().delete()
    clock.shift(SETTLED)

    assert only(Kind.DUTY_UNREGISTERED).push == push


def test_it_finds_a_duty_without_its_first_check(city: City, clock: Clock):
    push = city.route()
    CheckTask.objects.all().delete()
    clock.shift(SETTLED)

    assert only(Kind.CHECK_MISSING).push == push


def test_it_says_when_the_audit_trail_is_not_sealed(city: City, clock: Clock):
    audit.record("test", by=Actor.system("test"))
    clock.shift(timedelta(minutes=11))

    assert only(Kind.AUDIT_UNSEALED).key == "audit"


def test_a_broken_check_does_not_blind_the_others(city: City, clock: Clock, monkeypatch: pytest.MonkeyPatch):
    city.happen()
    clock.shift(timedelta(minutes=31))
    broken = gap_scan.Check(Kind.UNROUTED, lambda look: [1 / 0])  # type: ignore[list-item]
    monkeypatch.setattr(gap_scan, "CHECKS", (broken, *gap_scan.CHECKS[1:]))

    assert only(Kind.ROUTING_STUCK).state == "open"


def test_it_costs_the_same_however_many_gaps_it_has_seen(city: City, clock: Clock, django_assert_max_num_queries):
    for _ in range(30):
        city.happen()
    clock.shift(timedelta(minutes=31))
    gap_scan.scan()

    with django_assert_max_num_queries(100):
        gap_scan.scan()


def test_it_counts_the_pushes_of_an_old_event_that_the_worklist_routed(city: City, clock: Clock):
    happen(ApplicationFactory(concluded=True), "approval.concluded")
    route_all()
    waiting = UnmappedEvent.objects.get()
    clock.shift(timedelta(hours=3))
    gap_scan.scan()
    LinkageEntryFactory(version=city.entry.version, approval_item=waiting.application.item)
    unmapped.reroute(waiting, by=Actor.of_staff(city.coordinator))
    Routing.objects.filter(event=waiting.event).update(push_count=2)
    clock.shift(SETTLED)

    assert ScanMark.objects.get(name=Kind.PUSHES_MISSING).last_id >= waiting.event_id
    assert only(Kind.PUSHES_MISSING).key == str(waiting.event_id)


def test_it_finds_a_late_claim_without_its_first_check(city: City, clock: Clock):
    LinkageEntry.objects.update(claim_mode=LinkageEntry.ClaimMode.MANUAL)
    push = city.route()
    clock.shift(timedelta(hours=3))
    gap_scan.scan()
    pushes.claim(push, by=Actor.of_staff(city.liaison))
    CheckTask.objects.all().delete()
    clock.shift(SETTLED)

    assert only(Kind.CHECK_MISSING).push == push


def test_later_looks_of_a_day_leave_untouched_cases_alone(city: City, clock: Clock):
    city.route()
    clock.shift(timedelta(hours=2))
    gap_scan.scan()
    CheckTask.objects.all().delete()

    assert scan(Kind.CHECK_MISSING) == []


def test_the_first_look_of_a_day_leaves_nothing_out(city: City, clock: Clock):
    push = city.route()
    clock.shift(timedelta(hours=2))
    gap_scan.scan()
    CheckTask.objects.all().delete()
    clock.shift(timedelta(days=1))

    assert only(Kind.CHECK_MISSING).push == push


def test_a_known_gap_stays_known_between_the_full_looks(city: City, clock: Clock):
    city.route()
    CheckTask.objects.all().delete()
    clock.shift(timedelta(hours=3))
    first = only(Kind.CHECK_MISSING)
    clock.shift(timedelta(hours=1))

    row = only(Kind.CHECK_MISSING)

    assert (row.pk, row.gone_at, row.last_seen_at > first.last_seen_at) == (first.pk, None, True)


@pytest.mark.parametrize(("hours", "is_gone"), [(1, False), (24, True)])
def test_a_full_look_judges_known_gaps_anew(city: City, clock: Clock, hours: int, is_gone: bool):
    city.route()
    CheckTask.objects.all().delete()
    clock.shift(timedelta(hours=3))
    gap_scan.scan()
    Permit.objects.update(status=Permit.Status.REVOKED)
    clock.shift(timedelta(hours=hours))

    assert (only(Kind.CHECK_MISSING).gone_at is not None) == is_gone
