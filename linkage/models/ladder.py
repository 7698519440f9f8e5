"""Escalation ladders (催办规则): when somebody is reminded, gets a yellow and a red card, and who is told each time."""

from datetime import date

from django.db import models


class EscalationLadder(models.Model):
    """A named profile that entries of the list choose. What it says is in its versions."""

    class Purpose(models.TextChoices):
        PUSH = "push", "推送办理"
        ARBITRATION = "arbitration", "职责裁定"
        UNMAPPED = "unmapped", "未对应事项"

    name = models.CharField("名称", max_length=40, unique=True)
    purpose = models.CharField("适用", max_length=20, choices=Purpose.choices, default=Purpose.PUSH)
    is_default = models.BooleanField("默认", default=False)  # for entries that choose none

    class Meta:
        ordering = ["purpose", "-is_default", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["purpose"], condition=models.Q(is_default=True), name="one_default_ladder_per_purpose"
            )
        ]

    def __str__(self) -> str:
        return self.name


class LadderVersion(models.Model):
    """One wording of a ladder, never changed: a clock keeps the version in force on the day it began. Append-only.

    Days are 工作日: `remind_days` before the due date, the others after it. An empty step is left out.
    """

    class Told(models.TextChoices):
        HANDLER = "handler", "承办人"
        OWNER = "owner", "责任人"
        OFFICE_HEAD = "office_head", "科室负责人"
        DEPARTMENT_HEAD = "department_head", "部门负责人"
        COORDINATOR = "coordinator", "统筹协调员"

    BEGINNING = date(2000, 1, 1)  # from when a ladder's first version is in force: clocks that run already have one too

    ladder = models.ForeignKey(EscalationLadder, models.PROTECT, related_name="versions")

    number = models.PositiveIntegerField("版本")
    remind_days = models.PositiveSmallIntegerField("到期前几个工作日提醒", null=True, blank=True)
    remind_tells = models.JSONField("提醒对象", default=list)  # values of Told, as the others
    yellow_days = models.PositiveSmallIntegerField("超期几个工作日黄牌")
    yellow_tells = models.JSONField("黄牌告知", default=list)
    red_days = models.PositiveSmallIntegerField("超期几个工作日红牌")
    red_tells = models.JSONField("红牌告知", default=list)
    lift_days = models.PositiveSmallIntegerField("超期几个工作日提级")
    lift_tells = models.JSONField("提级告知", default=list)
    made_by = models.CharField("制定人", max_length=60)
    reason = models.CharField("修改说明", max_length=200, blank=True)

    valid_from = models.DateField("生效日期")  # for clocks that start on this day or later
    made_at = models.DateTimeField("制定时间")

    class Meta:
        ordering = ["ladder", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["ladder", "number"], name="one_number_per_ladder_version"),
            models.CheckConstraint(
                condition=models.Q(yellow_days__gte=1, red_days__gt=models.F("yellow_days"))
                & models.Q(lift_days__gt=models.F("red_days")),
                name="ladder_steps_rise",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ladder} 第 {self.number} 版"
