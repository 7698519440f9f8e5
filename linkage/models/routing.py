"""What became of each routable event: exactly one routing per event, never a silent skip."""

from django.db import models


class Routing(models.Model):
    """The outcome of routing one event."""

    class Outcome(models.TextChoices):
        PUSHED = "pushed", "已推送"
        UNMAPPED = "unmapped", "未对应"
        NOT_APPLICABLE = "not_applicable", "无需推送"  # 审管一体, or no entry for this stage; the reason says which

    event = models.OneToOneField("events.Event", models.PROTECT, related_name="routing")
    list_version = models.ForeignKey(
        "linkage.ListVersion", models.PROTECT, null=True, blank=True, related_name="routings"
    )
    outcome = models.CharField("结果", max_length=20, choices=Outcome.choices)
    reason = models.CharField("说明", max_length=200, blank=True)
    push_count = models.PositiveSmallIntegerField("推送数", default=0)
    routed_at = models.DateTimeField("路由时间")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.event} {self.get_outcome_display()}"
