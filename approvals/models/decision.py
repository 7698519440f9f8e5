"""The decision on an application."""

from django.db import models

from approvals.models.application import Application


class Decision(models.Model):
    """准予 or 不予, by whom and why; a refusal carries reason and remedy (RULES R1.14)."""

    application = models.OneToOneField("approvals.Application", models.PROTECT, related_name="decision")
    document = models.OneToOneField("approvals.Document", models.PROTECT, related_name="decision")
    result = models.CharField("结果", max_length=10, choices=Application.Result.choices)
    reason = models.TextField("理由", blank=True)
    remedy = models.TextField("救济途径", blank=True)
    decided_by = models.CharField("决定人", max_length=150)
    decided_by_name = models.CharField("决定人姓名", max_length=150)
    decided_at = models.DateTimeField("决定时间")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(result="granted") | (~models.Q(reason="") & ~models.Q(remedy="")),
                name="refusal_has_reason_and_remedy",
            )
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.get_result_display()}"
