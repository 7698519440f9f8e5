"""Two sealers at once. On SQLite writing transactions are alone anyway; the lock matters on PostgreSQL."""

import threading

import pytest
from django.db import connection, transaction

from shenguan import audit
from shenguan.access.actors import Actor
from shenguan.audit.actions.sealing import seal_pending
from shenguan.audit.models import AuditSeal, SealLock
from shenguan.audit.verification import verify_chain

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="row locks exist on PostgreSQL only"),
]


def in_thread(work) -> None:
    """Runs `work` on a connection of its own and waits for it."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=20)
    assert not thread.is_alive()


def test_the_second_sealer_returns_at_once():
    audit.record("x.y", by=Actor.system("test"))
    SealLock.objects.create(pk=1)
    sealed = []
    with transaction.atomic():
        SealLock.objects.select_for_update().get(pk=1)
        in_thread(lambda: sealed.append(seal_pending()))
    assert sealed == [0]
    assert seal_pending() == 1


def test_writers_do_not_wait_for_a_sealer():
    SealLock.objects.create(pk=1)
    with transaction.atomic():
        SealLock.objects.select_for_update().get(pk=1)
        in_thread(lambda: audit.record("x.y", by=Actor.system("test")))
    assert seal_pending() == 1


def test_many_sealers_make_one_chain():
    def write_and_seal() -> None:
        try:
            for _ in range(10):
                audit.record("x.y", by=Actor.system("test"))
                seal_pending()
        finally:
            connection.close()

    threads = [threading.Thread(target=write_and_seal) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    seal_pending()
    assert AuditSeal.objects.count() == 40
    assert verify_chain().broken is None


def test_a_late_commit_with_a_smaller_id_is_sealed():
    with transaction.atomic():
        late = audit.record("x.y", by=Actor.system("late"))
        in_thread(lambda: audit.record("x.y", by=Actor.system("early")))
        in_thread(seal_pending)
    assert seal_pending() == 1
    assert AuditSeal.objects.order_by("-sequence").first().entry_id == late.pk
