"""Inspections (检查) with checklist verdicts and photos (RULES §4, §8)."""

import hashlib

from django.db import models

from shenguan.access import scope
from shenguan.org.models import Staff


class InspectionQuerySet(models.QuerySet["Inspection"]):
    """Named questions about inspections."""

    def visible_to(self, staff: Staff) -> "InspectionQuerySet":
        """Inspections of the viewer's department; coordinators see the whole city."""
        return self if scope.sees_all(staff) else self.filter(department_id=staff.department_id)


class Inspection(models.Model):
    """One visit to one object by at least two inspectors (R4.04)."""

    class Status(models.TextChoices):
        DRAFT = "draft", "填写中"
        SUBMITTED = "submitted", "已提交"

    class Source(models.TextChoices):
        PORTAL = "portal", "本平台"
        OWN_SYSTEM = "own_system", "部门自建系统"

    class Form(models.TextChoices):
        ROUTINE = "routine", "日常检查"
        SPECIAL = "special", "专项检查"
        CASE = "case", "个案检查"

    class ResultCode(models.TextChoices):
        """Result codes of RULES §4; NO_PROBLEM excludes all others."""

        NO_PROBLEM = "1", "未发现问题"
        NO_ACTIVITY = "F", "未发现开展本次抽查涉及的经营活动"
        NOT_PUBLISHED = "B", "未按规定公示应当公示的信息"
        CONCEALED = "C", "公示信息隐瞒真实情况、弄虚作假"
        UNREACHABLE = "6", "通过登记的住所(经营场所)无法联系"
        CORRECTED = "E", "发现问题已责令改正"
        UNCOOPERATIVE = "8", "不配合检查情节严重"
        PENDING = "A", "发现问题待后续处理"
        CLOSED_DOWN = "7", "已关闭停业或正在组织清算"
        DEREGISTERED = "9", "注销"
        LICENCE_REVOKED = "10", "被吊销"
        REGISTRATION_CANCELLED = "11", "被撤销"
        MOVED_OUT = "12", "迁出"

    class CommitmentResult(models.TextChoices):
        TRUE = "true", "属实"
        CORRECTABLE = "correctable", "不符可整改"
        UNMET = "unmet", "未履行"
        FALSE = "false", "虚假承诺"

    object = models.ForeignKey("supervision.SupervisedObject", models.PROTECT, related_name="inspections")
    task = models.ForeignKey("supervision.CheckTask", models.PROTECT, null=True, blank=True, related_name="inspections")
    department = models.ForeignKey("org.Department", models.PROTECT, related_name="inspections")
    inspectors = models.ManyToManyField("org.Staff", related_name="inspections", verbose_name="检查人员")

    number = models.CharField("检查编号", max_length=60, unique=True)
    source = models.CharField("数据来源", max_length=12, choices=Source.choices, default=Source.PORTAL)
    source_inspection_id = models.CharField("来源系统编号", max_length=80, blank=True)
    # Who checked, where the department's own system reports it: names and certificate numbers, no accounts here.
    reported_inspectors = models.JSONField("报送的检查人员", default=list, blank=True)
    form = models.CharField("检查形式", max_length=10, choices=Form.choices, default=Form.ROUTINE)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.DRAFT)
    result_codes = models.JSONField("检查结果", default=list)
    commitment_result = models.CharField("承诺核查结果", max_length=20, choices=CommitmentResult.choices, blank=True)
    summary = models.TextField("检查情况说明", blank=True)
    is_abnormal = models.BooleanField("异常", default=False)  # feeds back to the approver (R4.07)
    created_by = models.CharField("录入人", max_length=60)
    version = models.PositiveIntegerField(default=1)

    checked_on = models.DateField("检查日期", null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField("提交时间", null=True)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["department", "-id"], name="inspection_list")]
        constraints = [
            # One open draft per task: two phones cannot start the same check twice.
            models.UniqueConstraint(
                fields=["task"], condition=models.Q(status="draft", task__isnull=False), name="one_draft_per_task"
            ),
            models.UniqueConstraint(
                fields=["department", "source_inspection_id"],
                condition=~models.Q(source_inspection_id=""),
                name="inspection_reported_once",
            ),
            models.CheckConstraint(
                condition=models.Q(status="draft") | models.Q(submitted_at__isnull=False, checked_on__isnull=False),
                name="submitted_inspection_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class InspectionElement(models.Model):
    """The verdict on one checklist element."""

    class Verdict(models.TextChoices):
        PASS = "pass", "合格"
        FAIL = "fail", "不合格"
        UNCHECKED = "unchecked", "未检查"
        ABSENT = "absent", "合理缺项"

    class Measure(models.TextChoices):
        ON_THE_SPOT = "on_the_spot", "当场改正"
        RECTIFY = "rectify", "责令限期改正"
        FILE_CASE = "file_case", "立案调查"

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="elements")
    element = models.ForeignKey("supervision.ChecklistElement", models.PROTECT, related_name="+")
    verdict = models.CharField("结论", max_length=10, choices=Verdict.choices, default=Verdict.UNCHECKED)
    description = models.TextField("问题描述", blank=True)
    measure = models.CharField("处理措施", max_length=20, choices=Measure.choices, blank=True)
    rectify_by = models.DateField("整改期限", null=True, blank=True)

    class Meta:
        ordering = ["inspection", "element__sequence"]
        constraints = [models.UniqueConstraint(fields=["inspection", "element"], name="one_verdict_per_element")]

    def __str__(self) -> str:
        return f"{self.element} {self.get_verdict_display()}"

    @property
    def mark(self) -> str:
        """A short sum of the answer: a phone sends back the one it saw, so that nobody overwrites a newer answer."""
        answer = (self.verdict, self.description, self.measure, str(self.rectify_by or ""))
        return hashlib.sha256("\x1f".join(answer).encode()).hexdigest()[:12]


class InspectionPhoto(models.Model):
    """A photo taken at one element."""

    element = models.ForeignKey(InspectionElement, models.CASCADE, related_name="photos")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    taken_at = models.DateTimeField("拍摄时间", auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.element} {self.taken_at:%m-%d %H:%M}"
