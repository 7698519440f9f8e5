"""An application (办件): one party asks for one variant of one item."""

from django.db import models

from shenguan.access import scope
from shenguan.org.models import Staff
from shenguan.privacy.fields import EncryptedTextField


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Named questions about applications."""

    def visible_to(self, staff: Staff) -> "ApplicationQuerySet":
        """Rows of the viewer's own department; coordinators see the whole city."""
        return self if scope.sees_all(staff) else self.filter(department_id=staff.department_id)

    def open(self) -> "ApplicationQuerySet":
        """Not ended yet."""
        return self.exclude(status__in=Application.ENDED)

    def before(self, application: "Application") -> "ApplicationQuerySet":
        """Accepted earlier than this one; the same second is told apart by the order of registration (R1.26)."""
        same_second = models.Q(accepted_at=application.accepted_at, id__lt=application.pk)
        return self.filter(models.Q(accepted_at__lt=application.accepted_at) | same_second)


class Application(models.Model):
    """One case from draft to conclusion. Only actions change `status`, by the table in lifecycle.py."""

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        RECEIVED = "received", "已收件"
        CORRECTING = "correcting", "待补正"
        ACCEPTED = "accepted", "已受理"  # being examined
        EXAMINED = "examined", "已审查"  # waiting for the decision
        GRANTED = "granted", "准予待制证"
        CONCLUDED = "concluded", "已办结"  # granted and issued, or refused and delivered
        NOT_ACCEPTED = "not_accepted", "不予受理"
        NOT_REQUIRED = "not_required", "不受理"  # the matter needs no permit (R1.01 ①)
        TERMINATED = "terminated", "已终止"  # tolerance overdue (R3.06) or applicant's end
        WITHDRAWN = "withdrawn", "已撤回"

    class Mode(models.TextChoices):
        STANDARD = "standard", "标准受理"
        TOLERANCE = "tolerance", "容缺受理"
        COMMITMENT = "commitment", "告知承诺"

    class Source(models.TextChoices):
        WINDOW = "window", "窗口"
        OWN_SYSTEM = "own_system", "自建系统"

    class Result(models.TextChoices):
        GRANTED = "granted", "准予"
        REFUSED = "refused", "不予"

    ENDED = frozenset({Status.CONCLUDED, Status.NOT_ACCEPTED, Status.NOT_REQUIRED, Status.TERMINATED, Status.WITHDRAWN})

    department = models.ForeignKey("org.Department", models.PROTECT, related_name="applications")  # who decides
    item = models.ForeignKey("approvals.ApprovalItem", models.PROTECT, related_name="applications")
    variant = models.ForeignKey("approvals.ItemVariant", models.PROTECT, related_name="applications")
    subject = models.ForeignKey("credit.Subject", models.PROTECT, related_name="applications")
    credit_check = models.ForeignKey(
        "credit.CreditCheck", models.PROTECT, null=True, blank=True, related_name="applications"
    )  # the check in force: the latest one
    correction_deadline = models.ForeignKey("workdays.Deadline", models.PROTECT, null=True, related_name="+")  # R1.03
    statutory_deadline = models.ForeignKey("workdays.Deadline", models.PROTECT, null=True, related_name="+")
    promised_deadline = models.ForeignKey("workdays.Deadline", models.PROTECT, null=True, related_name="+")
    tolerance_deadline = models.ForeignKey("workdays.Deadline", models.PROTECT, null=True, related_name="+")  # R3.04
    delivery_deadline = models.ForeignKey("workdays.Deadline", models.PROTECT, null=True, related_name="+")  # R1.10
    publicity_deadline = models.ForeignKey("workdays.Deadline", models.PROTECT, null=True, related_name="+")  # R5.01

    number = models.CharField("办件编号", max_length=60, unique=True, null=True, blank=True)  # drafts have none
    source = models.CharField("来源", max_length=20, choices=Source.choices, default=Source.WINDOW)
    source_case_id = models.CharField("来源系统办件号", max_length=80, blank=True)
    status = models.CharField("状态", max_length=20, choices=Status.choices, default=Status.DRAFT)
    mode = models.CharField("受理方式", max_length=20, choices=Mode.choices, default=Mode.STANDARD)
    green_channel = models.BooleanField("绿色通道", default=False)
    situations = models.JSONField("适用情形", default=list)  # conditions of the linkage list that hold here
    agent_name = models.CharField("经办人", max_length=60, blank=True)
    agent_phone = EncryptedTextField("经办人手机", blank=True)
    address = models.CharField("经营场所", max_length=300, blank=True)
    remark = models.CharField("备注", max_length=500, blank=True)
    deemed_accepted = models.BooleanField("逾期未告知视为受理", default=False)  # R1.04
    result = models.CharField("审批结果", max_length=10, choices=Result.choices, blank=True)
    ban_override_reason = models.CharField("再申请限制处理理由", max_length=500, blank=True)  # 6.1: clerk decides
    created_by = models.CharField("登记人", max_length=150)  # actor key
    created_by_name = models.CharField("登记人姓名", max_length=150)
    version = models.PositiveIntegerField(default=1)  # grows with every change; stale forms are refused

    created_at = models.DateTimeField(auto_now_add=True)
    received_at = models.DateTimeField("收件时间", null=True)
    received_on = models.DateField("收件日", null=True)  # R1.45
    corrected_on = models.DateField("补正齐全日", null=True)  # acceptance dates from this day (R1.05)
    accepted_at = models.DateTimeField("受理时间", null=True)  # to the second: order of R1.26
    accepted_on = models.DateField("受理日", null=True)
    decided_on = models.DateField("决定日", null=True)
    concluded_at = models.DateTimeField("办结时间", null=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["department", "-id"], name="application_list"),
            models.Index(fields=["department", "status", "-id"], name="application_by_status"),
            models.Index(fields=["subject", "-id"], name="application_by_subject"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "source_case_id"],
                condition=~models.Q(source_case_id=""),
                name="one_row_per_source_case",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_on__isnull=True, accepted_at__isnull=True)
                | models.Q(accepted_on__isnull=False, accepted_at__isnull=False),
                name="accepted_date_with_time",
            ),
            models.CheckConstraint(
                condition=models.Q(result="", decided_on__isnull=True)
                | (~models.Q(result="") & models.Q(decided_on__isnull=False)),
                name="result_exactly_when_decided",
            ),
            models.CheckConstraint(
                condition=models.Q(status="draft") | models.Q(number__isnull=False), name="numbered_unless_draft"
            ),
        ]

    def __str__(self) -> str:
        return self.number or "草稿"
