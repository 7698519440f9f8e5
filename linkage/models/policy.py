"""Changes of law or policy (政策变动, RULES R10.05): published once, answered by every department they concern."""

from django.db import models

from linkage.models.push import Push
from shenguan.access import scope
from shenguan.org.models import Staff


class PolicyNoticeQuerySet(models.QuerySet["PolicyNotice"]):
    """Named questions about notices."""

    def visible_to(self, staff: Staff) -> "PolicyNoticeQuerySet":
        """Those the own department published or was pushed; coordinators and auditors see all."""
        if scope.sees_all(staff):
            return self
        told = Push.objects.filter(kind="policy.changed", department_id=staff.department_id).values("case_number")
        return self.filter(models.Q(department_id=staff.department_id) | models.Q(number__in=told))


class PolicyNotice(models.Model):
    """One notice. Never changed: a correction is a new notice."""

    department = models.ForeignKey("org.Department", models.PROTECT, related_name="+", verbose_name="发布部门")
    approval_items = models.ManyToManyField("approvals.ApprovalItem", related_name="+", verbose_name="审批事项")
    supervision_items = models.ManyToManyField("supervision.SupervisionItem", related_name="+", verbose_name="监管事项")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")

    number = models.CharField("政策变动编号", max_length=40, unique=True)
    title = models.CharField("标题", max_length=200)
    document_number = models.CharField("文号", max_length=100)
    text = models.TextField("变动内容")
    published_by = models.CharField("发布人", max_length=150)
    published_by_key = models.CharField("发布人标识", max_length=150)

    effective_on = models.DateField("施行日期")
    published_at = models.DateTimeField("发布时间")

    objects = PolicyNoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title
