"""Published measures against broken trust (惩戒措施清单) and their single applications (联合惩戒)."""

from django.db import models

from shenguan.privacy.masking import mask_name


class Measure(models.Model):
    """One published measure; unpublished ones must not be used (RULES R6.03)."""

    code = models.CharField("措施编码", max_length=20, unique=True)
    name = models.CharField("措施名称", max_length=200)
    group = models.CharField("分组", max_length=1)
    category = models.CharField("惩戒类别", max_length=60)
    content = models.TextField("惩戒内容")
    target = models.TextField("惩戒对象")
    implementers = models.JSONField("实施主体", default=list)
    legal_basis = models.JSONField("法规政策依据", default=list)
    basis_level = models.CharField("依据层级", max_length=20)
    term = models.CharField("惩戒期限", max_length=60)
    is_active = models.BooleanField("启用状态", default=True)
    effective_on = models.DateField("生效日期")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class JointMeasure(models.Model):
    """A measure applied to one subject or responsible person (R6.05, R6.06)."""

    class State(models.TextChoices):
        ACTIVE = "active", "执行中"
        LIFTED = "lifted", "已解除"

    subject = models.ForeignKey("credit.Subject", models.PROTECT, related_name="joint_measures")
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="applications")
    record = models.ForeignKey("credit.CreditRecord", models.PROTECT, related_name="joint_measures")
    proposed_by = models.ForeignKey("org.Department", models.PROTECT, related_name="+", verbose_name="惩戒提请单位")
    implemented_by = models.ForeignKey("org.Department", models.PROTECT, related_name="+", verbose_name="惩戒实施单位")

    number = models.CharField("惩戒编号", max_length=20, unique=True)
    target_kind = models.CharField("对象类型", max_length=20)
    person_name = models.CharField("责任人员姓名", max_length=60, blank=True)
    legal_basis = models.JSONField("法律法规依据", default=list)
    term = models.CharField("惩戒期限", max_length=60)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.ACTIVE)

    starts_on = models.DateField("起始日期")
    ends_on = models.DateField("截止日期", null=True, blank=True)  # empty: until repair or removal

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return self.number

    @property
    def shown_person(self) -> str:
        """The responsible person's name as screens show it; empty for a measure against the party itself."""
        return mask_name(self.person_name)
