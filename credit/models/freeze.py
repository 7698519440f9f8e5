"""Requests to freeze the approvals of a party while an enforcement case is open (冻结审批请求), ADR 0021."""

from datetime import date

from django.db import models

from shenguan.access import scope
from shenguan.org.models import Staff


class FreezeQuerySet(models.QuerySet["Freeze"]):
    """Named questions about freezes."""

    def visible_to(self, staff: Staff) -> "FreezeQuerySet":
        """Those the own department asked for or has to answer; coordinators and auditors see all."""
        if scope.sees_all(staff):
            return self
        own = staff.department_id
        return self.filter(models.Q(department_id=own) | models.Q(approving_department_id=own))

    def open(self) -> "FreezeQuerySet":
        """Waiting for an answer, or adopted."""
        return self.filter(status__in=[Freeze.Status.REQUESTED, Freeze.Status.ACTIVE])

    def in_force(self, day: date) -> "FreezeQuerySet":
        """Adopted and not past their last day, whether or not the periodic job has run."""
        return self.filter(status=Freeze.Status.ACTIVE, until_on__gte=day)


class Freeze(models.Model):
    """One supervising department asks one approving department to put off grants to one party until a day.

    It never touches acceptance (RULES §6.1). An empty `item_codes` means all items of the approving department.
    """

    class Status(models.TextChoices):
        REQUESTED = "requested", "待答复"
        ACTIVE = "active", "冻结中"
        DECLINED = "declined", "未采纳"
        WITHDRAWN = "withdrawn", "已撤回"
        LIFTED = "lifted", "已解除"
        EXPIRED = "expired", "已到期"

    subject = models.ForeignKey("credit.Subject", models.PROTECT, related_name="freezes")
    department = models.ForeignKey("org.Department", models.PROTECT, related_name="+", verbose_name="请求部门")
    approving_department = models.ForeignKey(
        "org.Department", models.PROTECT, related_name="+", verbose_name="审批部门"
    )
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")

    number = models.CharField("冻结编号", max_length=40, unique=True)
    status = models.CharField("状态", max_length=12, choices=Status.choices, default=Status.REQUESTED)
    item_codes = models.JSONField("事项编码", default=list)  # credit stands below approvals
    item_names = models.JSONField("事项名称", default=list)
    enforcement_case = models.CharField("立案文号", max_length=100)
    legal_basis = models.CharField("法律依据", max_length=300)
    reason = models.CharField("事由", max_length=1000)
    push_number = models.CharField("来源推送", max_length=40, blank=True)
    requested_by = models.CharField("请求人", max_length=150)
    requested_by_key = models.CharField("请求人标识", max_length=150)
    answered_by = models.CharField("答复人", max_length=150, blank=True)
    answer_text = models.TextField("答复理由", blank=True)
    extended_by = models.CharField("延长人", max_length=150, blank=True)
    extension_reason = models.CharField("延长理由", max_length=500, blank=True)
    ended_by = models.CharField("解除人", max_length=150, blank=True)
    end_reason = models.CharField("解除理由", max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    until_on = models.DateField("冻结至")
    requested_at = models.DateTimeField("请求时间")
    answered_at = models.DateTimeField("答复时间", null=True)
    extended_at = models.DateTimeField("延长时间", null=True)
    ended_at = models.DateTimeField("结束时间", null=True)

    objects = FreezeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["subject", "approving_department"],
                condition=models.Q(status__in=["requested", "active"]),
                name="open_freezes_of_party",
            ),
            models.Index(
                fields=["until_on"], condition=models.Q(status__in=["requested", "active"]), name="freezes_to_expire"
            ),
        ]
        constraints = [
            # One enforcement case asks one approving department once about one party while the request is open.
            models.UniqueConstraint(
                fields=["subject", "department", "approving_department", "enforcement_case"],
                condition=models.Q(status__in=["requested", "active"]),
                name="one_open_freeze_per_case",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_by="", answered_at__isnull=True)
                | (~models.Q(answered_by="") & models.Q(answered_at__isnull=False)),
                name="freeze_answered_by_with_time",
            ),
            models.CheckConstraint(
                condition=models.Q(extended_by="", extended_at__isnull=True)
                | (~models.Q(extended_by="") & models.Q(extended_at__isnull=False)),
                name="freeze_extended_by_with_time",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_by="", ended_at__isnull=True)
                | (~models.Q(ended_by="") & models.Q(ended_at__isnull=False)),
                name="freeze_ended_by_with_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def scope_text(self) -> str:
        """Which items it is about, in words."""
        return "、".join(self.item_names) if self.item_codes else "全部审批事项"

    def covers(self, item_code: str) -> bool:
        """Whether it is about this item."""
        return not self.item_codes or item_code in self.item_codes


class FreezeOverride(models.Model):
    """One case let through in spite of a freeze, by whom and why; never taken back."""

    freeze = models.ForeignKey(Freeze, models.PROTECT, related_name="overrides")

    case_number = models.CharField("办件编号", max_length=60)
    reason = models.CharField("放行理由", max_length=500)
    by_key = models.CharField("放行人标识", max_length=150)
    by_name = models.CharField("放行人", max_length=150)
    at = models.DateTimeField("时间")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["freeze", "case_number"], name="one_override_per_case")]

    def __str__(self) -> str:
        return f"{self.freeze} {self.case_number}"
