"""Proving the chain: nothing was altered, removed, inserted or reordered since it was sealed (R11.07)."""

from dataclasses import dataclass

from shenguan.audit.models import AuditDigest, AuditEntry, AuditPending, AuditSeal
from shenguan.audit.models.seal import FIRST_PREVIOUS

CHUNK = 2000


@dataclass(frozen=True)
class Break:
    """The first row that does not hold; `reason` is a Chinese phrase."""

    row: str
    reason: str


@dataclass(frozen=True)
class Verdict:
    """What a walk over the chain found. `unsealed` rows are written but not chained yet."""

    sealed: int
    unsealed: int
    chain_hash: str
    broken: Break | None


def verify_chain() -> Verdict:
    """Walks the whole chain, recomputes every hash and compares the day digests. Stops at the first broken row."""
    digests = {digest.last_sequence: digest for digest in AuditDigest.objects.all()}
    sequence, previous_hash = 0, FIRST_PREVIOUS
    for seal in AuditSeal.objects.select_related("entry").order_by("sequence").iterator(chunk_size=CHUNK):
        digest = digests.pop(seal.sequence, None)
        broken = _check_seal(seal, sequence + 1, previous_hash) or _check_digest(seal, digest)
        if broken:
            return Verdict(sequence, AuditPending.objects.count(), previous_hash, broken)
        sequence, previous_hash = seal.sequence, seal.chain_hash
    broken = _check_ends(digests) or _check_tail()
    return Verdict(sequence, AuditPending.objects.count(), previous_hash, broken)


def _check_seal(seal: AuditSeal, expected: int, previous_hash: str) -> Break | None:
    row = f"第 {seal.sequence} 号（审计记录 {seal.entry_id}）"
    if seal.sequence != expected:
        return Break(f"第 {expected} 号", "记录缺失")
    if seal.previous_hash != previous_hash:
        return Break(row, "前一链值不符")
    if not _content_holds(seal.entry):
        return Break(row, "内容与摘要不符")
    try:
        chain_hash = seal.compute_hash(seal.entry.content_hash)
    except KeyError:
        return Break(row, f"封存的摘要算法 {seal.hash_name} 未知")
    return None if seal.chain_hash == chain_hash else Break(row, "链值不符")


def _check_digest(seal: AuditSeal, digest: AuditDigest | None) -> Break | None:
    if digest is None or digest.chain_hash == seal.chain_hash:
        return None
    return Break(f"第 {seal.sequence} 号（审计记录 {seal.entry_id}）", f"与 {digest.day} 的日链值不符")


def _check_ends(unmatched: dict[int, AuditDigest]) -> Break | None:
    """A day digest beyond the end of the chain: its tail was cut off."""
    if not unmatched:
        return None
    first = min(unmatched)
    return Break(f"第 {first} 号", f"记录缺失，{unmatched[first].day} 的日链值无从对应")


def _check_tail() -> Break | None:
    """Rows outside the chain must wait in the queue and carry a true content hash."""
    lost = AuditEntry.objects.filter(seal=None, pending=None).order_by("id").first()
    if lost is not None:
        return Break(f"审计记录 {lost.pk}", "既未封存也不在待封存队列")
    waiting = AuditEntry.objects.filter(pending__isnull=False).order_by("id")
    for entry in waiting.iterator(chunk_size=CHUNK):
        if not _content_holds(entry):
            return Break(f"审计记录 {entry.pk}（待封存）", "内容与摘要不符")
    return None


def _content_holds(entry: AuditEntry) -> bool:
    try:
        return entry.content_hash == entry.compute_hash()
    except KeyError:  # a name of a digest that never existed was written into the row
        return False
