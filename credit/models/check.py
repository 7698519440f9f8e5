"""The append-only log of credit checks; each row belongs to a case file (RULES R6.01)."""

from typing import Self

from django.db import models

from shenguan.access import scope
from shenguan.org.models import Staff


class CreditCheckQuerySet(models.QuerySet["CreditCheck"]):
    """Named questions about checks."""

    def visible_to(self, staff: Staff) -> Self:
        """Checks made by the viewer's own department; coordinators and the audit officer see the whole city."""
        return self if scope.sees_all(staff) else self.filter(department_id__in=scope.department_ids(staff))

    def unanswered(self) -> Self:
        """未核查 and not made up for yet: what the retry job works on."""
        return self.filter(outcome=CreditCheck.Outcome.UNCHECKED, rechecked_as__isnull=True)


class CreditCheck(models.Model):
    """Who asked, when, why, about whom, and exactly what was answered. The database refuses changes."""

    class Outcome(models.TextChoices):
        NO_RECORD = "no_record", "无记录"
        POSITIVE = "positive", "正面"
        MINOR = "minor", "轻微"
        GENERAL = "general", "一般"
        SEVERE = "severe", "严重"
        BROKEN_PROMISE = "broken_promise", "承诺失信"
        REPAIRED = "repaired", "已修复"
        EXPIRED = "expired", "已届满"
        REVOKED = "revoked", "已撤销"
        OBJECTION = "objection", "异议中"
        BANNED = "banned", "再申请限制"
        UNCHECKED = "unchecked", "未核查"
        NO_MATCH = "no_match", "不自动匹配"

    class Answer(models.TextChoices):
        YES = "yes", "是"
        YES_WITH_WARNING = "yes_with_warning", "是（提示）"
        NO = "no", "否"
        NOT_APPLICABLE = "not_applicable", "不适用"
        CLERK_DECIDES = "clerk_decides", "人工决定"
        NONE = "none", "—"

    class PushFlag(models.TextChoices):
        NONE = "none", "无"
        NOTICE = "notice", "提示"
        FOCUS = "focus", "重点监管"
        RECHECK = "recheck", "待补查"
        OBJECTION = "objection", "异议"

    subject = models.ForeignKey("credit.Subject", models.PROTECT, null=True, blank=True, related_name="checks")
    department = models.ForeignKey("org.Department", models.PROTECT, related_name="+")  # whose case it is
    recheck_of = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="rechecked_as"
    )  # the 未核查 row this one makes up for; one to one, so that two retries cannot both answer

    number = models.CharField("核查编号", max_length=40, unique=True)
    case_number = models.CharField("办件编号", max_length=60, blank=True, db_index=True)
    queried_name = models.CharField("查询名称", max_length=200, blank=True)
    item_code = models.CharField("事项编码", max_length=40)
    item_name = models.CharField("事项名称", max_length=300, blank=True)
    purpose = models.CharField("用途", max_length=60)
    operator_key = models.CharField("操作人", max_length=150)
    operator_name = models.CharField("操作人姓名", max_length=150)
    source = models.CharField("信用来源", max_length=30)
    source_reachable = models.BooleanField("来源可达")
    source_error = models.CharField("来源故障", max_length=200, blank=True)
    data_version = models.CharField("数据版本", max_length=64, blank=True)  # digest of the rows the answer rests on
    public_grade = models.CharField("公共信用综合评价", max_length=10, blank=True)  # as it stood then
    terms = models.JSONField("事项设定", default=dict)  # of the item, as it stood then; a recheck uses them again
    outcome = models.CharField("结论", max_length=20, choices=Outcome.choices)
    acceptance = models.CharField("可受理", max_length=20, choices=Answer.choices)
    commitment = models.CharField("可告知承诺", max_length=20, choices=Answer.choices)
    tolerance = models.CharField("可容缺", max_length=20, choices=Answer.choices)
    green_channel = models.CharField("可绿色通道", max_length=20, choices=Answer.choices)
    push_flag = models.CharField("推送标记", max_length=10, choices=PushFlag.choices)
    reasons = models.JSONField("理由", default=list)  # sentences shown to the clerk
    convenience_reasons = models.JSONField(
        "便利措施理由", default=dict
    )  # commitment, tolerance, green_channel -> sentence
    hits = models.JSONField("命中记录", default=list)  # snapshot of the records shown
    measures = models.JSONField("惩戒措施", default=list)  # snapshot of the published measures in force (R6.03)
    ban_until = models.DateField("再申请限制截止", null=True, blank=True)
    checked_at = models.DateTimeField("核查时间")

    objects = CreditCheckQuerySet.as_manager()

    class Meta:
        ordering = ["-checked_at", "-id"]
        indexes = [
            models.Index(fields=["department", "-checked_at", "-id"], name="check_by_department"),  # the log page
            models.Index(fields=["subject", "-checked_at"], name="check_by_subject"),  # the subject file
            models.Index(fields=["id"], condition=models.Q(outcome="unchecked"), name="check_unanswered"),  # the retry
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def subject_label(self) -> str:
        """Whom the check is about: the registered name, or what was typed."""
        return self.subject.shown_name if self.subject else self.queried_name
