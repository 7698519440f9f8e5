"""Writing audit entries."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model

from shenguan.access.actors import Actor
from shenguan.audit.hashing import plain
from shenguan.audit.models import AuditEntry, AuditPending


@transaction.atomic(savepoint=False)
def record(
    action: str,
    *,
    by: Actor,
    target: Model | None = None,
    label: str = "",
    success: bool = True,
    detail: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Writes one act (R11.07), to be called inside the transaction of the act itself.

    `action` reads "noun.verb" (application.accept). `label` is what people call the object, by default its own text.
    `detail` holds no plain ID number or phone. A failed act (success=False) is recorded after its own roll-back.
    """
    label = label or (str(target) if target is not None else "")
    entry = AuditEntry(
        actor_kind=by.kind,
        actor_key=plain(by.key)[:150],
        actor_name=by.name[:150],
        department_code=by.department.code if by.department else "",
        ip=by.ip[:45],
        action=action,
        target_type=target._meta.label_lower if target is not None else "",
        target_id=str(target.pk) if target is not None else "",
        label=plain(label)[:200],
        success=success,
        detail=plain(detail or {}),
        hash_name=settings.AUDIT_HASH,
    )
    entry.content_hash = entry.compute_hash()
    entry.save(force_insert=True)
    AuditPending.objects.create(entry=entry)
    return entry
