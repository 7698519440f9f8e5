"""Departments (部门) and their offices (科室)."""

from django.db import models


class Department(models.Model):
    """A government body that approves, supervises, keeps credit data or coordinates."""

    class Kind(models.TextChoices):
        APPROVAL = "approval", "审批"
        SUPERVISION = "supervision", "监管"
        CREDIT = "credit", "信用"
        COORDINATION = "coordination", "协调"
        ENFORCEMENT = "enforcement", "执法"

    class Level(models.TextChoices):
        CITY = "city", "市级"
        COUNTY = "county", "县级"

    code = models.CharField("部门编码", max_length=30, unique=True)
    name = models.CharField("部门名称", max_length=100, unique=True)
    short_name = models.CharField("简称", max_length=50)
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)
    region = models.ForeignKey("org.Region", models.PROTECT, related_name="departments")
    level = models.CharField("层级", max_length=10, choices=Level.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    kind = models.CharField("类型", max_length=20, choices=Kind.choices)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("id")) | models.Q(parent__isnull=True),
                name="department_is_not_its_own_parent",
            ),
            models.CheckConstraint(condition=models.Q(level__in=["city", "county"]), name="department_level_is_known"),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name


class Office(models.Model):
    """An office inside a department; pushes name it together with a person."""

    code = models.CharField("科室编码", max_length=30, unique=True)
    name = models.CharField("科室名称", max_length=100)
    department = models.ForeignKey(Department, models.PROTECT, related_name="offices")
    function = models.CharField("职能类型", max_length=20)
    duty = models.CharField("职责", max_length=300, blank=True)
    phone = models.CharField("办公电话", max_length=20, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
