"""Permits (证照) and what happened to them afterwards."""

from datetime import date

from django.db import models

FOREVER = date(2099, 12, 31)  # 长期 (RULES 5.1, XK_YXQZI)


class PermitQuerySet(models.QuerySet["Permit"]):
    """Named questions about permits."""

    def awaiting_cancellation(self) -> "PermitQuerySet":
        """Revoked or withdrawn, and the cancellation that must follow is still to be done (R1.20)."""
        return self.filter(status__in=[Permit.Status.REVOKED, Permit.Status.WITHDRAWN])

    def in_force(self) -> "PermitQuerySet":
        """Valid or suspended: the holder still has it."""
        return self.filter(status__in=[Permit.Status.VALID, Permit.Status.SUSPENDED])


class Permit(models.Model):
    """One issued permit."""

    class Status(models.TextChoices):
        VALID = "valid", "有效"
        SUSPENDED = "suspended", "暂扣"
        EXPIRED = "expired", "已过期"
        REVOKED = "revoked", "已撤销"
        WITHDRAWN = "withdrawn", "已撤回"
        CANCELLED = "cancelled", "已注销"

    application = models.OneToOneField("approvals.Application", models.PROTECT, related_name="permit")
    item = models.ForeignKey("approvals.ApprovalItem", models.PROTECT, related_name="permits")
    subject = models.ForeignKey("credit.Subject", models.PROTECT, related_name="permits")
    department = models.ForeignKey("org.Department", models.PROTECT, related_name="permits")  # who issued it

    number = models.CharField("证照编号", max_length=100)
    name = models.CharField("证照名称", max_length=100)
    token = models.CharField("查验码", max_length=32, unique=True)  # in the QR code; says nothing by itself
    status = models.CharField("状态", max_length=20, choices=Status.choices, default=Status.VALID)
    content = models.CharField("许可内容", max_length=4000, blank=True)

    valid_from = models.DateField("有效期自")
    valid_to = models.DateField("有效期至")  # 2099-12-31 = 长期
    issued_at = models.DateTimeField("制证时间")

    objects = PermitQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject", "item"], name="permit_of_subject")]  # change and renewal look it up
        constraints = [
            models.UniqueConstraint(fields=["department", "number"], name="permit_number_once_per_department"),
            models.CheckConstraint(
                condition=models.Q(valid_to__gte=models.F("valid_from")), name="permit_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class PermitEvent(models.Model):
    """A later fact about a permit: changed, renewed, suspended, revoked, withdrawn, cancelled, expired."""

    class Kind(models.TextChoices):
        CHANGED = "changed", "变更"
        RENEWED = "renewed", "延续"
        SUSPENDED = "suspended", "暂扣"
        REVOKED = "revoked", "撤销"
        WITHDRAWN = "withdrawn", "撤回"
        CANCELLED = "cancelled", "注销"
        EXPIRED = "expired", "到期"
        RESTORED = "restored", "恢复"  # a suspension ended

    permit = models.ForeignKey(Permit, models.PROTECT, related_name="events")
    kind = models.CharField("类型", max_length=20, choices=Kind.choices)
    document_number = models.CharField("文号", max_length=100, blank=True)
    reason = models.CharField("理由", max_length=500)
    legal_basis = models.CharField("依据", max_length=300, blank=True)
    by_name = models.CharField("经办", max_length=150)
    happened_on = models.DateField("日期")
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        ordering = ["id"]
        constraints = [
            # a department's system may report the same fact twice (CONTRACT §3)
            models.UniqueConstraint(
                fields=["permit", "kind", "document_number"],
                condition=~models.Q(document_number=""),
                name="permit_event_once_per_document",
            )
        ]

    def __str__(self) -> str:
        return f"{self.permit} {self.get_kind_display()}"
