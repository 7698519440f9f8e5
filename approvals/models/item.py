"""The approval-item catalogue (政务服务事项): items, their variants (业务办理项) and materials."""

from django.db import models


class ApprovalItem(models.Model):
    """One item a department grants. Flags decide modes, clocks and credit consequences."""

    class ItemType(models.TextChoices):
        LICENCE = "licence", "行政许可"
        CONFIRMATION = "confirmation", "行政确认"
        OTHER = "other", "其他行政权力"

    class Handling(models.TextChoices):
        IMMEDIATE = "immediate", "即办"
        PROMISED = "promised", "承诺"

    class Reform(models.TextChoices):
        NONE = "none", "无"
        COMMITMENT = "commitment", "告知承诺"
        FILING = "filing", "改备案"
        OPTIMISED = "optimised", "优化服务"

    class MajorRisk(models.TextChoices):
        NONE = "none", "无"
        ECOLOGY = "ecology", "生态"
        NATIONAL_SECURITY = "national_security", "国安"
        FINANCE = "finance", "金融"

    class LinkageState(models.TextChoices):
        LISTED = "listed", "已编入"
        WAITING = "waiting", "待编入"
        UNIFIED = "unified", "审管一体"  # the deciding department supervises too; nothing is pushed
        UNIFIED_CROSS = "unified_cross", "审管一体·跨部门推送"

    class GeneralFailure(models.TextChoices):
        ALLOW_WITH_WARNING = "allow_with_warning", "允许并提示"
        REFUSE = "refuse", "不允许"
        NOT_APPLICABLE = "not_applicable", "不适用"

    class RenewalUnit(models.TextChoices):
        WORKING_DAY = "wd", "工作日"
        CALENDAR_DAY = "cd", "自然日"

    competent_department = models.ForeignKey(
        "org.Department", models.PROTECT, related_name="+", verbose_name="主管部门"
    )
    implementing_department = models.ForeignKey(
        "org.Department", models.PROTECT, related_name="approval_items", verbose_name="实施部门"
    )
    office = models.ForeignKey(
        "org.Office", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审批科室"
    )

    code = models.CharField("事项编码", max_length=40, unique=True)
    implement_code = models.CharField(
        "实施编码", max_length=60, blank=True
    )  # 31 by R7.08; some provinces write up to 55
    name = models.CharField("事项名称", max_length=300)
    name_pinyin = models.CharField("全拼", max_length=1500, blank=True)
    name_initials = models.CharField("拼音首字母", max_length=300, blank=True)
    search_alias = models.CharField("检索别名", max_length=300, blank=True)  # editable, for polyphones
    item_type = models.CharField("事项类型", max_length=20, choices=ItemType.choices)
    is_transferred = models.BooleanField("是否划转", default=False)
    levels = models.JSONField("行使层级", default=list)
    legal_basis = models.JSONField("设定依据", default=list)
    handling = models.CharField("办件类型", max_length=10, choices=Handling.choices)
    statutory_days = models.PositiveSmallIntegerField("法定时限(工作日)")
    statutory_basis = models.CharField("法定时限依据", max_length=300, blank=True)
    promised_days = models.PositiveSmallIntegerField("承诺时限(工作日)")
    reform = models.CharField("改革方式", max_length=20, choices=Reform.choices, default=Reform.NONE)
    commitment_allowed = models.BooleanField("可告知承诺", default=False)
    commitment_basis = models.CharField("告知承诺依据", max_length=300, blank=True)
    commitment_check_days = models.PositiveSmallIntegerField("承诺核查期限(工作日)", null=True, blank=True)
    tolerance_allowed = models.BooleanField("可容缺", default=False)
    is_safety_critical = models.BooleanField("直接关系安全", default=False)  # R1.21, R1.22
    major_risk = models.CharField("重大风险排除", max_length=20, choices=MajorRisk.choices, default=MajorRisk.NONE)
    needs_survey = models.BooleanField("需现场踏勘", default=False)
    special_steps = models.JSONField("特殊环节", default=list)
    permit_name = models.CharField("证照名称", max_length=100, blank=True)
    permit_months = models.PositiveSmallIntegerField("证照有效期(月)", null=True, blank=True)  # empty: 长期
    renewal_days = models.PositiveSmallIntegerField("延续提前天数", null=True, blank=True)
    renewal_unit = models.CharField("延续提前单位", max_length=2, choices=RenewalUnit.choices, blank=True)
    is_quantity_limited = models.BooleanField("数量限制", default=False)
    service_objects = models.JSONField("服务对象", default=list)
    on_general_failure = models.CharField(
        "一般失信时告知承诺", max_length=20, choices=GeneralFailure.choices, default=GeneralFailure.NOT_APPLICABLE
    )
    conveniences_during_objection = models.BooleanField("异议期间允许便利措施", default=True)
    linkage_state = models.CharField("联动清单状态", max_length=20, choices=LinkageState.choices)
    remark = models.CharField("备注", max_length=500, blank=True)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(promised_days__lte=models.F("statutory_days")),
                name="promised_within_statutory",  # R1.06
            )
        ]

    def __str__(self) -> str:
        return self.name


class ItemVariant(models.Model):
    """业务办理项: the same item as 新办, 变更, 延续 or 注销, with clocks of its own."""

    class Kind(models.TextChoices):
        NEW = "new", "新办"
        CHANGE = "change", "变更"
        RENEWAL = "renewal", "延续"
        CANCELLATION = "cancellation", "注销"

    item = models.ForeignKey(ApprovalItem, models.PROTECT, related_name="variants")
    code = models.CharField("业务办理项编码", max_length=50, unique=True)
    kind = models.CharField("业务办理项", max_length=20, choices=Kind.choices)
    name = models.CharField("名称", max_length=300)
    handling = models.CharField("办件类型", max_length=10, choices=ApprovalItem.Handling.choices)
    statutory_days = models.PositiveSmallIntegerField("法定时限(工作日)")
    promised_days = models.PositiveSmallIntegerField("承诺时限(工作日)")
    needs_survey = models.BooleanField("需现场踏勘", default=False)
    has_fee = models.BooleanField("是否缴费", default=False)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["item", "kind"], name="one_variant_of_a_kind"),
            models.CheckConstraint(
                condition=models.Q(promised_days__lte=models.F("statutory_days")),
                name="variant_promised_within_statutory",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ItemMaterial(models.Model):
    """One paper an item asks for, and whether it may follow later (容缺)."""

    class Necessity(models.TextChoices):
        MAIN = "main", "主要"
        TOLERABLE = "tolerable", "可容缺"
        WAIVED = "waived", "免提交"

    item = models.ForeignKey(ApprovalItem, models.PROTECT, related_name="materials")
    sequence = models.PositiveSmallIntegerField("序号")
    name = models.CharField("材料名称", max_length=300)
    source = models.CharField("来源", max_length=30)
    necessity = models.CharField("必要性", max_length=10, choices=Necessity.choices)
    form = models.CharField("形式", max_length=30)
    copies = models.PositiveSmallIntegerField("份数", default=1)
    basis = models.CharField("依据", max_length=300, blank=True)

    class Meta:
        ordering = ["item", "sequence"]
        constraints = [models.UniqueConstraint(fields=["item", "sequence"], name="one_material_per_place")]

    def __str__(self) -> str:
        return self.name
