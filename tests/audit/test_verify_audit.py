"""verify_audit: exit 0 and the numbers, or exit 1 and the first broken row (CONTRACT §2)."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.state import ProjectState

from shenguan import audit
from shenguan.audit.actions.sealing import seal_pending
from shenguan.audit.append_only import AppendOnly
from shenguan.audit.models import AuditDigest, AuditEntry, AuditPending, AuditSeal

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain(system, clock) -> list[AuditEntry]:
    """Three sealed entries of a finished day, with its digest, and one that waits."""
    entries = [audit.record("x.y", by=system, label=str(n)) for n in range(3)]
    seal_pending()
    clock.shift(24 * 3600)
    seal_pending()
    return [*entries, audit.record("x.y", by=system, label="3")]


@pytest.fixture
def unlocked(chain) -> list[AuditEntry]:
    """The same chain in the hands of somebody who can remove triggers."""
    operation, state = AppendOnly("AuditEntry", "AuditSeal", "AuditDigest"), ProjectState.from_apps(apps)
    operation.database_backwards("audit", connection.schema_editor(atomic=False), state, state)
    return chain


def verify() -> str:
    out = StringIO()
    call_command("verify_audit", stdout=out)
    return out.getvalue()


def test_it_confirms_a_whole_chain_and_names_the_tail(chain):
    text = verify()
    assert "已封存 3 条" in text
    assert "尚未封存 1 条" in text
    assert AuditSeal.objects.get(sequence=3).chain_hash in text


def test_it_confirms_an_empty_trail():
    assert "已封存 0 条" in verify()


def test_it_is_wrong_with_exit_code_1(unlocked):
    AuditEntry.objects.filter(pk=unlocked[0].pk).update(label="改")
    with pytest.raises(CommandError) as caught:
        verify()
    assert caught.value.returncode == 1


FIELDS = {
    "actor_key": "other",
    "actor_name": "别人",
    "actor_kind": "client",
    "department_code": "X",
    "ip": "10.0.0.1",
    "action": "x.z",
    "target_type": "org.staff",
    "target_id": "7",
    "label": "改",
    "success": False,
    "detail": {"n": 1},
    "at": "2026-11-20T00:00:00Z",
    "uid": "00000000-0000-4000-8000-000000000000",
}


@pytest.mark.parametrize("field", FIELDS)
def test_it_finds_an_altered_field(unlocked, field):
    AuditEntry.objects.filter(pk=unlocked[1].pk).update(**{field: FIELDS[field]})
    with pytest.raises(CommandError, match=f"第 2 号（审计记录 {unlocked[1].pk}），内容与摘要不符。此前 1 条完整"):
        verify()


def test_it_finds_an_entry_rewritten_together_with_its_own_hash(unlocked):
    entry = unlocked[1]
    entry.label = "改"
    AuditEntry.objects.filter(pk=entry.pk).update(label="改", content_hash=entry.compute_hash())
    with pytest.raises(CommandError, match="第 2 号.*链值不符"):
        verify()


def test_it_finds_a_removed_row(unlocked):
    AuditSeal.objects.filter(sequence=2).delete()
    AuditEntry.objects.filter(pk=unlocked[1].pk).delete()
    with pytest.raises(CommandError, match="第 2 号，记录缺失"):
        verify()


def test_it_finds_a_cut_off_end_by_the_day_digest(unlocked):
    AuditSeal.objects.filter(sequence=3).delete()
    AuditEntry.objects.filter(pk=unlocked[2].pk).delete()
    with pytest.raises(CommandError, match="第 3 号，记录缺失，2026-11-20 的日链值无从对应"):
        verify()


def test_it_finds_a_chain_that_was_written_anew(unlocked, system):
    """Whoever re-computes all seals still contradicts the digest an office printed."""
    AuditDigest.objects.update(chain_hash="f" * 64)
    with pytest.raises(CommandError, match="第 3 号.*与 2026-11-20 的日链值不符"):
        verify()


def test_it_finds_two_exchanged_rows(unlocked):
    first, second = AuditSeal.objects.filter(sequence__in=[1, 2])
    AuditSeal.objects.filter(sequence=1).update(entry=unlocked[3])
    AuditSeal.objects.filter(sequence=2).update(entry=first.entry)
    AuditSeal.objects.filter(sequence=1).update(entry=second.entry)
    with pytest.raises(CommandError, match="第 1 号.*链值不符"):
        verify()


def test_it_finds_a_bent_link(unlocked):
    AuditSeal.objects.filter(sequence=2).update(previous_hash="0" * 64)
    with pytest.raises(CommandError, match="第 2 号.*前一链值不符"):
        verify()


def test_it_finds_an_unknown_algorithm(unlocked):
    AuditEntry.objects.filter(pk=unlocked[0].pk).update(hash_name="md5")
    with pytest.raises(CommandError, match="第 1 号.*内容与摘要不符"):
        verify()


def test_it_finds_an_unknown_algorithm_of_a_seal(unlocked):
    AuditSeal.objects.filter(sequence=1).update(hash_name="md5")
    with pytest.raises(CommandError, match="第 1 号.*封存的摘要算法 md5 未知"):
        verify()


def test_it_finds_an_altered_row_of_the_tail(unlocked):
    AuditEntry.objects.filter(pk=unlocked[3].pk).update(label="改")
    with pytest.raises(CommandError, match="（待封存），内容与摘要不符"):
        verify()


def test_it_finds_a_row_hidden_from_the_sealer(chain):
    AuditPending.objects.all().delete()
    with pytest.raises(CommandError, match=f"审计记录 {chain[3].pk}，既未封存也不在待封存队列"):
        verify()
