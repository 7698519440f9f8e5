"""Absences (离岗登记): days on which somebody cannot take work over, and who stands in."""

from datetime import date

from django.db import models


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """Named questions about absences."""

    def standing(self) -> "AbsenceQuerySet":
        """Those nobody took back."""
        return self.filter(cancelled_at__isnull=True)

    def on(self, day: date) -> "AbsenceQuerySet":
        """Those that cover a day."""
        return self.standing().filter(starts_on__lte=day, ends_on__gte=day)


class Absence(models.Model):
    """Somebody is away from the first to the last day. The account stays open; new work goes to others."""

    class Reason(models.TextChoices):
        LEAVE = "leave", "休假"
        TRIP = "trip", "出差"
        TRAINING = "training", "培训"
        OTHER = "other", "其他"

    staff = models.ForeignKey("org.Staff", models.PROTECT, related_name="absences", verbose_name="人员")
    deputy = models.ForeignKey(
        "org.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="代办人"
    )

    reason = models.CharField("原因", max_length=20, choices=Reason.choices, default=Reason.LEAVE)
    recorded_by = models.CharField("登记人", max_length=60)
    cancelled_by = models.CharField("撤销人", max_length=60, blank=True)

    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)
    cancelled_at = models.DateTimeField("撤销时间", null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="absence_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=models.Q(deputy__isnull=True) | ~models.Q(deputy=models.F("staff")),
                name="nobody_deputises_for_themselves",
            ),
            models.CheckConstraint(
                condition=models.Q(cancelled_at__isnull=True, cancelled_by="")
                | models.Q(cancelled_at__isnull=False) & ~models.Q(cancelled_by=""),
                name="a_cancelled_absence_says_by_whom",
            ),
        ]
        # The router asks every pass who is away today.
        indexes = [models.Index(fields=["ends_on", "starts_on"], name="absence_by_days")]

    def __str__(self) -> str:
        return f"{self.staff} {self.starts_on} 至 {self.ends_on}"
