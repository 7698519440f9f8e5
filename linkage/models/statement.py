"""Monthly statements (对账单) of the departments and of the city: kept files, signatures, objections to a line."""

from django.db import models
from django.utils import timezone

from shenguan.access import scope
from shenguan.org.models import Staff


class StatementQuerySet(models.QuerySet["Statement"]):
    """Named questions about statements."""

    def visible_to(self, staff: Staff) -> "StatementQuerySet":
        """The viewer's department's own; coordinators see all, the city's among them."""
        return self if scope.sees_all(staff) else self.filter(department_id=staff.department_id)


class Statement(models.Model):
    """One edition of one month. Append-only: a later state of the month is a new edition, made only if it differs."""

    department = models.ForeignKey("org.Department", models.PROTECT, null=True, related_name="statements")  # null: city
    month = models.DateField("月份")  # its first day
    edition = models.PositiveSmallIntegerField("版次")
    lines = models.PositiveIntegerField("推送条数")
    totals = models.JSONField("合计", default=list)  # [label, value] pairs, as printed
    digest = models.CharField("摘要", max_length=64)
    xlsx = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    docx = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    made_by = models.CharField("生成人", max_length=60)
    made_at = models.DateTimeField("生成时间", default=timezone.now)

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["department", "month", "edition"], name="one_statement_per_edition"),
            models.UniqueConstraint(
                fields=["month", "edition"],
                condition=models.Q(department__isnull=True),
                name="one_city_statement_per_edition",
            ),
            models.CheckConstraint(condition=models.Q(month__day=1), name="statement_month_is_a_first_day"),
        ]
        indexes = [models.Index(fields=["department", "-month", "-edition"], name="statements_of_department")]

    def __str__(self) -> str:
        name = self.department.name if self.department else "全市"
        return f"{name} {self.month:%Y-%m} 第 {self.edition} 版"


class StatementRun(models.Model):
    """A coordinator's wish to have the statements of a month made, and how far that is. The row is the queue."""

    month = models.DateField("月份")  # its first day
    asked_by = models.CharField("发起人", max_length=60)
    total = models.PositiveIntegerField("份数", default=0)
    done = models.PositiveIntegerField("已完成", default=0)
    made = models.PositiveIntegerField("新版次", default=0)
    error = models.CharField("错误", max_length=200, blank=True)
    asked_at = models.DateTimeField("发起时间", default=timezone.now)
    beat_at = models.DateTimeField("最近进展", null=True)  # null: no worker has taken it up yet
    finished_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["month"], condition=models.Q(finished_at__isnull=True), name="one_statement_run_at_a_time"
            ),
            models.CheckConstraint(condition=models.Q(done__lte=models.F("total")), name="statement_run_within_total"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.done}/{self.total}"


class StatementSignature(models.Model):
    """The department took delivery of an edition and agrees (签收). Append-only."""

    statement = models.OneToOneField(Statement, models.PROTECT, related_name="signature")
    note = models.CharField("签收意见", max_length=300, blank=True)
    signed_by = models.CharField("签收人", max_length=60)
    signed_at = models.DateTimeField("签收时间", default=timezone.now)

    def __str__(self) -> str:
        return f"{self.statement} {self.signed_by} 签收"


class StatementObjection(models.Model):
    """The department does not agree with one line; a coordinator answers."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="objections")
    line = models.CharField("推送编号", max_length=40)
    text = models.CharField("异议", max_length=300)
    raised_by = models.CharField("提出人", max_length=60)
    raised_at = models.DateTimeField("提出时间", default=timezone.now)
    answer = models.CharField("答复", max_length=300, blank=True)
    answered_by = models.CharField("答复人", max_length=60, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answered_by="", answered_at__isnull=True)
                | (~models.Q(answered_by="") & models.Q(answered_at__isnull=False)),
                name="answered_statement_objection_is_dated",
            )
        ]

    def __str__(self) -> str:
        return f"{self.statement} {self.line}"
