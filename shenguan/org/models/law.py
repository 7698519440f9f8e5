"""The register of laws and standards that items, records and measures cite (法规依据)."""

from django.db import models


class Law(models.Model):
    """One law, regulation or standard and how far its text was checked."""

    name = models.CharField("法规名称", max_length=200, unique=True)
    category = models.CharField("类别", max_length=30)
    issued_as = models.CharField("文号或公布信息", max_length=200, blank=True)
    text_dated = models.DateField("核对所用文本日期", null=True, blank=True)
    effective_on = models.DateField("施行日期", null=True, blank=True)
    check_state = models.CharField("核对状态", max_length=20, blank=True)
    note = models.CharField("说明", max_length=500, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
