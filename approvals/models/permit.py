"""Permits (证照) and what happened to them afterwards."""

from django.db import models

FOREVER = "2099-12-31"  # 长期 (RULES 5.1, XK_YXQZI)


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

    number = models.CharField("证照编号", max_length=100, unique=True)
    name = models.CharField("证照名称", max_length=100)
    token = models.CharField("查验码", max_length=32, unique=True)  # in the QR code; says nothing by itself
    status = models.CharField("状态", max_length=20, choices=Status.choices, default=Status.VALID)
    content = models.CharField("许可内容", max_length=4000, blank=True)

    valid_from = models.DateField("有效期自")
    valid_to = models.DateField("有效期至")  # 2099-12-31 = 长期
    issued_at = models.DateTimeField("制证时间")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__gte=models.F("valid_from")), name="permit_ends_after_start"
            )
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

    permit = models.ForeignKey(Permit, models.PROTECT, related_name="events")
    kind = models.CharField("类型", max_length=20, choices=Kind.choices)
    document_number = models.CharField("文号", max_length=100, blank=True)
    reason = models.CharField("理由", max_length=500)
    legal_basis = models.CharField("依据", max_length=300, blank=True)
    by_name = models.CharField("经办", max_length=60)
    happened_on = models.DateField("日期")
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.permit} {self.get_kind_display()}"
