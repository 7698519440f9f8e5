"""What was handed over outside the portal (RULES R10.08): by letter, at a meeting, from a department's own system."""

from django.db import models


class OfflineRecord(models.Model):
    """One hand-over about one case, as somebody entered it. The paper itself hangs on it."""

    class Kind(models.TextChoices):
        LETTER = "letter", "来函"
        MEETING = "meeting", "会议"
        OWN_SYSTEM = "own_system", "自建系统"

    application = models.ForeignKey("approvals.Application", models.PROTECT, related_name="offline_records")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")

    kind = models.CharField("方式", max_length=12, choices=Kind.choices)
    counterpart = models.CharField("对方单位或人员", max_length=120)
    content = models.TextField("内容")
    brought_case = models.BooleanField("据此登记办件", default=False)  # the case or its stage came in by this record
    recorded_by = models.CharField("录入人", max_length=60)
    happened_on = models.DateField("日期")
    recorded_at = models.DateTimeField("录入时间")

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~models.Q(content=""), name="offline_record_says_what")]

    def __str__(self) -> str:
        return f"{self.happened_on} {self.get_kind_display()}：{self.counterpart}"
