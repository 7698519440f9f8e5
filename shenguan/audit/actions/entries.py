"""Writing audit entries."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model

from shenguan import bulk
from shenguan.access.actors import Actor
from shenguan.audit.act import Act
from shenguan.audit.hashing import plain
from shenguan.audit.models import AuditEntry, AuditPending


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
    return record_many([Act(action, target, label, success, detail or {})], by=by)[0]


@transaction.atomic(savepoint=False)
def record_many(acts: Iterable[Act], *, by: Actor) -> list[AuditEntry]:
    """`record` for each, in their order, by a number of statements that does not grow with the number of acts."""
    entries = bulk.create(_entry(act, by) for act in acts)
    bulk.create(AuditPending(entry_id=entry.pk) for entry in entries)
    return entries


def _entry(act: Act, by: Actor) -> AuditEntry:
    target = act.target
    label = act.label or (str(target) if target is not None else "")
    entry = AuditEntry(
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
    entry.content_hash = entry.compute_hash()
    return entry
