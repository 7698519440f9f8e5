"""A legal time limit with its unit, its law, its pauses and every move of its due date (RULES §1.1)."""

from datetime import date

from django.db import models
from django.db.models import Q


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    """The questions periodic jobs ask."""

    def open(self) -> "DeadlineQuerySet":
        """Deadlines that still count."""
        return self.filter(state=Deadline.State.OPEN)

    def overdue(self, today: date) -> "DeadlineQuerySet":
        """Open, not paused, and the last day is over."""
        return self.open().filter(is_paused=False, due_on__lt=today)


class Deadline(models.Model):
    """One time limit of one case: start, rule and due date are stored, never a counter that a nightly job lowers."""

    class Unit(models.TextChoices):
        WORKDAYS = "wd", "工作日"
        CALENDAR_DAYS = "cd", "自然日"
        MONTHS = "month", "个月"

    class State(models.TextChoices):
        OPEN = "open", "计时中"
        MET = "met", "已办结"
        CANCELLED = "cancelled", "已终止"

    kind = models.CharField("时限种类", max_length=40)
    case_number = models.CharField("办件编号", max_length=60, blank=True)  # for people: no query asks by it
    start_on = models.DateField("起算事实发生日")  # not counted itself (R1.40)
    amount = models.PositiveSmallIntegerField("时限")
    unit = models.CharField("单位", max_length=5, choices=Unit.choices)
    roll = models.BooleanField("末日休息日顺延", default=True)  # calendar days and months only (R1.44)
    extension = models.PositiveSmallIntegerField("延长", null=True, blank=True)
    law = models.CharField("依据", max_length=200)
    due_on = models.DateField("到期日")
    raw_due_on = models.DateField("未顺延的到期日")
    provisional = models.BooleanField("暂定")
    is_paused = models.BooleanField("暂停计时", default=False)  # lists read this instead of the pause rows
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    met_on = models.DateField("办结日", null=True, blank=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["state", "due_on"], name="deadline_state_due")]  # clocks and escalation
        constraints = [
            models.CheckConstraint(
                condition=Q(state="met", met_on__isnull=False) | (~Q(state="met") & Q(met_on__isnull=True)),
                name="deadline_met_has_day",
            ),
            models.CheckConstraint(
                condition=Q(extension__isnull=True) | Q(extension__gt=0), name="deadline_extension_not_zero"
            ),
            models.CheckConstraint(condition=Q(state="open") | Q(is_paused=False), name="deadline_paused_is_open"),
            models.CheckConstraint(condition=Q(due_on__gte=models.F("start_on")), name="deadline_due_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.case_number} {self.kind} {self.due_on}".strip()

    @property
    def total(self) -> int:
        """The time limit with its extension, in `unit`."""
        return self.amount + (self.extension or 0)


class DeadlinePause(models.Model):
    """A period that the law does not count (行政许可法 45, RULES R1.11). Both ends are inside; no end: still paused."""

    class Reason(models.TextChoices):
        HEARING = "hearing", "听证"
        TENDER = "tender", "招标"
        AUCTION = "auction", "拍卖"
        INSPECTION = "inspection", "检验"
        TESTING = "testing", "检测"
        QUARANTINE = "quarantine", "检疫"
        APPRAISAL = "appraisal", "鉴定"
        EXPERT_REVIEW = "expert_review", "专家评审"

    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="pauses")
    reason = models.CharField("不计入期限的事由", max_length=20, choices=Reason.choices)
    start_on = models.DateField("开始")
    end_on = models.DateField("结束", null=True, blank=True)
    document = models.CharField("告知文书", max_length=100)

    class Meta:
        ordering = ["start_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_on__isnull=True) | Q(end_on__gte=models.F("start_on")), name="pause_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["deadline", "reason"], condition=Q(end_on__isnull=True), name="one_open_pause_per_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.start_on}—{self.end_on or ''}"


class DeadlineChange(models.Model):
    """One logged move of a due date, old to new (R1.46). Append-only."""

    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="changes")
    old_due_on = models.DateField("原到期日")
    new_due_on = models.DateField("新到期日")
    was_provisional = models.BooleanField("原为暂定")
    is_provisional = models.BooleanField("现为暂定")
    reason = models.CharField("原因", max_length=300)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.old_due_on} → {self.new_due_on}（{self.reason}）"

    @property
    def moved(self) -> bool:
        """False when only the word 暂定 came or went: nobody needs to be told then."""
        return self.old_due_on != self.new_due_on
