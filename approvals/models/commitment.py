"""The commitment of an applicant (告知承诺), with the exact text and its digest (RULES R2.05, R2.06)."""

from django.db import models


class Commitment(models.Model):
    """What the applicant was told, what he promised, and until when it is checked."""

    class Result(models.TextChoices):
        PENDING = "pending", "待核查"
        TRUE = "true", "属实"
        CORRECTABLE = "correctable", "不符可整改"
        UNMET = "unmet", "未履行"
        FALSE = "false", "虚假承诺"

    application = models.OneToOneField("approvals.Application", models.PROTECT, related_name="commitment")
    check_deadline = models.ForeignKey("workdays.Deadline", models.PROTECT, null=True, related_name="+")  # R2.10
    text = models.TextField("告知承诺书全文")
    text_sha256 = models.CharField("全文摘要", max_length=64)
    template_version = models.CharField("文本版本", max_length=20)
    check_days = models.PositiveSmallIntegerField("核查期限(工作日)")
    result = models.CharField("核查结果", max_length=20, choices=Result.choices, default=Result.PENDING)
    signed_by = models.CharField("承诺人", max_length=60)
    signed_on = models.DateField("签署日期")

    def __str__(self) -> str:
        return f"{self.application} 告知承诺"
