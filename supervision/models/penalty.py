"""Penalties (行政处罚) as departments decided them, reported by their own systems (RULES §5, R6.11)."""

from django.db import models

from shenguan.access import scope
from shenguan.org.models import Staff


class PenaltyQuerySet(models.QuerySet["Penalty"]):
    """Named questions about penalties."""

    def visible_to(self, staff: Staff) -> "PenaltyQuerySet":
        """Penalties of the viewer's department; coordinators see the whole city."""
        return self if scope.sees_all(staff) else self.filter(department_id=staff.department_id)


class Penalty(models.Model):
    """One penalty decision against one party. The paper itself stays with the department; facts and number are here."""

    class Kind(models.TextChoices):
        """Kinds of 行政处罚法第九条."""

        WARNING = "warning", "警告"
        CRITICISM = "criticism", "通报批评"
        FINE = "fine", "罚款"
        CONFISCATION = "confiscation", "没收违法所得、非法财物"
        SUSPENDED_PERMIT = "suspended_permit", "暂扣许可证件"
        LOWERED_GRADE = "lowered_grade", "降低资质等级"
        REVOKED_PERMIT = "revoked_permit", "吊销许可证件"
        RESTRICTION = "restriction", "限制开展生产经营活动"
        CLOSURE = "closure", "责令停产停业或关闭"
        BAN = "ban", "限制从业"
        DETENTION = "detention", "行政拘留"

    class Status(models.TextChoices):
        IN_FORCE = "in_force", "有效"
        WITHDRAWN = "withdrawn", "已撤销"

    department = models.ForeignKey("org.Department", models.PROTECT, related_name="penalties")
    subject = models.ForeignKey("credit.Subject", models.PROTECT, related_name="penalties")
    item = models.ForeignKey(
        "supervision.SupervisionItem", models.PROTECT, null=True, blank=True, related_name="penalties"
    )
    credit_record = models.ForeignKey("credit.CreditRecord", models.PROTECT, null=True, blank=True, related_name="+")

    number = models.CharField("处罚编号", max_length=40, unique=True)
    source_penalty_id = models.CharField("来源系统编号", max_length=80)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.IN_FORCE)
    document_name = models.CharField("决定书名称", max_length=100)
    document_number = models.CharField("决定书文号", max_length=100)
    kinds = models.JSONField("处罚种类", default=list)
    facts = models.TextField("违法事实")
    result = models.TextField("处罚内容")
    legal_basis = models.JSONField("处罚依据", default=list)
    fine_yuan = models.DecimalField("罚款金额(元)", max_digits=16, decimal_places=2, null=True, blank=True)
    case_numbers = models.JSONField("关联办件", default=list)  # whose approvers were told
    withdrawn_reason = models.CharField("撤销原因", max_length=300, blank=True)

    decided_on = models.DateField("决定日期")
    reported_at = models.DateTimeField("报送时间", auto_now_add=True)
    reported_by = models.CharField("报送系统", max_length=150)
    withdrawn_on = models.DateField("撤销日期", null=True, blank=True)

    objects = PenaltyQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["department", "-id"], name="penalty_list")]
        constraints = [
            models.UniqueConstraint(fields=["department", "source_penalty_id"], name="penalty_reported_once"),
            models.UniqueConstraint(
                fields=["department", "document_number", "subject"], name="penalty_once_per_document"
            ),
            models.CheckConstraint(
                condition=models.Q(status="in_force", withdrawn_on__isnull=True)
                | models.Q(status="withdrawn", withdrawn_on__isnull=False),
                name="withdrawn_penalty_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.document_number

    @property
    def kinds_text(self) -> str:
        """The kinds as people read them."""
        return "、".join(str(self.Kind(kind).label) for kind in self.kinds)
