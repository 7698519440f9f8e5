"""Steps of pushes that were done late, for the statements: the push itself keeps no clock once a step is done."""

from django.db import models


class LateStep(models.Model):
    """A clock of a push was met after its last day. Append-only."""

    push = models.ForeignKey("linkage.Push", models.PROTECT, related_name="late_steps")
    deadline = models.OneToOneField("workdays.Deadline", models.PROTECT, related_name="+")
    department = models.ForeignKey("org.Department", models.PROTECT, related_name="+")  # of the push, for the month

    step = models.CharField("待办", max_length=20)  # a value of Push.NextStep
    due_on = models.DateField("到期日")
    met_on = models.DateField("办结日")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["department", "met_on"], name="late_steps_of_a_month")]
        constraints = [
            models.CheckConstraint(condition=models.Q(met_on__gt=models.F("due_on")), name="late_step_is_late")
        ]

    def __str__(self) -> str:
        return f"{self.push} {self.step} {self.met_on}"
