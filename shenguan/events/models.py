"""The journal and the queue of what still has to be routed."""

import uuid

from django.db import models
from django.utils import timezone


class Event(models.Model):
    """One fact. Never changed, never deleted: the database refuses both (DESIGN §4)."""

    class Visibility(models.TextChoices):
        BOTH = "both", "审批与监管"
        APPROVAL = "approval", "仅审批"
        SUPERVISION = "supervision", "仅监管"

    event_id = models.UUIDField("事件标识", default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("类型", max_length=60)
    case_number = models.CharField("办件编号", max_length=40, blank=True)
    subject_id = models.BigIntegerField("相对人", null=True, blank=True)
    summary = models.TextField("摘要")
    payload = models.JSONField("内容", default=dict)
    actor_kind = models.CharField("操作者类型", max_length=10)
    actor_key = models.CharField("操作者", max_length=150)
    actor_name = models.CharField("操作者姓名", max_length=150)
    department_code = models.CharField("部门编码", max_length=30, blank=True)
    visibility = models.CharField("可见范围", max_length=12, choices=Visibility.choices, default=Visibility.BOTH)
    recorded_at = models.DateTimeField("记录时间", default=timezone.now)

    class Meta:
        ordering = ["recorded_at", "id"]
        indexes = [
            models.Index(fields=["case_number", "recorded_at", "id"], name="event_case_timeline"),
            models.Index(fields=["subject_id", "recorded_at", "id"], name="event_subject_timeline"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(visibility__in=["both", "approval", "supervision"]), name="event_visibility_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.case_number}".strip()


class PendingEvent(models.Model):
    """An event that linkage has not routed yet; linkage deletes the row in the transaction that routes it.

    A queue of its own keeps the cost of looking for work at the open work, whatever the length of the journal.
    """

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True, related_name="pending")
    attempts = models.PositiveIntegerField("已尝试次数", default=0)
    due_at = models.DateTimeField("下次处理时间", default=timezone.now, db_index=True)
    last_error = models.TextField("最近一次错误", blank=True)

    class Meta:
        ordering = ["event_id"]

    def __str__(self) -> str:
        return f"待分流 {self.event_id}"
