"""Duty objections (职责异议): a wrong push is returned with a reason and a coordinator decides; one bounce at most."""

from django.db import models


class DutyObjection(models.Model):
    """One objection against one push. Until it is decided the duty stays where it is."""

    class ReasonCode(models.TextChoices):
        NOT_OUR_DUTY = "not_our_duty", "不属于本部门职责"
        OTHER_REGION = "other_region", "不属于本辖区"
        WRONG_ITEM = "wrong_item", "监管事项对应错误"
        DUPLICATE = "duplicate", "重复推送"

    class Status(models.TextChoices):
        OPEN = "open", "待裁定"
        UPHELD = "upheld", "异议成立，已改派"
        REJECTED = "rejected", "异议不成立，仍由原部门承担"

    push = models.OneToOneField("linkage.Push", models.PROTECT, related_name="objection")  # one bounce at most
    suggested_department = models.ForeignKey("org.Department", models.PROTECT, null=True, blank=True, related_name="+")
    new_push = models.ForeignKey("linkage.Push", models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(
        "org.Staff", models.PROTECT, null=True, related_name="+", verbose_name="裁定责任人"
    )  # a coordinator; any of them may decide
    deadline = models.ForeignKey("workdays.Deadline", models.PROTECT, related_name="+")

    reason_code = models.CharField("理由类别", max_length=20, choices=ReasonCode.choices)
    reason = models.CharField("理由", max_length=500)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.OPEN)
    raised_by = models.CharField("提出人", max_length=60)
    decision = models.CharField("裁定意见", max_length=500, blank=True)
    decided_by = models.CharField("裁定人", max_length=60, blank=True)

    raised_at = models.DateTimeField("提出时间")
    decided_at = models.DateTimeField("裁定时间", null=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["id"], condition=models.Q(status="open"), name="open_objections")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="open", decided_by="", decided_at__isnull=True)
                | (~models.Q(status="open") & ~models.Q(decided_by="") & models.Q(decided_at__isnull=False)),
                name="objection_decided_by_with_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.push} {self.get_reason_code_display()}"
