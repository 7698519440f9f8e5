"""Credit records (信用记录): facts with a grade, a publicity period and the rule version that computed it."""

from datetime import date
from typing import Self

from django.db import models


class CreditRecordQuerySet(models.QuerySet["CreditRecord"]):
    """Named questions about records."""

    def open_to(self, visibilities: frozenset[str]) -> Self:
        """Records of these visibility levels only (RULES R6.08)."""
        return self.filter(visibility__in=visibilities)

    def decided_by(self, day: date) -> Self:
        """Records that existed on `day`."""
        return self.filter(decided_on__lte=day)

    def in_state(self, state: str, day: date) -> Self:
        """Records in this state on `day`; the same order of questions as policies.state_on."""
        kind = CreditRecord.State
        is_revoked = models.Q(revoked_on__lte=day) | models.Q(objection=CreditRecord.Objection.UPHELD)
        is_repaired = models.Q(repaired_on__lte=day)
        is_expired = models.Q(publicity_until__lt=day)
        row = {
            kind.PENDING: models.Q(decided_on__gt=day),
            kind.REVOKED: is_revoked,
            kind.REPAIRED: ~is_revoked & is_repaired,
            kind.EXPIRED: ~is_revoked & ~is_repaired & is_expired,
            kind.EFFECTIVE: ~is_revoked & ~is_repaired & ~is_expired,
        }
        rows = self.filter(row[kind(state)])
        return rows if state == kind.PENDING else rows.decided_by(day)


class CreditRecord(models.Model):
    """One decided fact about a subject. Repair, revocation and objection change dates, never delete the row (R6.12)."""

    class Level(models.TextChoices):
        POSITIVE = "positive", "正面"
        MINOR = "minor", "轻微"
        GENERAL = "general", "一般"
        SEVERE = "severe", "严重"

    class Category(models.TextChoices):
        COMMENDATION = "commendation", "守信激励"
        PENALTY = "penalty", "行政处罚"
        ABNORMAL_LIST = "abnormal_list", "经营异常名录"
        SEVERE_LIST = "severe_list", "严重失信主体名单"
        FALSE_COMMITMENT = "false_commitment", "不实承诺"
        COMMITMENT_UNMET = "commitment_unmet", "承诺未履行"
        TOLERANCE_OVERDUE = "tolerance_overdue", "容缺逾期"
        FALSE_MATERIALS = "false_materials", "隐瞒或虚假材料"
        PERMIT_BY_FRAUD = "permit_by_fraud", "骗取许可被撤销"
        JUDICIAL = "judicial", "司法失信"
        INSPECTION_ABNORMAL = "inspection_abnormal", "监督检查异常"

    class Objection(models.TextChoices):
        NONE = "none", "无"
        RUNNING = "running", "异议中"
        UPHELD = "upheld", "异议成立"
        REJECTED = "rejected", "异议不成立"

    class Visibility(models.TextChoices):
        PUBLIC = "public", "社会公开"
        GOVERNMENT = "government", "政务共享"
        AUTHORISED = "authorised", "授权查询"

    class Repair(models.TextChoices):
        OPEN = "open", "未修复"
        REPAIRED = "repaired", "已修复"
        NOT_APPLICABLE = "not_applicable", "不适用"

    class State(models.TextChoices):
        """What the dates make of the record on a given day; never stored."""

        PENDING = "pending", "未生效"
        EFFECTIVE = "effective", "有效"
        REPAIRED = "repaired", "已修复"
        EXPIRED = "expired", "已届满"
        REVOKED = "revoked", "已撤销"

    # 不实承诺, 承诺未履行 and 容缺逾期 together are "承诺失信" (R2.15, R3.05)
    BROKEN_PROMISE = frozenset({Category.FALSE_COMMITMENT, Category.COMMITMENT_UNMET, Category.TOLERANCE_OVERDUE})

    subject = models.ForeignKey("credit.Subject", models.PROTECT, related_name="records")
    authority = models.ForeignKey("org.Department", models.PROTECT, related_name="+", verbose_name="认定部门")

    number = models.CharField("记录编号", max_length=40, unique=True)
    level = models.CharField("等级", max_length=10, choices=Level.choices)
    category = models.CharField("类别", max_length=30, choices=Category.choices)
    document_name = models.CharField("文书名称", max_length=100)
    document_number = models.CharField("文书号", max_length=100)
    facts = models.TextField("事由")
    result = models.TextField("处理结果")
    legal_basis = models.JSONField("法律依据", default=list)
    fine_yuan = models.DecimalField("罚款金额(元)", max_digits=16, decimal_places=2, null=True, blank=True)
    rule_version = models.CharField("规则版本", max_length=30)
    count_from = models.CharField("计期起算", max_length=10, blank=True)
    repair_state = models.CharField("修复状态", max_length=20, choices=Repair.choices, default=Repair.OPEN)
    objection = models.CharField("异议状态", max_length=10, choices=Objection.choices, default=Objection.NONE)
    objection_reason = models.CharField("异议理由", max_length=500, blank=True)
    objection_decision = models.CharField("异议处理意见", max_length=500, blank=True)
    visibility = models.CharField("可见级别", max_length=20, choices=Visibility.choices)
    related_item_code = models.CharField("关联事项编码", max_length=40, blank=True)  # credit stands below approvals
    ban_basis = models.CharField("限制依据", max_length=300, blank=True)
    revoke_reason = models.CharField("撤销原因", max_length=500, blank=True)
    case_number = models.CharField("来源办件", max_length=60, blank=True)  # when the portal itself made the record
    created_by = models.CharField("登记人", max_length=150, blank=True)  # actor key; empty for imported rows
    created_by_name = models.CharField("登记人姓名", max_length=150, blank=True)

    decided_on = models.DateField("决定日期")
    published_on = models.DateField("公示日期", null=True, blank=True)
    minimum_until = models.DateField("最短公示截止", null=True, blank=True)
    publicity_until = models.DateField("公示截止", null=True, blank=True)  # last day still counts
    repaired_on = models.DateField("修复日期", null=True, blank=True)  # from this day on without effect
    ban_until = models.DateField("再申请限制截止", null=True, blank=True)  # last day still banned (R1.23)
    revoked_on = models.DateField("撤销日期", null=True, blank=True)  # from this day on without effect
    objection_on = models.DateField("异议提出日期", null=True, blank=True)
    objection_due_on = models.DateField("异议办理期限", null=True, blank=True)  # R6.09
    objection_decided_on = models.DateField("异议决定日期", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CreditRecordQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_on", "-id"]
        indexes = [
            models.Index(fields=["subject", "decided_on"], name="credit_by_subject"),  # the intake check
            models.Index(fields=["-decided_on", "-id"], name="credit_by_date"),  # the maintenance list
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(repair_state="repaired", repaired_on__isnull=False)
                | (~models.Q(repair_state="repaired") & models.Q(repaired_on__isnull=True)),
                name="repaired_exactly_when_dated",
            ),
            # The same paper says the same thing about the same party once, however often a system reports it.
            models.UniqueConstraint(
                fields=["subject", "authority", "document_number", "category"], name="one_record_per_document"
            ),
            models.CheckConstraint(
                condition=models.Q(ban_until__isnull=True) | ~models.Q(ban_basis=""), name="ban_names_its_basis"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_level_display()}"

    @property
    def is_broken_promise(self) -> bool:
        """不实承诺, 承诺未履行 or 容缺逾期: closes 告知承诺 and 容缺 until repaired (R2.15)."""
        return self.category in self.BROKEN_PROMISE
