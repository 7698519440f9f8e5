"""Discrepancies: opened by scans and reports, closed by themselves, by a remedy, or by somebody's explanation."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from linkage.actions import remedies
from linkage.lifecycle import DISCREPANCY
from linkage.models import DaySheet, Discrepancy
from linkage.reconciliation.looks import Gap
from linkage.selectors import owners
from shenguan import audit, texts
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.lifecycle import check_move
from shenguan.org.models import Staff
from shenguan.refusals import Refusal

SCANNER = Actor.system("linkage.reconcile")
REPAIRS_AT_MOST = 3  # by itself; after that a person has to look
State = Discrepancy.State


def settle(
    kind: str,
    found: Mapping[str, Gap],
    present: Mapping[str, Discrepancy],
    *,
    now: datetime,
    complete: bool = True,
    sheet: DaySheet | None = None,
) -> list[Discrepancy]:
    """Brings the rows of one kind in line with what is there now, in the caller's transaction; the new open rows.

    `present`: rows not gone yet, by key. `complete` False: more may be there than was looked at, so nothing closes.
    Automatic repairs run where the kind has one that is safe to repeat; the row says so.
    """
    known = [present[key].pk for key in found if key in present]
    Discrepancy.objects.filter(pk__in=known).update(last_seen_at=now)
    again = [present[key] for key in found if key in present and present[key].state == State.REPAIRED]
    for row in again:
        _write(row, "reopen", closed_at=None, closed_by="", detail=found[row.key].detail, last_seen_at=now)
    if complete:
        _vanish([row for key, row in present.items() if key not in found], now)
    opened = _open(kind, [gap for key, gap in found.items() if key not in present], now=now, sheet=sheet)
    _repair(kind, [*opened, *again])
    return opened + again


def _open(kind: str, fresh: list[Gap], *, now: datetime, sheet: DaySheet | None) -> list[Discrepancy]:
    if not fresh:
        return []
    keeper: Staff | None = None if all(gap.owner for gap in fresh) else owners.coordinator()
    return Discrepancy.objects.bulk_create(
        Discrepancy(
            kind=kind,
            key=gap.key,
            label=gap.label[:120],
            detail=gap.detail[:400],
            department=gap.department,
            owner=gap.owner or keeper,
            push_id=gap.push_id,
            sheet=sheet,
            found_at=now,
            last_seen_at=now,
        )
        for gap in fresh
    )


def _vanish(rows: Sequence[Discrepancy], now: datetime) -> None:
    """These gaps are gone; what was explained or repaired keeps its words."""
    rows_by_key = Discrepancy.objects.filter(pk__in=[row.pk for row in rows])
    rows_by_key.update(gone_at=now)
    move = DISCREPANCY["vanish"]
    rows_by_key.filter(state__in=move.sources).update(
        state=move.target, closed_at=now, closed_by="系统", reason="再次核对时已不存在"
    )


def _repair(kind: str, rows: list[Discrepancy]) -> None:
    """Sets right by itself what may safely be set right any number of times."""
    wanted = [row for row in rows if row.repairs < REPAIRS_AT_MOST]
    remedy = remedies.AUTOMATIC.get(kind)
    if remedy is None or not wanted:
        return
    done = remedy.apply(wanted, SCANNER)
    for row in wanted:
        if row.pk in done:
            _repaired(row, by=SCANNER, reason=f"自动处理：{done[row.pk]}")


def _repaired(row: Discrepancy, *, by: Actor, reason: str) -> None:
    now = timezone.now()
    _write(row, "repair", closed_at=now, closed_by=by.name, reason=reason[:300], repairs=row.repairs + 1)
    audit.record("discrepancy.repair", by=by, target=row, detail={"kind": row.kind, "key": row.key, "reason": reason})


@transaction.atomic
def remedy(row: Discrepancy, *, by: Actor) -> Discrepancy:
    """The one-click remedy of its kind. Raises StateForbids, NotAllowed, Refusal when there is none or it failed."""
    by.require(Permission.PUSH_ARBITRATE)
    locked = _lock(row)
    check_move(DISCREPANCY, "repair", locked.state, State)
    wanted = remedies.of(locked.kind)
    if wanted is None:
        raise Refusal("no_remedy", f"“{locked.get_kind_display()}”没有一键处理，请核实后写明说明。")
    done = wanted.apply([locked], by)
    if locked.pk not in done:
        raise Refusal("remedy_failed", f"未能{wanted.label}：所需的记录已经变化，请重新扫描后再看。")
    _repaired(locked, by=by, reason=f"{wanted.label}：{done[locked.pk]}")
    return locked


@transaction.atomic
def remedy_many(rows: Sequence[Discrepancy], *, by: Actor) -> int:
    """The remedy of rows of one kind at once; how many it helped. Raises Refusal when it helped none, NotAllowed."""
    by.require(Permission.PUSH_ARBITRATE)
    keys = [row.pk for row in rows]
    locked = list(Discrepancy.objects.open().select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
    wanted = remedies.of(locked[0].kind) if locked else None
    done = wanted.apply(locked, by) if wanted is not None else {}
    if wanted is None or not done:
        raise Refusal("remedy_failed", "没有可以一键处理的差异：可能已经处理，或对方没有登记接收地址。")
    for row in locked:
        if row.pk in done:
            _repaired(row, by=by, reason=f"{wanted.label}：{done[row.pk]}")
    return len(done)


@transaction.atomic
def explain(row: Discrepancy, *, by: Actor, reason: str) -> Discrepancy:
    """Closes a gap that has its reason. Raises Invalid without one, StateForbids, NotAllowed."""
    by.require(Permission.PUSH_ARBITRATE)
    reason = texts.check_text("reason", reason, "请写明差异的原因和依据。")
    locked = _lock(row)
    check_move(DISCREPANCY, "explain", locked.state, State)
    _write(locked, "explain", closed_at=timezone.now(), closed_by=by.name, reason=reason[:300])
    audit.record("discrepancy.explain", by=by, target=locked, detail={"kind": locked.kind, "reason": reason})
    return locked


def _lock(row: Discrepancy) -> Discrepancy:
    return Discrepancy.objects.select_for_update(of=("self",)).get(pk=row.pk)


def _write(row: Discrepancy, action: str, **fields: Any) -> None:
    """Moves a row by the table and saves what changed."""
    row.state = check_move(DISCREPANCY, action, row.state, State).target or row.state
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=["state", *fields])
