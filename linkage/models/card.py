"""Cards (督办牌): that a duty was late, and how late, kept as a fact for the yearly assessment."""

from typing import TYPE_CHECKING

from django.db import models

from linkage.models.push import Push
from shenguan.access import scope

if TYPE_CHECKING:
    from shenguan.org.models import Staff


class CardQuerySet(models.QuerySet["Card"]):
    """Named questions about cards."""

    def visible_to(self, staff: "Staff") -> "CardQuerySet":
        """A department's own cards; coordinators see the whole city."""
        return self if scope.sees_all(staff) else self.filter(department_id=staff.department_id)

    def standing(self) -> "CardQuerySet":
        """Those that were not withdrawn."""
        return self.filter(withdrawal__isnull=True)


class Card(models.Model):
    """One clock reached one level of its ladder. Given once, never changed or deleted. Append-only."""

    class Level(models.TextChoices):
        YELLOW = "yellow", "黄牌"
        RED = "red", "红牌"
        LIFTED = "lifted", "提级"

    STEPS = (*Push.NextStep.choices, ("arbitrate", "职责裁定"), ("map", "未对应事项处理"))

    # What was late: a push, the arbitration about it, or an event without an entry.
    push = models.ForeignKey("linkage.Push", models.PROTECT, null=True, related_name="cards")
    objection = models.ForeignKey("linkage.DutyObjection", models.PROTECT, null=True, related_name="cards")
    unmapped = models.ForeignKey("linkage.UnmappedEvent", models.PROTECT, null=True, related_name="cards")
    deadline = models.ForeignKey("workdays.Deadline", models.PROTECT, related_name="+")
    ladder = models.ForeignKey("linkage.LadderVersion", models.PROTECT, related_name="+", verbose_name="催办规则")
    department = models.ForeignKey("org.Department", models.PROTECT, related_name="+", verbose_name="部门")
    office = models.ForeignKey("org.Office", models.PROTECT, null=True, related_name="+", verbose_name="科室")
    owner = models.ForeignKey("org.Staff", models.PROTECT, related_name="+", verbose_name="责任人")
    handler = models.ForeignKey("org.Staff", models.PROTECT, related_name="+", verbose_name="承办人")

    level = models.CharField("级别", max_length=10, choices=Level.choices)
    step = models.CharField("当时待办", max_length=20, choices=STEPS)
    days_late = models.PositiveSmallIntegerField("超期(工作日)")  # on `earned_on`

    due_on = models.DateField("到期日")
    earned_on = models.DateField("应给日期")  # before `given_at` where the job stood still meanwhile
    given_at = models.DateTimeField("给出时间")

    objects = CardQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["department", "earned_on"], name="cards_of_department")]  # the assessment
        constraints = [
            models.UniqueConstraint(fields=["deadline", "level"], name="one_card_per_clock_and_level"),
            models.CheckConstraint(
                condition=models.Q(push__isnull=False, unmapped__isnull=True)
                | models.Q(push__isnull=True, objection__isnull=True, unmapped__isnull=False),
                name="card_is_about_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.number}"

    @property
    def number(self) -> str:
        """The number of the push, or of the case the list does not know."""
        return self.push.number if self.push else (self.unmapped.application.number or "") if self.unmapped else ""

    @property
    def heading(self) -> str:
        """The party, as lists show it."""
        if self.push is not None:
            return self.push.shown_heading
        return self.unmapped.application.subject.shown_name if self.unmapped else ""

    @property
    def topic(self) -> str:
        """The item of the case."""
        return self.push.topic if self.push else str(self.unmapped.application.item) if self.unmapped else ""


class CardWithdrawal(models.Model):
    """A card does not count any more, and why. The card itself stays. Append-only."""

    card = models.OneToOneField(Card, models.PROTECT, related_name="withdrawal")

    reason = models.CharField("撤回理由", max_length=300)
    withdrawn_by = models.CharField("撤回人", max_length=60)
    is_automatic = models.BooleanField("随裁定自动撤回", default=False)

    withdrawn_at = models.DateTimeField("撤回时间")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"撤回 {self.card}"
