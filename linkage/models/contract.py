"""Exchange contracts (数据共享协议): what goes between the platform and one department's systems, why and how.

政务数据共享条例, RULES R10.11: data obtained by sharing is used for the purpose agreed and nothing else.
"""

from django.db import models

from shenguan.access import scope
from shenguan.org.models import Staff


class ExchangeContractQuerySet(models.QuerySet["ExchangeContract"]):
    """Named questions about contracts."""

    def visible_to(self, staff: Staff) -> "ExchangeContractQuerySet":
        """A department reads its own contracts; coordinators all."""
        if scope.sees_all(staff):
            return self
        return self.filter(department_id=staff.department_id).exclude(status=ExchangeContract.Status.DRAFT)


class ExchangeContract(models.Model):
    """One edition for one department and direction; one per pair is in force, older ones stay as they were."""

    class Direction(models.TextChoices):
        TO_DEPARTMENT = "to_department", "平台→部门"
        FROM_DEPARTMENT = "from_department", "部门→平台"

    class Status(models.TextChoices):
        DRAFT = "draft", "草拟"
        PROPOSED = "proposed", "待部门确认"
        IN_FORCE = "in_force", "生效"
        ENDED = "ended", "已终止"

    class Kind(models.TextChoices):
        """What is exchanged: kinds of push to a department (CONTRACT §4), calls of its systems to the platform."""

        ACCEPTED = "approval.accepted", "受理告知"
        CONCLUDED = "approval.concluded", "办结告知"
        PERMIT_CHANGED = "permit.changed", "证照变动"
        FINDING = "finding.reported", "监管异常反馈"
        REVOCATION = "revocation.proposed", "撤销等建议"
        ANSWERED = "proposal.answered", "答复回传"
        CREDIT = "credit.changed", "信用变化"
        POLICY = "policy.changed", "监管依据变动"
        CONSULTATION = "consultation.opened", "会商协同"
        OTHER = "other", "其他协同"
        CASES = "cases", "办件与证照变动报送"
        RESULTS = "results", "检查、处罚结果报送"
        CLUES = "clues", "线索报送"
        CREDIT_RECORDS = "credit_records", "信用记录报送"

    class Mode(models.TextChoices):
        PORTAL = "portal", "平台页面"
        WEBHOOK = "webhook", "推送到部门系统"
        API = "api", "接口调用"

    class Frequency(models.TextChoices):
        REAL_TIME = "real_time", "实时"
        DAILY = "daily", "每日"
        WEEKLY = "weekly", "每周"
        MONTHLY = "monthly", "每月"
        ON_REQUEST = "on_request", "按需"

    class Confidentiality(models.TextChoices):
        OPEN = "open", "公开"
        INTERNAL = "internal", "内部"
        SENSITIVE = "sensitive", "敏感"

    REPORTED = (Kind.CASES, Kind.RESULTS, Kind.CLUES, Kind.CREDIT_RECORDS)

    department = models.ForeignKey("org.Department", models.PROTECT, related_name="exchange_contracts")
    number = models.CharField("协议编号", max_length=40, unique=True)
    direction = models.CharField("方向", max_length=20, choices=Direction.choices)
    edition = models.PositiveSmallIntegerField("版次")
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.DRAFT)
    kinds = models.JSONField("交换内容", default=list)
    data_items = models.CharField("数据项", max_length=500)
    modes = models.JSONField("交换方式", default=list)
    procedure = models.CharField("办理程序", max_length=500)
    limit_days = models.PositiveSmallIntegerField("时限(工作日)")  # 0: at once
    frequency = models.CharField("频次", max_length=12, choices=Frequency.choices)
    confidentiality = models.CharField("保密等级", max_length=10, choices=Confidentiality.choices)
    purpose = models.CharField("使用目的", max_length=300)
    row_version = models.PositiveIntegerField(default=1)

    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("有效期至", null=True, blank=True)  # the last day; empty: until ended
    created_at = models.DateTimeField(auto_now_add=True)
    proposed_by = models.CharField("平台方确认人", max_length=60, blank=True)
    proposed_at = models.DateTimeField("平台方确认时间", null=True)
    confirmed_by = models.CharField("部门方确认人", max_length=60, blank=True)
    confirmed_at = models.DateTimeField("部门方确认时间", null=True)
    note = models.CharField("退回或终止原因", max_length=300, blank=True)

    objects = ExchangeContractQuerySet.as_manager()

    class Meta:
        ordering = ["department__code", "direction", "-edition"]
        constraints = [
            models.UniqueConstraint(fields=["department", "direction", "edition"], name="contract_edition_once"),
            # Of what is being drawn up and of what holds without end there is one per pair.
            models.UniqueConstraint(
                fields=["department", "direction"],
                condition=models.Q(status__in=["draft", "proposed"]),
                name="one_contract_in_the_making",
            ),
            models.UniqueConstraint(
                fields=["department", "direction"],
                condition=models.Q(status="in_force", valid_to__isnull=True),
                name="one_open_contract",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["draft", "proposed"])
                | models.Q(proposed_at__isnull=False, confirmed_at__isnull=False),
                name="contract_in_force_is_confirmed_by_both",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="contract_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def kinds_text(self) -> str:
        """What is exchanged, as people read it."""
        return "、".join(str(self.Kind(kind).label) for kind in self.kinds)

    @property
    def modes_text(self) -> str:
        """How it is exchanged, as people read it."""
        return "、".join(str(self.Mode(mode).label) for mode in self.modes)


class WithheldPush(models.Model):
    """A push that its recipient's own system did not get because no contract covers it. The inbox here has it."""

    class Status(models.TextChoices):
        OPEN = "open", "未投递"
        RELEASED = "released", "已放行"

    push = models.OneToOneField("linkage.Push", models.PROTECT, related_name="withheld")
    department = models.ForeignKey("org.Department", models.PROTECT, related_name="+")
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.OPEN)
    reason = models.CharField("原因", max_length=200)
    withheld_at = models.DateTimeField("时间")
    released_at = models.DateTimeField("放行时间", null=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["department", "id"], condition=models.Q(status="open"), name="open_withheld"),
        ]

    def __str__(self) -> str:
        return f"{self.push} {self.get_status_display()}"


class RefusedReport(models.Model):
    """What a department's system was not let report on one day because its contract does not cover it."""

    department = models.ForeignKey("org.Department", models.PROTECT, related_name="+")
    kind = models.CharField("报送内容", max_length=30, choices=ExchangeContract.Kind.choices)
    day = models.DateField("日期")
    number = models.PositiveIntegerField("次数", default=0)
    reason = models.CharField("原因", max_length=200)
    client_name = models.CharField("报送系统", max_length=150)
    first_at = models.DateTimeField("首次时间")
    last_at = models.DateTimeField("最近时间")

    class Meta:
        ordering = ["-day", "id"]
        constraints = [
            models.UniqueConstraint(fields=["department", "kind", "day"], name="one_row_of_refused_reports_a_day"),
        ]
        indexes = [models.Index(fields=["day"], name="refused_reports_by_day")]

    def __str__(self) -> str:
        return f"{self.department} {self.get_kind_display()} {self.day}"
