"""Yearly inspection plans (年度检查计划) as published."""

from django.db import models


class AnnualPlan(models.Model):
    """One line of a department's plan for a year, with its cap of visits per firm (R4.06)."""

    lead_department = models.ForeignKey("org.Department", models.PROTECT, related_name="plans")
    joint_departments = models.ManyToManyField("org.Department", related_name="joint_plans")
    items = models.ManyToManyField("supervision.SupervisionItem", related_name="plans")

    number = models.CharField("计划编号", max_length=20, unique=True)
    year = models.PositiveSmallIntegerField("年度")
    name = models.CharField("计划名称", max_length=100)
    kind = models.CharField("计划类型", max_length=20)
    scope = models.CharField("检查对象范围", max_length=200)
    object_total = models.PositiveIntegerField("对象总数")
    ratio_percent = models.PositiveSmallIntegerField("抽查比例(%)")
    planned_objects = models.PositiveIntegerField("计划户数")
    method = models.CharField("检查方式", max_length=20)
    yearly_cap = models.PositiveSmallIntegerField("每户年度上限(次)")
    status = models.CharField("计划状态", max_length=20)

    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    published_on = models.DateField("公布日期", null=True, blank=True)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return self.name
