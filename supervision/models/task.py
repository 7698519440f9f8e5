"""Check tasks (检查任务): the first check, the commitment check, a re-check; each with one clock and one owner."""

from django.db import models

from shenguan.access import scope
from shenguan.org.models import Staff


class CheckTaskQuerySet(models.QuerySet["CheckTask"]):
    """Named questions about tasks."""

    def visible_to(self, staff: Staff) -> "CheckTaskQuerySet":
        """Tasks of the viewer's department; coordinators see the whole city."""
        return self if scope.sees_all(staff) else self.filter(department_id=staff.department_id)

    def open(self) -> "CheckTaskQuerySet":
        """Still to be done."""
        return self.filter(status=CheckTask.Status.OPEN)


class CheckTask(models.Model):
    """Somebody has to check an object by a date."""

    class Kind(models.TextChoices):
        FIRST_CHECK = "first_check", "首次检查"
        COMMITMENT_CHECK = "commitment_check", "承诺核查"
        RECHECK = "recheck", "整改复查"

    class Status(models.TextChoices):
        OPEN = "open", "待检查"
        DONE = "done", "已完成"
        CANCELLED = "cancelled", "已取消"

    object = models.ForeignKey("supervision.SupervisedObject", models.PROTECT, related_name="tasks")
    department = models.ForeignKey("org.Department", models.PROTECT, related_name="check_tasks")
    assignee = models.ForeignKey("org.Staff", models.PROTECT, null=True, blank=True, related_name="check_tasks")
    deadline = models.ForeignKey("workdays.Deadline", models.PROTECT, related_name="+")
    finding = models.ForeignKey(
        "supervision.Finding", models.PROTECT, null=True, blank=True, related_name="rechecks"
    )  # of a re-check

    kind = models.CharField("任务类型", max_length=20, choices=Kind.choices)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.OPEN)
    case_number = models.CharField("来源办件", max_length=60, db_index=True)
    push_number = models.CharField("来源推送", max_length=40, blank=True, db_index=True)
    due_on = models.DateField("到期日")  # copy of the deadline's date for sorting lists
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField("完成时间", null=True)

    objects = CheckTaskQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["department", "due_on", "id"], condition=models.Q(status="open"), name="open_tasks")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["object", "kind", "push_number"],
                condition=models.Q(finding__isnull=True),
                name="task_once_per_push",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.object}"
