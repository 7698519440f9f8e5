"""That a day's digest went out."""

from django.db import models
from django.utils import timezone


class DigestRun(models.Model):
    """One row a working day: the day cannot be sent twice, however many workers start at once."""

    day = models.DateField("日期", unique=True)
    at = models.DateTimeField("时间", default=timezone.now)
    people = models.PositiveIntegerField("人数", default=0)

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return str(self.day)
