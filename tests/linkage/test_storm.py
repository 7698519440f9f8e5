"""Storms by a seed: whatever dies wherever, nothing is lost, nothing has a second effect, order and chain hold."""

from collections import defaultdict
from collections.abc import Iterator

import pytest
import time_machine
from django.db.models import Count

from linkage.channels import carrier
from linkage.models import Attempt, Delivery, Endpoint, Push, Routing
from shenguan.audit.actions.sealing import seal_pending
from shenguan.audit.verification import verify_chain
from shenguan.events.models import Event, PendingEvent
from tests.factories.approvals import ApplicationFactory
from tests.factories.linkage import SECRET, LinkageEntryFactory
from tests.linkage.conftest import build_city
from tests.linkage.storm import Receiver, Storm, recipients_without_gaps

pytestmark = pytest.mark.django_db(transaction=True)
SEEDS = [1, 2, 3]
STEPS, CASES = 70, 12
Outcome = Attempt.Outcome


@pytest.fixture
def storm(
    request: pytest.FixtureRequest, clock: time_machine.Traveller, nudges: list[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Storm]:
    """Two recipients, one of which takes batches; cases of both stages; a storm by the seed of the test, gone by."""
    city = build_city(both_stages=True)
    LinkageEntryFactory(version=city.entry.version, approval_item=city.entry.approval_item, both_stages=True)
    for place, row in enumerate(city.entry.version.entries.all()):
        Endpoint.objects.create(
            department=row.department,
            url=f"http://127.0.0.1:9/{place}",
            secret=SECRET,
            allow_http=True,
            batch_size=1 + 3 * place,
        )
    cases = ApplicationFactory.create_batch(CASES, concluded=True, variant=city.application.variant)
    carrier.stop()
    storm = Storm(request.param, clock, monkeypatch)
    storm.blow(STEPS, iter(cases * STEPS))
    storm.calm()
    yield storm
    carrier.stop()


@pytest.mark.parametrize("storm", SEEDS, indirect=True)
def test_it_loses_nothing_doubles_nothing_and_keeps_order(storm: Storm):
    assert min(*storm.deaths.values(), storm.overtaken) > 0  # it was a storm
    assert len(Receiver.faults) > 4

    events = Event.objects.filter(kind__startswith="approval.")
    assert not PendingEvent.objects.exists()
    assert Routing.objects.filter(push_count=2).count() == events.count() > 10
    assert {row["n"] for row in Push.objects.values("event").order_by().annotate(n=Count("department"))} == {2}
    for sequences in recipients_without_gaps().values():
        assert sequences == list(range(1, events.count() + 1))

    pushes = Push.objects.values_list("department__endpoint", "case_number", "sequence")
    assert sorted(Receiver.effects) == sorted(pushes)  # each once
    by_case = defaultdict(list)
    for recipient, case, sequence in Receiver.effects:
        by_case[recipient, case].append(sequence)
    assert all(taken == sorted(taken) for taken in by_case.values())

    assert set(Delivery.objects.values_list("status", flat=True)) == {Delivery.Status.DELIVERED}
    proofs = Attempt.objects.filter(outcome=Outcome.DELIVERED).values_list("delivery", flat=True)
    assert sorted(proofs) == sorted(Delivery.objects.values_list("pk", flat=True))  # one proof of receipt each
    counted = Delivery.objects.annotate(n=Count("attempts")).exclude(attempts__outcome=Outcome.OBSOLETE)
    assert {row.n - row.attempts_made for row in counted} == {0}

    seal_pending()
    verdict = verify_chain()
    assert (verdict.broken, verdict.unsealed, verdict.sealed > 0) == (None, 0, True)
