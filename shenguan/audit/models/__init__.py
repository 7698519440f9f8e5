"""Entries, their queue, the seals that chain them and the digest of each day."""

from shenguan.audit.models.entry import AuditEntry, AuditPending
from shenguan.audit.models.seal import AuditDigest, AuditSeal, SealLock

__all__ = ["AuditDigest", "AuditEntry", "AuditPending", "AuditSeal", "SealLock"]
