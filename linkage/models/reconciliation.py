"""Reconciliation (对账): what the gap scan and the daily comparison found, and the sheets the days were closed with."""

import zlib

from django.db import models
from django.utils import timezone

from shenguan.access import scope
from shenguan.org.models import Staff


class ScanMark(models.Model):
    """How far one check of the gap scan has looked. One row a check; two scans take turns by locking it."""

    name = models.CharField("检查", max_length=40, primary_key=True)
    last_id = models.BigIntegerField("已扫描至", default=0)
    places = models.JSONField("各部门序号位置", default=dict)  # only of the sequence check: department id -> sequence
    full_on = models.DateField("最近全量扫描", null=True)  # of checks that look at all open work once a day
    scanned_at = models.DateTimeField("最近扫描", null=True)

    def __str__(self) -> str:
        return self.name


class DiscrepancyQuerySet(models.QuerySet["Discrepancy"]):
    """Named questions about discrepancies."""

    def visible_to(self, staff: Staff) -> "DiscrepancyQuerySet":
        """Those of the viewer's department; coordinators see the whole city."""
        return self if scope.sees_all(staff) else self.filter(department_id=staff.department_id)

    def present(self) -> "DiscrepancyQuerySet":
        """The gap is, as far as we know, still there, whether explained or under repair."""
        return self.filter(gone_at__isnull=True)

    def open(self) -> "DiscrepancyQuerySet":
        """Somebody still has to do something."""
        return self.filter(state=Discrepancy.State.OPEN)


class Discrepancy(models.Model):
    """One gap, one row, however often it is seen; it closes by itself when the gap is gone (DESIGN §3.9)."""

    class Kind(models.TextChoices):
        UNROUTED = "unrouted", "事件未分流"
        ROUTING_STUCK = "routing_stuck", "分流长时间未完成"
        PUSHES_MISSING = "pushes_missing", "已分流但推送缺失"
        DELIVERY_MISSING = "delivery_missing", "推送未进入投递"
        DELIVERY_STUCK = "delivery_stuck", "投递积压"
        NOT_TAKEN_UP = "not_taken_up", "已送达未认领签阅"
        SEQUENCE_GAP = "sequence_gap", "接收序号不连续"
        DUTY_UNREGISTERED = "duty_unregistered", "办结后未纳管"
        CHECK_MISSING = "check_missing", "未生成首次检查"
        ANSWER_OVERDUE = "answer_overdue", "反馈逾期未答复"
        AUDIT_UNSEALED = "audit_unsealed", "审计记录未封存"
        MISSING_THERE = "missing_there", "对方缺失"
        MISSING_HERE = "missing_here", "本平台缺失"
        VERSION_DIFFERS = "version_differs", "版本不一致"
        SENT_NOT_HERE = "sent_not_here", "对方已报本平台未收"
        HERE_NOT_SENT = "here_not_sent", "本平台已收对方未列"
        DIGEST_DIFFERS = "digest_differs", "数量或摘要不一致"

    class State(models.TextChoices):
        OPEN = "open", "待处理"
        REPAIRED = "repaired", "已修复待核"  # set right by us; the next scan or report confirms it
        EXPLAINED = "explained", "已说明"
        VANISHED = "vanished", "已消除"

    kind = models.CharField("类型", max_length=20, choices=Kind.choices)
    key = models.CharField("标识", max_length=80)  # what it is about, unique within its kind while it is there
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    label = models.CharField("对象", max_length=120)
    detail = models.CharField("说明", max_length=400)
    department = models.ForeignKey("org.Department", models.PROTECT, null=True, related_name="discrepancies")
    owner = models.ForeignKey("org.Staff", models.PROTECT, related_name="discrepancies", verbose_name="责任人")
    push = models.ForeignKey("linkage.Push", models.PROTECT, null=True, related_name="discrepancies")
    sheet = models.ForeignKey("linkage.DaySheet", models.PROTECT, null=True, related_name="discrepancies")

    repairs = models.PositiveSmallIntegerField("修复次数", default=0)
    closed_by = models.CharField("处理人", max_length=60, blank=True)
    reason = models.CharField("处理说明", max_length=300, blank=True)
    found_at = models.DateTimeField("发现时间", default=timezone.now)
    last_seen_at = models.DateTimeField("最近确认", default=timezone.now)
    closed_at = models.DateTimeField("处理时间", null=True)
    gone_at = models.DateTimeField("消除时间", null=True)

    objects = DiscrepancyQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], condition=models.Q(gone_at__isnull=True), name="one_row_per_gap"
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", closed_at__isnull=True)
                | (~models.Q(state="open") & models.Q(closed_at__isnull=False)),
                name="closed_discrepancy_is_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["-id"], condition=models.Q(state="open"), name="open_discrepancies"),
            models.Index(fields=["department", "-id"], name="discrepancies_of_department"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.label}"


class DaySheetQuerySet(models.QuerySet["DaySheet"]):
    """Named questions about sheets."""

    def visible_to(self, staff: Staff) -> "DaySheetQuerySet":
        """Those of the viewer's department; coordinators see the whole city."""
        return self if scope.sees_all(staff) else self.filter(department_id=staff.department_id)


class DaySheet(models.Model):
    """Our side of one day, department and direction, closed and never changed again.

    Of the day are the pushes whose `pushed_at` lies in it (Asia/Shanghai). A line is `number:version`, the version as
    at closing; the digest is SHA-256 over the sorted lines, each ended by a line feed, in UTF-8. Of `sent` are the
    reports its own system sent us that day (linkage/reconciliation/sent.py).
    """

    class Direction(models.TextChoices):
        FORWARD = "forward", "审批→监管"
        REVERSE = "reverse", "监管→审批"
        SENT = "sent", "对方报送"

    department = models.ForeignKey("org.Department", models.PROTECT, related_name="day_sheets")
    day = models.DateField("日期")
    direction = models.CharField("方向", max_length=10, choices=Direction.choices)
    count = models.PositiveIntegerField("条数")
    first_sequence = models.PositiveBigIntegerField("首个序号", null=True)
    last_sequence = models.PositiveBigIntegerField("末个序号", null=True)
    digest = models.CharField("摘要", max_length=64)
    packed_lines = models.BinaryField("明细", editable=False)  # zlib: about six bytes a line
    closed_at = models.DateTimeField("结账时间")

    objects = DaySheetQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "department_id", "direction"]
        constraints = [
            models.UniqueConstraint(fields=["department", "day", "direction"], name="one_sheet_per_day"),
            models.CheckConstraint(
                condition=models.Q(direction="sent", first_sequence__isnull=True, last_sequence__isnull=True)
                | models.Q(count=0, first_sequence__isnull=True, last_sequence__isnull=True)
                | models.Q(count__gt=0, first_sequence__isnull=False, last_sequence__isnull=False),
                name="sheet_with_pushes_has_sequences",
            ),
        ]
        indexes = [models.Index(fields=["-day", "department"], name="sheets_by_day")]

    def __str__(self) -> str:
        return f"{self.department} {self.day} {self.direction}"

    @property
    def lines(self) -> list[str]:
        """The sorted `number:version` lines."""
        return zlib.decompress(bytes(self.packed_lines)).decode().splitlines()


class DayReport(models.Model):
    """The other side of a sheet, as its system reported it; append-only. The last one counts."""

    class Result(models.TextChoices):
        MATCHED = "matched", "一致"
        DIFFERS = "differs", "有差异"
        LINES_WANTED = "lines_wanted", "待报明细"

    sheet = models.ForeignKey(DaySheet, models.PROTECT, related_name="reports")
    count = models.PositiveIntegerField("条数")
    digest = models.CharField("摘要", max_length=64, blank=True)
    packed_lines = models.BinaryField("明细", null=True, editable=False)  # none: only counts were reported
    result = models.CharField("结果", max_length=12, choices=Result.choices)
    differences = models.PositiveIntegerField("差异数", default=0)
    reported_by = models.CharField("报送方", max_length=150)
    reported_at = models.DateTimeField("报送时间", default=timezone.now)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["sheet", "-id"], name="reports_of_sheet")]

    def __str__(self) -> str:
        return f"{self.sheet} {self.get_result_display()}"
