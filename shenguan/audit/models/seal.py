"""The chain over the audit entries."""

from datetime import UTC

from django.db import models
from django.utils import timezone

from shenguan.audit.hashing import digest_of
from shenguan.audit.models.entry import AuditEntry

FIRST_PREVIOUS = "0" * 64  # what the first seal names as its previous hash


class AuditSeal(models.Model):
    """The place of one entry in the chain. `sequence` starts at 1 and has no gap."""

    sequence = models.BigIntegerField("序号", primary_key=True)
    entry = models.OneToOneField(AuditEntry, models.PROTECT, related_name="seal", verbose_name="审计记录")
    hash_name = models.CharField("摘要算法", max_length=10)
    previous_hash = models.CharField("前一链值", max_length=64)
    chain_hash = models.CharField("链值", max_length=64)
    sealed_at = models.DateTimeField("封存时间", default=timezone.now)

    class Meta:
        ordering = ["sequence"]

    def __str__(self) -> str:
        return f"第 {self.sequence} 号封存"

    def compute_hash(self, content_hash: str) -> str:
        """The chain hash as it should be for an entry with `content_hash`."""
        sealed_at = self.sealed_at.astimezone(UTC).isoformat(timespec="microseconds")
        return digest_of([self.sequence, self.previous_hash, content_hash, sealed_at], self.hash_name)


class AuditDigest(models.Model):
    """The last chain hash of a finished day (Asia/Shanghai): the value an office prints, signs or hands to others."""

    day = models.DateField("日期", primary_key=True)
    last_sequence = models.BigIntegerField("末序号")
    chain_hash = models.CharField("当日链值", max_length=64)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.chain_hash}"


class SealLock(models.Model):
    """One row that a sealer locks while it extends the chain, so that two never fork it. Writers never touch it."""

    taken_at = models.DateTimeField("最近封存", default=timezone.now)

    def __str__(self) -> str:
        return "封存锁"
