"""The linkage list (审管联动事项清单): versions and their entries (RULES R10.01)."""

from collections.abc import Iterable
from datetime import date

from django.db import models


class ListVersionQuerySet(models.QuerySet["ListVersion"]):
    """Named questions about versions."""

    def valid_on(self, day: date) -> "ListVersionQuerySet":
        """The published version in force on a day (at most one, by constraint and publishing action)."""
        return (
            self.filter(status__in=[ListVersion.Status.PUBLISHED, ListVersion.Status.RETIRED])
            .filter(effective_from__lte=day)
            .filter(models.Q(effective_to__isnull=True) | models.Q(effective_to__gte=day))
        )


class ListVersion(models.Model):
    """One edition of the whole list. Pushes keep the version they were routed by."""

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        PUBLISHED = "published", "已发布"
        RETIRED = "retired", "已停用"

    based_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    label = models.CharField("清单版本", max_length=30, unique=True)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.DRAFT)
    edited_by = models.CharField("编制人", max_length=60, blank=True)
    published_by = models.CharField("发布人", max_length=60, blank=True)
    row_version = models.PositiveIntegerField(default=1)  # grows with every edit of the draft

    effective_from = models.DateField("生效日期", null=True, blank=True)
    effective_to = models.DateField("失效日期", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField("编辑时间", null=True)
    published_at = models.DateTimeField("发布时间", null=True)

    objects = ListVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["status"], condition=models.Q(status="draft"), name="one_draft_list"),
            # The open-ended published list is the one in force; two would route one case twice.
            models.UniqueConstraint(
                fields=["status"],
                condition=models.Q(status="published", effective_to__isnull=True),
                name="one_open_published_list",
            ),
            models.CheckConstraint(
                condition=models.Q(status="draft") | models.Q(effective_from__isnull=False, published_at__isnull=False),
                name="published_list_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class LinkageEntry(models.Model):
    """One row: approval item × condition × supervision item × department, with the people on both sides."""

    class ClaimMode(models.TextChoices):
        AUTO = "auto", "推送即认领"
        MANUAL = "manual", "协商认领"

    class FeedbackScope(models.TextChoices):
        ABNORMAL = "abnormal", "异常"
        ALL = "all", "全部"

    class Stage(models.TextChoices):
        ACCEPTED = "accepted", "受理"
        CONCLUDED = "concluded", "办结"

    class Basis(models.TextChoices):
        """The paper that founds the division of duties (R10.01); kept as its Chinese word, as lists print it."""

        ENTRUSTMENT = "委托书", "委托书"
        HANDOVER = "工作交付书", "工作交付书"
        MEMORANDUM = "工作备忘录", "工作备忘录"
        MANDATE = "三定规定", "三定规定"

    ALWAYS = "全部"

    version = models.ForeignKey(ListVersion, models.CASCADE, related_name="entries")
    approval_item = models.ForeignKey("approvals.ApprovalItem", models.PROTECT, related_name="linkage_entries")
    approval_office = models.ForeignKey("org.Office", models.PROTECT, related_name="+", verbose_name="审批责任科室")
    approval_liaison = models.ForeignKey("org.Staff", models.PROTECT, related_name="+", verbose_name="审批联络人")
    supervision_item = models.ForeignKey("supervision.SupervisionItem", models.PROTECT, related_name="linkage_entries")
    department = models.ForeignKey(
        "org.Department", models.PROTECT, related_name="linkage_entries", verbose_name="监管部门"
    )
    office = models.ForeignKey("org.Office", models.PROTECT, related_name="+", verbose_name="监管责任科室")
    liaison = models.ForeignKey("org.Staff", models.PROTECT, related_name="+", verbose_name="监管联络人")

    sequence = models.PositiveIntegerField("序号")
    condition = models.CharField("适用情形", max_length=100, default=ALWAYS)
    stages = models.JSONField("推送环节", default=list)  # values of Stage
    claim_mode = models.CharField("认领方式", max_length=10, choices=ClaimMode.choices)
    claim_days = models.PositiveSmallIntegerField("认领时限(工作日)")
    first_check_days = models.PositiveSmallIntegerField("首查时限(工作日)", null=True, blank=True)  # empty: by draw
    feedback_days = models.PositiveSmallIntegerField("反馈时限(工作日)")
    contents = models.JSONField("推送内容", default=list)
    basis = models.CharField("权责依据", max_length=30, choices=Basis.choices)
    feedback_scope = models.CharField("反馈范围", max_length=10, choices=FeedbackScope.choices)

    class Meta:
        ordering = ["version", "sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "approval_item", "supervision_item", "department", "condition"],
                name="one_entry_per_pair",
            )
        ]

    def __str__(self) -> str:
        return f"{self.approval_item} → {self.supervision_item}"

    def applies_to(self, situations: Iterable[str]) -> bool:
        """Whether the entry's condition holds in these situations of a case."""
        return self.condition == self.ALWAYS or self.condition in situations
