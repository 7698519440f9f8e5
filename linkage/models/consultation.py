"""Consultations (会商, FUNCTIONS §2.5 no. 28): a question to departments or persons, their replies, a close mark."""

from django.db import models

from linkage.models.push import Push
from shenguan.access import scope
from shenguan.org.models import Staff


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    """Named questions about consultations."""

    def visible_to(self, staff: Staff) -> "ConsultationQuerySet":
        """Those the own department opened or takes part in; coordinators and auditors see all."""
        if scope.sees_all(staff):
            return self
        own = staff.department_id
        invited = ConsultationParty.objects.filter(department_id=own).values("consultation")
        return self.filter(models.Q(department_id=own) | models.Q(pk__in=invited))

    def open(self) -> "ConsultationQuerySet":
        """Not closed yet."""
        return self.filter(status=Consultation.Status.OPEN)


class Consultation(models.Model):
    """One topic between departments."""

    class Status(models.TextChoices):
        OPEN = "open", "会商中"
        CLOSED = "closed", "已结束"

    department = models.ForeignKey("org.Department", models.PROTECT, related_name="+", verbose_name="发起部门")
    push = models.ForeignKey(Push, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="相关推送")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")

    number = models.CharField("会商编号", max_length=40, unique=True)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.OPEN)
    topic = models.CharField("议题", max_length=200)
    text = models.TextField("会商内容")
    conclusion = models.TextField("会商结论", blank=True)
    opened_by = models.CharField("发起人", max_length=150)
    opened_by_key = models.CharField("发起人标识", max_length=150)
    closed_by = models.CharField("结束人", max_length=150, blank=True)
    version = models.PositiveIntegerField(default=1)

    reply_days = models.PositiveSmallIntegerField("回复时限(工作日)")
    due_on = models.DateField("回复截止")
    opened_at = models.DateTimeField("发起时间")
    closed_at = models.DateTimeField("结束时间", null=True)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="open", closed_by="", closed_at__isnull=True)
                | (models.Q(status="closed", closed_at__isnull=False) & ~models.Q(closed_by="")),
                name="closed_consultation_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return self.topic


class ConsultationParty(models.Model):
    """A department that was asked, and the person in it, if one was named."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="parties")
    department = models.ForeignKey("org.Department", models.PROTECT, related_name="+")
    person = models.ForeignKey("org.Staff", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["consultation", "department"], name="one_seat_per_department")]

    def __str__(self) -> str:
        return str(self.department)


class ConsultationReply(models.Model):
    """One contribution; kept as it was said."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="replies")
    department = models.ForeignKey("org.Department", models.PROTECT, related_name="+")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")

    text = models.TextField("意见")
    author_key = models.CharField("回复人标识", max_length=150)
    author_name = models.CharField("回复人", max_length=150)
    at = models.DateTimeField("时间")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:20]
