"""Clues (线索) from hotlines, complaints, sensors and other departments."""

from django.db import models

from shenguan.access import scope
from shenguan.org.models import Staff
from shenguan.privacy.fields import EncryptedTextField


class ClueQuerySet(models.QuerySet["Clue"]):
    """Named questions about clues."""

    def visible_to(self, staff: Staff) -> "ClueQuerySet":
        """Clues the viewer's department handles; coordinators see the whole city."""
        return self if scope.sees_all(staff) else self.filter(department_id=staff.department_id)


class Clue(models.Model):
    """One report that something may be wrong somewhere, and what looking into it showed."""

    class Status(models.TextChoices):
        WAITING = "waiting", "待分派"
        ASSIGNED = "assigned", "已分派"
        HANDLING = "handling", "处置中"
        CLOSED = "closed", "已办结"

    class Urgency(models.TextChoices):
        NORMAL = "normal", "一般"
        RAISED = "raised", "较急"
        URGENT = "urgent", "紧急"

    class Outcome(models.TextChoices):
        SUBSTANTIATED = "substantiated", "属实"
        PARTLY = "partly", "部分属实"
        UNSUBSTANTIATED = "unsubstantiated", "不属实"
        UNVERIFIABLE = "unverifiable", "无法核实"

    SOURCES = ("12345", "12315", "投诉", "信访", "市民拍照", "传感器告警", "部门移送", "网络舆情")

    subject = models.ForeignKey("credit.Subject", models.PROTECT, null=True, blank=True, related_name="clues")
    region = models.ForeignKey("org.Region", models.PROTECT, related_name="+")
    item = models.ForeignKey("supervision.SupervisionItem", models.PROTECT, related_name="clues")
    department = models.ForeignKey("org.Department", models.PROTECT, related_name="clues")
    # The department whose system reported it; empty for imported clues.
    reporting_department = models.ForeignKey(
        "org.Department", models.PROTECT, null=True, blank=True, related_name="reported_clues"
    )

    number = models.CharField("线索编号", max_length=20, unique=True)
    source = models.CharField("来源", max_length=20)
    source_number = models.CharField("来源单号", max_length=60)
    named_party = models.CharField("被反映对象", max_length=200, blank=True)
    address = models.CharField("地址", max_length=300)
    title = models.CharField("标题", max_length=200)
    content = models.TextField("内容")
    attachment_kinds = models.JSONField("附件类型", default=list)
    reporter = models.CharField("反映人", max_length=60)
    reporter_phone = EncryptedTextField("联系电话", blank=True)
    is_anonymous = models.BooleanField("是否匿名")
    urgency = models.CharField("紧急程度", max_length=10, choices=Urgency.choices)
    handling_days = models.PositiveSmallIntegerField("处置时限(工作日)")
    status = models.CharField("状态", max_length=10, choices=Status.choices)
    outcome = models.CharField("核查结论", max_length=20, choices=Outcome.choices, blank=True)
    handling = models.TextField("处置情况", blank=True)

    received_at = models.DateTimeField("接收时间")
    reported_at = models.DateTimeField("报送时间", null=True)  # when its own system reported it here
    handled_on = models.DateField("办结日期", null=True, blank=True)

    objects = ClueQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at"]
        indexes = [models.Index(fields=["department", "-id"], name="clue_list")]
        constraints = [
            models.UniqueConstraint(
                fields=["reporting_department", "source_number"],
                condition=models.Q(reporting_department__isnull=False),
                name="clue_reported_once",
            )
        ]

    def __str__(self) -> str:
        return self.title
