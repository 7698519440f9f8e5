"""Findings (问题) with rectification orders (责令改正) and their closing (RULES R4.08, R9.01)."""

from django.db import models


class Finding(models.Model):
    """One problem found; open until its next step is done."""

    class Status(models.TextChoices):
        OPEN = "open", "待整改"
        CLOSED = "closed", "已整改"
        FILED = "filed", "已立案"
        OVERDUE = "overdue", "逾期未改"

    inspection = models.ForeignKey("supervision.Inspection", models.PROTECT, related_name="findings")
    object = models.ForeignKey("supervision.SupervisedObject", models.PROTECT, related_name="findings")
    department = models.ForeignKey("org.Department", models.PROTECT, related_name="findings")
    element = models.ForeignKey("supervision.ChecklistElement", models.PROTECT, null=True, blank=True, related_name="+")
    deadline = models.ForeignKey("workdays.Deadline", models.PROTECT, null=True, blank=True, related_name="+")

    number = models.CharField("问题编号", max_length=60, unique=True)
    status = models.CharField("状态", max_length=20, choices=Status.choices, default=Status.OPEN)
    severity = models.CharField("严重程度", max_length=10)
    description = models.TextField("问题描述")
    measure = models.CharField("处理措施", max_length=20)
    order_number = models.CharField("责令改正通知书文号", max_length=100, blank=True)
    requirement = models.TextField("整改要求", blank=True)
    legal_basis = models.CharField("依据", max_length=300, blank=True)
    closing_note = models.TextField("整改情况", blank=True)

    found_on = models.DateField("发现日期")
    closed_at = models.DateTimeField("办结时间", null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["department", "status", "-id"], name="finding_list")]

    def __str__(self) -> str:
        return self.number
