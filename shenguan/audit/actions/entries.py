"""Writing audit entries."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from shenguan import bulk
from shenguan.access.actors import Actor
from shenguan.audit.act import Act
from shenguan.audit.hashing import digest_of, plain
from shenguan.audit.models import AuditEntry, AuditPending
from shenguan.audit.models.entry import content_of


def record(
    action: str,
    *,
    by: Actor,
    target: Model | None = None,
    label: str = "",
    success: bool = True,
    detail: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Writes one act (R11.07), to be called inside the transaction of the act itself. The arguments are Act's.

    A failed act (success=False) is recorded after its own roll-back.
    """
    entry = AuditEntry(**_entry(Act(action, target, label, success, detail or {}), by, timezone.now())._asdict())
    _write([entry])
    return entry


@transaction.atomic(savepoint=False)
def record_many(acts: Iterable[Act], *, by: Actor) -> list[int]:
    """`record` for each, in their order, by a number of statements that does not grow with the number of acts.

    The keys of the entries.
    """
    now = timezone.now()
    keys = bulk.insert(AuditEntry, [_entry(act, by, now) for act in acts])
    bulk.insert(AuditPending, map(_Waiting, keys))
    return keys


@transaction.atomic(savepoint=False)
def _write(entries: list[AuditEntry]) -> None:
    bulk.create(entries)
    bulk.insert(AuditPending, [_Waiting(entry.pk) for entry in entries])


class _Waiting(NamedTuple):
    """A row of AuditPending."""

    entry_id: int


class _Entry(NamedTuple):
    """A row of AuditEntry."""

    uid: UUID
    at: datetime
    actor_kind: str
    actor_key: str
    actor_name: str
    department_code: str
    ip: str
    action: str
    target_type: str
    target_id: str
    label: str
    success: bool
    detail: Any
    hash_name: str
    content_hash: str = ""


def _entry(act: Act, by: Actor, now: datetime) -> _Entry:
    target = act.target
    label = act.label or (str(target) if target is not None else "")
    entry = _Entry(
        uid=uuid4(),
        at=now,
        actor_kind=by.kind,
        actor_key=plain(by.key)[:150],
        actor_name=by.name[:150],
        department_code=by.department.code if by.department else "",
        ip=by.ip[:45],
        action=act.action,
        target_type=target._meta.label_lower if target is not None else "",
        target_id=str(target.pk) if target is not None else "",
        label=plain(label)[:200],
        success=act.success,
        detail=plain(act.detail),
        hash_name=settings.AUDIT_HASH,
    )
    return entry._replace(content_hash=digest_of(content_of(entry), entry.hash_name))
