"""Theme packages (主题套餐): 一件事 and 一业一证."""

from django.db import models


class Package(models.Model):
    """A bundle of items handled together under one promise."""

    class Kind(models.TextChoices):
        ONE_THING = "one_thing", "一件事"
        ONE_LICENCE = "one_licence", "一业一证"

    lead_department = models.ForeignKey("org.Department", models.PROTECT, related_name="+", verbose_name="牵头监管部门")
    code = models.CharField("套餐编码", max_length=20, unique=True)
    name = models.CharField("套餐名称", max_length=100)
    kind = models.CharField("套餐类型", max_length=20, choices=Kind.choices)
    licence_name = models.CharField("综合许可证名称", max_length=100, blank=True)
    promised_days = models.PositiveSmallIntegerField("套餐承诺时限(工作日)")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class PackageMember(models.Model):
    """One item of a package, when it is needed and what must come before it."""

    package = models.ForeignKey(Package, models.CASCADE, related_name="members")
    item = models.ForeignKey("approvals.ApprovalItem", models.PROTECT, related_name="package_members")
    requires = models.ForeignKey(
        "approvals.ApprovalItem", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="前置事项"
    )
    sequence = models.PositiveSmallIntegerField("序号")
    is_required = models.BooleanField("必办")
    condition = models.CharField("适用情形", max_length=100, blank=True)
    in_parallel = models.BooleanField("可并联办理")
    joint_survey = models.BooleanField("联合踏勘")

    class Meta:
        ordering = ["package", "sequence"]
        constraints = [models.UniqueConstraint(fields=["package", "item"], name="item_once_per_package")]

    def __str__(self) -> str:
        return f"{self.package} {self.item}"
