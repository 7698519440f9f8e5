"""A day of outage of a recipient with a longer queue: nothing is given up, all of it follows in order."""

import json
from collections import defaultdict
from datetime import timedelta
from itertools import repeat

import pytest
import time_machine
from django.utils import timezone

from linkage.actions import dispatch
from linkage.models import Delivery, Endpoint, Lane, Push
from shenguan.events.models import Event
from tests.factories.linkage import EndpointFactory, PushFactory
from tests.linkage.receiver import running_receiver

pytestmark = pytest.mark.django_db
CASES, EACH = 60, 5


def queue(endpoint: Endpoint) -> None:
    """EACH pushes of each of CASES cases, the cases by turns."""
    model = PushFactory(department=endpoint.department)
    fields = {field.attname: getattr(model, field.attname) for field in Push._meta.concrete_fields[1:]}
    events = Event.objects.bulk_create(Event(kind="approval.concluded", summary="办结") for _ in range(CASES * EACH))
    pushes = Push.objects.bulk_create(
        Push(
            **fields
            | {"event_id": event.pk, "number": f"TS-{n:05d}", "sequence": 1000 + n, "case_number": f"{n % CASES}"}
        )
        for n, event in enumerate(events)
    )
    Delivery.objects.bulk_create(
        Delivery(push=push, endpoint=endpoint, case_number=push.case_number, next_attempt_at=timezone.now())
        for push in pushes
    )


def test_a_queue_that_waited_for_a_day_drains_in_order(nudges: list[str]):
    with running_receiver() as receiver, time_machine.travel(timezone.now(), tick=True) as clock:
        endpoint = EndpointFactory(url=receiver.url, allow_http=True)
        queue(endpoint)
        receiver.answers.extend(repeat((503, {}), 10 * CASES * EACH))
        for _ in range(48):
            dispatch.deliver_due()
            clock.shift(timedelta(minutes=30))
        assert (Lane.objects.get().breaker, Delivery.objects.pending().count()) == ("open", CASES * EACH)
        receiver.answers.clear()
        receiver.arrived.clear()

        dispatch.deliver_due()

        arrived = defaultdict(list)
        for call in receiver.arrived:
            data = json.loads(call.body)["data"]
            arrived[data["case_number"]].append(data["sequence"])
    assert set(Delivery.objects.values_list("status", flat=True)) == {"delivered"}
    assert {case: sorted(taken) for case, taken in arrived.items()} == arrived
    assert [len(taken) for taken in arrived.values()] == [EACH] * CASES
