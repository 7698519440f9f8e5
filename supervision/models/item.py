"""The supervision-item catalogue (监管事项): sub-items and their checklists (检查要素)."""

from django.db import models


class SupervisionItem(models.Model):
    """One sub-item a department checks, punishes or enforces."""

    class ActionType(models.TextChoices):
        INSPECTION = "inspection", "行政检查"
        PENALTY = "penalty", "行政处罚"
        COERCION = "coercion", "行政强制"
        OTHER = "other", "其他"

    department = models.ForeignKey("org.Department", models.PROTECT, related_name="supervision_items")
    office = models.ForeignKey("org.Office", models.PROTECT, null=True, blank=True, related_name="+")

    code = models.CharField("监管事项编码", max_length=40, unique=True)
    main_name = models.CharField("主项名称", max_length=200)
    name = models.CharField("子项名称", max_length=300)
    name_initials = models.CharField("拼音首字母", max_length=300, blank=True)
    action_type = models.CharField("行政行为类型", max_length=20, choices=ActionType.choices)
    object_types = models.JSONField("监管对象类型", default=list)
    methods = models.JSONField("监管方式", default=list)
    forms = models.JSONField("检查形式", default=list)
    legal_basis = models.JSONField("设定依据", default=list)
    levels = models.JSONField("监管层级", default=list)
    partner_departments = models.JSONField(
        "配合部门", default=list, blank=True
    )  # names, as published lists give no codes
    yearly_frequency = models.JSONField("年度频次", default=dict)  # risk grade -> visits a year (R4.03)
    is_key_field = models.BooleanField("重点监管", default=False)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class ChecklistElement(models.Model):
    """One line of the checklist of an item."""

    item = models.ForeignKey(SupervisionItem, models.PROTECT, related_name="elements")
    sequence = models.PositiveSmallIntegerField("序号")
    dimension = models.CharField("维度", max_length=20)
    content = models.CharField("检查内容", max_length=500)
    method = models.CharField("检查方法", max_length=200, blank=True)
    verdicts = models.JSONField("判定", default=list)  # allowed Chinese words: 合格, 不合格, 合理缺项
    basis = models.CharField("依据", max_length=300, blank=True)
    severity = models.CharField("严重程度", max_length=10)

    class Meta:
        ordering = ["item", "sequence"]
        constraints = [models.UniqueConstraint(fields=["item", "sequence"], name="one_element_per_place")]

    def __str__(self) -> str:
        return self.content
