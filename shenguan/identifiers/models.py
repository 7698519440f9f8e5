"""Number series (办件编号, 推送编号, 文号): gapless per key and year, or the void is on record (DESIGN §4)."""

from django.db import models


class NumberSeries(models.Model):
    """The last number given out under one key in one year. Year 0 is a series that never starts anew."""

    key = models.CharField("编号系列", max_length=100)
    year = models.PositiveSmallIntegerField("年度")
    last = models.PositiveBigIntegerField("已用至", default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "year"], name="one_row_per_series_and_year")]

    def __str__(self) -> str:
        return f"{self.key} {self.year}：{self.last}"


class VoidNumber(models.Model):
    """A number that was given out and will never be used (作废), who voided it and why (RULES R7.12). Append-only."""

    key = models.CharField("编号系列", max_length=100)
    year = models.PositiveSmallIntegerField("年度")
    number = models.PositiveBigIntegerField("号")
    reason = models.CharField("作废原因", max_length=300)
    actor_key = models.CharField("操作人标识", max_length=150)
    actor_name = models.CharField("操作人", max_length=100)
    voided_at = models.DateTimeField("作废时间", auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "year", "number"], name="number_voided_once"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="void_number_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.year}-{self.number} 作废"
