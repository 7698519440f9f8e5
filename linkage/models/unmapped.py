"""The unmapped worklist (未对应事项待办): events no list entry covers, each with an owner and a deadline."""

from django.db import models


class UnmappedEvent(models.Model):
    """One event that waits for the list to be mended; it is routed again from here, never dropped."""

    class Status(models.TextChoices):
        OPEN = "open", "待处理"
        ROUTED = "routed", "已补推"
        DISMISSED = "dismissed", "无需推送"

    event = models.OneToOneField("events.Event", models.PROTECT, related_name="unmapped")
    application = models.ForeignKey("approvals.Application", models.PROTECT, related_name="unmapped_events")
    owner = models.ForeignKey("org.Staff", models.PROTECT, related_name="unmapped_events", verbose_name="责任人")
    deadline = models.ForeignKey("workdays.Deadline", models.PROTECT, related_name="+")

    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.OPEN)
    reason = models.CharField("原因", max_length=200)
    remedy = models.CharField("处理说明", max_length=300, blank=True)
    resolved_by = models.CharField("处理人", max_length=60, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField("处理时间", null=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["id"], condition=models.Q(status="open"), name="open_unmapped")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="open", resolved_at__isnull=True)
                | (~models.Q(status="open") & models.Q(resolved_at__isnull=False)),
                name="resolved_unmapped_is_dated",
            )
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.reason}"
