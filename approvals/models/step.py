"""Steps of the five stages (受理 审查 踏勘 决定 制证): who did which, for the check that posts stay apart."""

from django.db import models


class ApplicationStep(models.Model):
    """One stage done by one person, with opinion and next handler."""

    class Stage(models.TextChoices):
        INTAKE = "intake", "受理"
        EXAMINE = "examine", "审查"
        SURVEY = "survey", "踏勘"
        DECIDE = "decide", "决定"
        ISSUE = "issue", "制证"

    class Conclusion(models.TextChoices):
        PASS = "pass", "通过"
        FAIL = "fail", "不通过"
        RETURN = "return", "退回审查"

    application = models.ForeignKey("approvals.Application", models.PROTECT, related_name="steps")
    stage = models.CharField("环节", max_length=10, choices=Stage.choices)
    staff_key = models.CharField("经办人", max_length=150)
    staff_name = models.CharField("经办人姓名", max_length=150)
    conclusion = models.CharField("结论", max_length=10, choices=Conclusion.choices, blank=True)
    opinion = models.TextField("意见", blank=True)
    done_at = models.DateTimeField("时间")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.application} {self.get_stage_display()}"
