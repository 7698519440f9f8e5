"""What is kept beside a push: notes, and papers that came with it."""

from django.db import models


class PushNote(models.Model):
    """A remark, or feedback that came too late to move anything: kept and flagged, never rejected (DESIGN §3.7)."""

    push = models.ForeignKey("linkage.Push", models.PROTECT, related_name="notes")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+")

    text = models.TextField("内容")
    is_late = models.BooleanField("逾期或状态外反馈", default=False)
    status_then = models.CharField("当时状态", max_length=20)  # the inbox shows it beside the state of today
    author_key = models.CharField("记录人标识", max_length=150)
    author_name = models.CharField("记录人", max_length=150)
    at = models.DateTimeField("时间")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.push} {self.text[:20]}"


class PushAttachment(models.Model):
    """A paper both ends of a push may open: it hangs on the forward push and on the reverse one that carries it."""

    push = models.ForeignKey("linkage.Push", models.PROTECT, related_name="attachments")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["push", "file"], name="one_paper_once_per_push")]

    def __str__(self) -> str:
        return f"{self.push} {self.file}"
