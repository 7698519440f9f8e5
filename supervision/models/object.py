"""The register of supervised objects (监管对象): who must be watched, under which item, by whom."""

from django.db import models

from shenguan.access import scope
from shenguan.org.models import Staff


class SupervisedObjectQuerySet(models.QuerySet["SupervisedObject"]):
    """Named questions about supervised objects."""

    def visible_to(self, staff: Staff) -> "SupervisedObjectQuerySet":
        """Objects of the viewer's department; coordinators see the whole city."""
        return self if scope.sees_all(staff) else self.filter(department_id=staff.department_id)


class SupervisedObject(models.Model):
    """One subject under one supervision item of one department, by virtue of one permit or filing."""

    class Status(models.TextChoices):
        ACTIVE = "active", "在管"
        ENDED = "ended", "已终止"

    # db_index=False: the unique constraint and the list's index below begin with these
    subject = models.ForeignKey("credit.Subject", models.PROTECT, related_name="supervised_as", db_index=False)
    item = models.ForeignKey("supervision.SupervisionItem", models.PROTECT, related_name="supervised_objects")
    department = models.ForeignKey("org.Department", models.PROTECT, related_name="supervised_objects", db_index=False)
    office = models.ForeignKey("org.Office", models.PROTECT, null=True, blank=True, related_name="+")

    case_number = models.CharField("来源办件", max_length=60, db_index=True)
    approval_item_name = models.CharField("审批事项", max_length=300)  # copied: supervision never reads approvals
    permit_number = models.CharField("证照编号", max_length=100, blank=True)
    address = models.CharField("经营场所", max_length=300, blank=True)
    by_commitment = models.BooleanField("告知承诺取得", default=False)
    is_focus = models.BooleanField("重点监管", default=False)  # credit flag at intake (RULES 6.1)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.ACTIVE)

    valid_to = models.DateField("证照有效期至", null=True, blank=True)
    registered_at = models.DateTimeField("纳管时间", auto_now_add=True)

    objects = SupervisedObjectQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            # The same case registers an object once however often its push arrives (R10.13).
            models.UniqueConstraint(
                fields=["subject", "item", "department", "case_number"], name="object_once_per_case"
            )
        ]
        indexes = [models.Index(fields=["department", "-id"], name="object_list")]

    def __str__(self) -> str:
        return f"{self.subject} {self.item}"
