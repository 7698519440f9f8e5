"""Days whose status an official notice set (RULES R1.41): imported rows override everything else."""

import uuid

from django.db import models


class CalendarImport(models.Model):
    """One import that changed the calendar. Its version tells every process that the days it keeps are out of date."""

    version = models.UUIDField("版本", default=uuid.uuid4, unique=True, editable=False)
    source = models.CharField("来源", max_length=300)
    day_count = models.PositiveIntegerField("变更天数")
    actor_key = models.CharField("导入人标识", max_length=150)
    actor_name = models.CharField("导入人", max_length=100)
    imported_at = models.DateTimeField("导入时间", auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.source}（{self.day_count} 天）"


class CalendarDay(models.Model):
    """A day that a notice made a day off (放假) or a make-up working day (调休上班)."""

    day = models.DateField("日期", unique=True)
    name = models.CharField("节日", max_length=40)
    is_off = models.BooleanField("放假")
    # A notice for one year may also move days of the December before it, so the day alone does not tell the year.
    notice_year = models.PositiveSmallIntegerField("通知年度")
    source = models.CharField("依据", max_length=500, blank=True)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}{'放假' if self.is_off else '上班'}"
