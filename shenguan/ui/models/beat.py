"""The trace of the timer: one row that says when a beat message last went through broker and worker."""

from django.db import models


class BeatMark(models.Model):
    """When a periodic process was last seen alive; one row per name. Read by /readyz/."""

    name = models.CharField("名称", max_length=40, unique=True)
    seen_at = models.DateTimeField("最近一次")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} {self.seen_at:%Y-%m-%d %H:%M:%S}"
