"""Linking entries into one chain, a few seconds behind the writers and without ever making them wait (DESIGN §4)."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from shenguan.audit.models import AuditDigest, AuditPending, AuditSeal, SealLock
from shenguan.audit.models.seal import FIRST_PREVIOUS

BATCH = 500
THE_LOCK = 1


def seal_pending() -> int:
    """Seals everything that waits, in short transactions; returns how many entries.

    Safe beside other sealers: whoever finds the lock taken leaves the work to the one who has it.
    """
    sealed = 0
    while done := seal_batch():
        sealed += done
    return sealed


@transaction.atomic
def seal_batch() -> int:
    """Seals up to BATCH waiting entries and closes the day before; returns how many entries, 0 without the lock."""
    if not _take_lock():
        return 0
    now = timezone.now()
    last = AuditSeal.objects.order_by("-sequence").first()
    if last is not None:
        _close_day(last, now)
    waiting = list(AuditPending.objects.select_related("entry").order_by("entry_id")[:BATCH])
    sequence, previous_hash = (last.sequence, last.chain_hash) if last else (0, FIRST_PREVIOUS)
    seals = []
    for pending in waiting:
        sequence += 1
        seal = AuditSeal(
            sequence=sequence,
            entry=pending.entry,
            hash_name=settings.AUDIT_HASH,
            previous_hash=previous_hash,
            sealed_at=now,
        )
        seal.chain_hash = previous_hash = seal.compute_hash(pending.entry.content_hash)
        seals.append(seal)
    AuditSeal.objects.bulk_create(seals)
    AuditPending.objects.filter(pk__in=[pending.pk for pending in waiting]).delete()
    return len(seals)


def _take_lock() -> bool:
    """The lock row for the rest of the transaction; False when another sealer has it.

    On SQLite every writing transaction is alone anyway.
    """
    SealLock.objects.get_or_create(pk=THE_LOCK)
    lock = SealLock.objects.select_for_update(skip_locked=True).filter(pk=THE_LOCK)
    return lock.first() is not None


def _close_day(last: AuditSeal, now: datetime) -> None:
    """Writes the digest of the day of the last seal once that day is over in Shanghai."""
    day = timezone.localdate(last.sealed_at)
    if day < timezone.localdate(now):
        AuditDigest.objects.get_or_create(
            day=day, defaults={"last_sequence": last.sequence, "chain_hash": last.chain_hash}
        )
