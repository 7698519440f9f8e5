"""Written vouchers of a case (文书): no status changes without a numbered document (RULES R1.02)."""

from django.db import models


class Document(models.Model):
    """One issued paper: 受理通知书, 补正告知书, 决定书 …, kept as the text that was handed over."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt", "收件凭证"
        ACCEPTANCE = "acceptance", "受理通知书"
        TOLERANCE = "tolerance", "容缺受理通知书"
        CORRECTION = "correction", "补正告知书"
        NON_ACCEPTANCE = "non_acceptance", "不予受理决定书"
        NOT_REQUIRED = "not_required", "不受理告知书"
        EXTENSION = "extension", "延长审批期限告知书"
        PAUSE = "pause", "特别程序告知书"
        GRANT = "grant", "准予行政许可决定书"
        REFUSAL = "refusal", "不予行政许可决定书"
        COMMITMENT = "commitment", "告知承诺书"
        TERMINATION = "termination", "终止办理通知书"
        REVOCATION = "revocation", "撤销行政许可决定书"
        WITHDRAWAL = "withdrawal", "撤回行政许可决定书"
        CHANGE = "change", "变更行政许可决定书"
        SUSPENSION = "suspension", "暂扣许可证件决定书"
        CANCELLATION = "cancellation", "注销行政许可决定书"

    application = models.ForeignKey("approvals.Application", models.PROTECT, related_name="documents")
    kind = models.CharField("文书种类", max_length=20, choices=Kind.choices)
    number = models.CharField("文号", max_length=100, unique=True)  # RULES R7.12
    title = models.CharField("标题", max_length=200)
    body = models.JSONField("内容", default=dict)  # the fields printed on the paper
    issued_by = models.CharField("经办人", max_length=150)
    issued_at = models.DateTimeField("出具时间")

    class Meta:
        ordering = ["id"]
        constraints = [
            # A correction notice is given once (R1.03).
            models.UniqueConstraint(
                fields=["application"], condition=models.Q(kind="correction"), name="one_correction_notice"
            )
        ]

    def __str__(self) -> str:
        return self.number
