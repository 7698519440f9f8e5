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
    restored_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    label = models.CharField("清单版本", max_length=30, unique=True)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.DRAFT)
    edited_by = models.CharField("编制人", max_length=60, blank=True)
    published_by = models.CharField("发布人", max_length=60, blank=True)
    reason = models.CharField("发布说明", max_length=300, blank=True)  # why an older version came back
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
            models.CheckConstraint(
                condition=models.Q(effective_to__isnull=True) | models.Q(effective_to__gte=models.F("effective_from")),
                name="list_ends_after_it_begins",
            ),
            # That no two published versions overlap is kept by linkage.list_periods in a migration of its own.
        ]

    def __str__(self) -> str:
        return self.label

    def standing(self, day: date) -> str:
        """草稿, 待生效, 现行 or 已失效 on a day: "retired" only says that an end is set."""
        if self.status == self.Status.DRAFT or self.effective_from is None:
            return "草稿"
        if day < self.effective_from:
            return "待生效"
        return "现行" if self.effective_to is None or day <= self.effective_to else "已失效"


class Basis(models.TextChoices):
    """The paper that founds the division of duties (R10.01); kept as its Chinese word, as lists print it."""

    ENTRUSTMENT = "委托书", "委托书"
    HANDOVER = "工作交付书", "工作交付书"
    MEMORANDUM = "工作备忘录", "工作备忘录"
    MANDATE = "三定规定", "三定规定"


class BasisPaper(models.Model):
    """One signed paper between two departments (依据文书, R10.01). A renewed one is a new row: lists keep theirs."""

    approval_department = models.ForeignKey("org.Department", models.PROTECT, related_name="+", verbose_name="审批部门")
    department = models.ForeignKey("org.Department", models.PROTECT, related_name="+", verbose_name="监管部门")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name="签署文件")

    kind = models.CharField("文书种类", max_length=30, choices=Basis.choices)
    number = models.CharField("文号", max_length=80, unique=True)
    recorded_by = models.CharField("登记人", max_length=60)

    valid_from = models.DateField("有效期起")
    valid_to = models.DateField("有效期止", null=True, blank=True)  # empty: 长期有效
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="basis_paper_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

    def holds_on(self, day: date) -> bool:
        """Whether the paper is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class LinkageEntry(models.Model):
    """One row: approval item × condition × supervision item × department, with the people on both sides.

    An approval item with several supervision items or departments has as many rows; the editor changes them together.
    """

    class ClaimMode(models.TextChoices):
        AUTO = "auto", "推送即认领"
        MANUAL = "manual", "协商认领"

    class FeedbackScope(models.TextChoices):
        ABNORMAL = "abnormal", "异常"
        ALL = "all", "全部"

    class Stage(models.TextChoices):
        """When a row is pushed: the two steps of a case (R10.02), and what happens to its permit later (R10.13)."""

        ACCEPTED = "accepted", "受理"
        CONCLUDED = "concluded", "办结"
        CHANGED = "changed", "变更"
        RENEWED = "renewed", "延续"
        ENDED = "ended", "注销撤销"  # 注销, 撤销, 撤回, 中止, 失效

    ALWAYS = "全部"

    version = models.ForeignKey(ListVersion, models.CASCADE, related_name="entries")
    approval_item = models.ForeignKey("approvals.ApprovalItem", models.PROTECT, related_name="linkage_entries")
    approval_office = models.ForeignKey("org.Office", models.PROTECT, related_name="+", verbose_name="审批责任科室")
    approval_liaison = models.ForeignKey("org.Staff", models.PROTECT, related_name="+", verbose_name="审批联络人")
    approval_deputy = models.ForeignKey(
        "org.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审批备岗联络人"
    )
    supervision_item = models.ForeignKey("supervision.SupervisionItem", models.PROTECT, related_name="linkage_entries")
    department = models.ForeignKey(
        "org.Department", models.PROTECT, related_name="linkage_entries", verbose_name="监管部门"
    )
    office = models.ForeignKey("org.Office", models.PROTECT, related_name="+", verbose_name="监管责任科室")
    liaison = models.ForeignKey("org.Staff", models.PROTECT, related_name="+", verbose_name="监管联络人")
    deputy = models.ForeignKey(
        "org.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="监管备岗联络人"
    )
    paper = models.ForeignKey(
        BasisPaper, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name="依据文书"
    )
    ladder = models.ForeignKey(
        "linkage.EscalationLadder", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="催办规则"
    )  # none: the default one

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

    @property
    def crosses_level(self) -> bool:
        """Whether approver and supervisor stand at different levels or in different divisions (R10.01)."""
        approving = self.approval_item.implementing_department
        here = (self.department.level, self.department.region_id)
        return here != (approving.level, approving.region_id)

    @property
    def hears_of_permits(self) -> bool:
        """Whether the row itself says which later facts of a permit it wants to hear of."""
        return bool(PERMIT_STAGES.intersection(self.stages))


PERMIT_STAGES = frozenset({LinkageEntry.Stage.CHANGED, LinkageEntry.Stage.RENEWED, LinkageEntry.Stage.ENDED})
