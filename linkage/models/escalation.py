"""Reminders that were given: one row per clock and level, so that no pass tells the same thing twice."""

from django.db import models


class Escalation(models.Model):
    """A clock of the linkage reached a level of its ladder, and who was told. Append-only.

    Nobody is told of a level that was passed while the job stood still: `told` is empty then.
    """

    class Level(models.TextChoices):
        SOON = "soon", "临期提醒"
        YELLOW = "yellow", "黄牌"
        RED = "red", "红牌"
        LIFTED = "lifted", "提级"
        OVERDUE = "overdue", "超期提级"  # of requests to withdraw a push, which have no ladder

    deadline = models.ForeignKey("workdays.Deadline", models.PROTECT, related_name="+")
    push = models.ForeignKey("linkage.Push", models.PROTECT, null=True, related_name="escalations")
    objection = models.ForeignKey("linkage.DutyObjection", models.PROTECT, null=True, related_name="escalations")
    unmapped = models.ForeignKey("linkage.UnmappedEvent", models.PROTECT, null=True, related_name="escalations")

    level = models.CharField("级别", max_length=10, choices=Level.choices)
    told = models.JSONField("已告知", default=list)  # login names, kept as facts: people move on
    due_on = models.DateField("到期日")
    at = models.DateTimeField("时间")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["deadline", "level"], name="one_escalation_per_clock_and_level"),
            models.CheckConstraint(
                condition=models.Q(push__isnull=False, objection__isnull=True, unmapped__isnull=True)
                | models.Q(push__isnull=True, objection__isnull=False, unmapped__isnull=True)
                | models.Q(push__isnull=True, objection__isnull=True, unmapped__isnull=False),
                name="escalation_is_about_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.due_on}"
