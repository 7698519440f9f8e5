"""What was done (R11.07), and the queue of what is not sealed yet."""

import uuid
from datetime import UTC
from typing import Any

from django.db import models
from django.utils import timezone

from shenguan.audit.hashing import digest_of


class AuditEntry(models.Model):
    """One act. Holds copies instead of foreign keys, so that history never blocks or follows a deletion."""

    uid = models.UUIDField("记录标识", default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField("时间", default=timezone.now)
    actor_kind = models.CharField("操作者类型", max_length=10)
    actor_key = models.CharField("操作者", max_length=150)
    actor_name = models.CharField("姓名", max_length=150)
    department_code = models.CharField("部门编码", max_length=30, blank=True)
    ip = models.CharField("IP 地址", max_length=45, blank=True)
    action = models.CharField("操作", max_length=80)
    target_type = models.CharField("对象类型", max_length=100, blank=True)
    target_id = models.CharField("对象标识", max_length=64, blank=True)
    label = models.CharField("对象", max_length=200, blank=True)
    success = models.BooleanField("成功")
    detail = models.JSONField("详情", default=dict)
    hash_name = models.CharField("摘要算法", max_length=10)
    content_hash = models.CharField("内容摘要", max_length=64)

    class Meta:
        ordering = ["-at", "-id"]
        # each serves the audit page: everything, one person's acts, one kind of act; newest first
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["actor_key", "-at", "-id"], name="audit_by_actor"),
            models.Index(fields=["action", "-at", "-id"], name="audit_by_action"),
            models.Index(fields=["target_type", "target_id"], name="audit_by_target"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.label}".strip()

    def compute_hash(self) -> str:
        """The content hash as it should be, under the algorithm the row was written with."""
        return digest_of(content_of(self), self.hash_name)


def content_of(entry: Any) -> dict[str, Any]:
    """Everything the content hash of an entry, saved or not, covers; the order of rows is covered by the seal."""
    return {
        "uid": str(entry.uid),
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": [entry.actor_kind, entry.actor_key, entry.actor_name, entry.department_code, entry.ip],
        "action": entry.action,
        "target": [entry.target_type, entry.target_id, entry.label],
        "success": entry.success,
        "detail": entry.detail,
    }


class AuditPending(models.Model):
    """An entry the sealer has not chained yet.

    A queue, not "everything above the last id": a transaction that commits late with a smaller id is not missed,
    and looking for work costs the same however long the history is.
    """

    entry = models.OneToOneField(AuditEntry, models.PROTECT, primary_key=True, related_name="pending")

    class Meta:
        ordering = ["entry_id"]

    def __str__(self) -> str:
        return f"待封存 {self.entry_id}"
