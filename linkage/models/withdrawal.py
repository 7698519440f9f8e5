"""Withdrawals of pushes (撤回推送): sent by mistake, or the decision behind it was corrected."""

from django.db import models


class PushWithdrawal(models.Model):
    """The approver wants a push back. What nobody began ends at once, the rest when the supervisor agrees."""

    class Status(models.TextChoices):
        ASKED = "asked", "待监管部门答复"
        WITHDRAWN = "withdrawn", "已撤回"
        REFUSED = "refused", "不同意撤回"
        LAPSED = "lapsed", "推送已了结，请求失效"

    push = models.ForeignKey("linkage.Push", models.PROTECT, related_name="withdrawals")
    deadline = models.ForeignKey("workdays.Deadline", models.PROTECT, null=True, related_name="+")  # to agree or refuse

    reason = models.CharField("撤回理由", max_length=300)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.ASKED)
    asked_by = models.CharField("提出人", max_length=60)
    decision = models.CharField("答复意见", max_length=300, blank=True)
    decided_by = models.CharField("答复人", max_length=60, blank=True)

    asked_at = models.DateTimeField("提出时间")
    decided_at = models.DateTimeField("答复时间", null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["push"], condition=models.Q(status="asked"), name="one_open_withdrawal_per_push"
            ),
            models.CheckConstraint(
                condition=models.Q(status="asked", decided_by="", decided_at__isnull=True)
                | (~models.Q(status="asked") & ~models.Q(decided_by="") & models.Q(decided_at__isnull=False)),
                name="withdrawal_decided_by_with_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.push} {self.get_status_display()}"
