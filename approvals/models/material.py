"""Papers of one application against the item's list."""

from django.db import models


class ApplicationMaterial(models.Model):
    """State of one listed material in one application."""

    class State(models.TextChoices):
        MISSING = "missing", "未收"
        RECEIVED = "received", "已收"
        WAIVED = "waived", "免提交"
        TOLERATED = "tolerated", "容缺待补"
        REJECTED = "rejected", "不符合要求"  # named in the correction notice

    application = models.ForeignKey("approvals.Application", models.CASCADE, related_name="materials")
    material = models.ForeignKey("approvals.ItemMaterial", models.PROTECT, related_name="+")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.MISSING)
    note = models.CharField("说明", max_length=200, blank=True)
    received_at = models.DateTimeField("收取时间", null=True)

    class Meta:
        ordering = ["application", "material__sequence"]
        constraints = [models.UniqueConstraint(fields=["application", "material"], name="one_row_per_material")]

    def __str__(self) -> str:
        return f"{self.material} {self.get_state_display()}"
