"""The bell: what one person should know."""

from typing import Self

from django.db import models
from django.utils import timezone

from shenguan.org.models import Staff


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Named questions."""

    def of(self, staff: Staff | None) -> Self:
        """One person's notices; nobody has none."""
        return self.filter(staff=staff)

    def unread(self) -> Self:
        """Not yet read."""
        return self.filter(read_at=None)


class Notice(models.Model):
    """One line under one person's bell."""

    # db_index=False: notice_of_person begins with it
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="notices", verbose_name="接收人", db_index=False)
    kind = models.CharField("类型", max_length=60)
    title = models.CharField("标题", max_length=200)
    body = models.TextField("内容", blank=True)
    url = models.CharField("链接", max_length=300, blank=True)
    case_number = models.CharField("办件编号", max_length=40, blank=True)
    urgent = models.BooleanField("紧急", default=False)
    created_at = models.DateTimeField("时间", default=timezone.now)
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["staff", "-id"], name="notice_of_person"),
            # the number on the bell is asked on every page
            models.Index(fields=["staff"], condition=models.Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return self.title
