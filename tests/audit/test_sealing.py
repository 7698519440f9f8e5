"""The sealer: one chain, no gap, nobody waits, nothing missed."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from shenguan import audit
from shenguan.audit.actions import sealing
from shenguan.audit.actions.sealing import seal_batch, seal_pending
from shenguan.audit.models import AuditDigest, AuditEntry, AuditPending, AuditSeal
from shenguan.audit.models.seal import FIRST_PREVIOUS
from shenguan.audit.tasks import seal_audit

pytestmark = pytest.mark.django_db


def record(system, count: int) -> list[AuditEntry]:
    return [audit.record("x.y", by=system, label=str(n)) for n in range(count)]


def test_it_links_every_entry_to_the_one_before(system):
    record(system, 3)
    assert seal_pending() == 3
    first, second, third = AuditSeal.objects.all()
    assert [first.sequence, second.sequence, third.sequence] == [1, 2, 3]
    assert first.previous_hash == FIRST_PREVIOUS
    assert second.previous_hash == first.chain_hash
    assert third.previous_hash == second.chain_hash
    assert not AuditPending.objects.exists()


def test_it_continues_the_chain_later(system):
    record(system, 1)
    seal_pending()
    record(system, 1)
    seal_pending()
    first, second = AuditSeal.objects.all()
    assert second.previous_hash == first.chain_hash


def test_it_continues_with_another_algorithm(system, settings):
    record(system, 1)
    seal_pending()
    settings.AUDIT_HASH = "sm3"
    record(system, 1)
    seal_pending()
    first, second = AuditSeal.objects.all()
    assert (first.hash_name, second.hash_name) == ("sha256", "sm3")
    assert second.previous_hash == first.chain_hash


def test_it_works_in_batches(system, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 2)
    record(system, 5)
    assert seal_batch() == 2
    assert seal_pending() == 3
    assert list(AuditSeal.objects.values_list("sequence", flat=True)) == [1, 2, 3, 4, 5]


def test_it_does_nothing_when_nothing_waits():
    assert seal_audit() == 0


def test_it_finds_an_entry_that_was_committed_late_with_a_smaller_id(system):
    late, early = record(system, 2)
    waiting = AuditPending.objects.filter(entry=late)
    waiting.delete()  # as long as its transaction is open, nobody else sees the row
    seal_pending()
    AuditPending.objects.create(entry=late)
    assert seal_pending() == 1
    assert [seal.entry_id for seal in AuditSeal.objects.all()] == [early.pk, late.pk]


def test_it_leaves_the_work_to_the_sealer_that_has_the_lock(system, monkeypatch):
    record(system, 1)
    monkeypatch.setattr(sealing, "_take_lock", lambda: False)
    assert seal_pending() == 0
    assert AuditPending.objects.exists()


def test_it_keeps_nothing_of_a_batch_that_fails(system, monkeypatch):
    record(system, 2)

    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(AuditSeal.objects, "bulk_create", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        seal_pending()
    assert AuditPending.objects.count() == 2


def test_it_costs_the_same_however_long_the_history_is(system):
    record(system, 1)
    seal_pending()
    record(system, 1)
    with CaptureQueriesContext(connection) as short:
        seal_batch()
    record(system, 60)
    seal_pending()
    record(system, 1)
    with CaptureQueriesContext(connection) as long:
        seal_batch()
    assert len(long) == len(short)


def test_it_writes_the_digest_of_a_finished_day(system, clock):
    record(system, 2)
    seal_pending()
    assert not AuditDigest.objects.exists()
    clock.shift(24 * 3600)
    seal_pending()
    digest = AuditDigest.objects.get()
    assert (digest.day, digest.last_sequence) == (date(2026, 11, 20), 2)
    assert digest.chain_hash == AuditSeal.objects.get(sequence=2).chain_hash


def test_it_ends_a_day_at_midnight_in_shanghai(system, clock):
    """09:30 plus 14 hours is 23:30; half an hour and a second later the day is over, while UTC still says the 20th."""
    record(system, 1)
    seal_pending()
    clock.shift(14 * 3600)
    seal_pending()
    assert not AuditDigest.objects.exists()
    clock.shift(1801)
    seal_pending()
    assert AuditDigest.objects.get().day == date(2026, 11, 20)
