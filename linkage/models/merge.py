"""Merges of duplicate pushes (并入重复推送): two pushes of one matter, one of which carries on."""

from django.db import models

from linkage.models.push import Push


class PushMerge(models.Model):
    """One push was merged into another; undone by a second fact in the same row while nothing was done meanwhile."""

    push = models.ForeignKey("linkage.Push", models.PROTECT, related_name="merges")
    survivor = models.ForeignKey("linkage.Push", models.PROTECT, related_name="merged_in")

    reason = models.CharField("并入理由", max_length=300)
    status_before = models.CharField("并入前状态", max_length=20, choices=Push.Status.choices)
    step_before = models.CharField("并入前待办", max_length=20, choices=Push.NextStep.choices)
    was_open = models.BooleanField()
    survivor_version = models.PositiveIntegerField()  # as long as it stands, nothing was done on the survivor
    cancelled_tasks = models.JSONField(default=list)  # ids of the checks that fell away with it
    merged_by = models.CharField("并入人", max_length=60)
    undo_reason = models.CharField("撤销理由", max_length=300, blank=True)
    undone_by = models.CharField("撤销人", max_length=60, blank=True)

    merged_at = models.DateTimeField("并入时间")
    undone_at = models.DateTimeField("撤销时间", null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["push"], condition=models.Q(undone_at__isnull=True), name="one_standing_merge_per_push"
            ),
            models.CheckConstraint(condition=~models.Q(push=models.F("survivor")), name="no_merge_into_itself"),
            models.CheckConstraint(
                condition=models.Q(undone_by="", undone_at__isnull=True)
                | (~models.Q(undone_by="") & models.Q(undone_at__isnull=False)),
                name="merge_undone_by_with_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.push} 并入 {self.survivor}"
