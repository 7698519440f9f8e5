"""Clues (线索) from hotlines, complaints, sensors and other departments."""

from django.db import models

from shenguan.privacy.fields import EncryptedTextField


class Clue(models.Model):
    """One report that something may be wrong somewhere."""

    subject = models.ForeignKey("credit.Subject", models.PROTECT, null=True, blank=True, related_name="clues")
    region = models.ForeignKey("org.Region", models.PROTECT, related_name="+")
    item = models.ForeignKey("supervision.SupervisionItem", models.PROTECT, related_name="clues")
    department = models.ForeignKey("org.Department", models.PROTECT, related_name="clues")

    number = models.CharField("线索编号", max_length=20, unique=True)
    source = models.CharField("来源", max_length=20)
    source_number = models.CharField("来源单号", max_length=60)
    named_party = models.CharField("被反映对象", max_length=200, blank=True)
    address = models.CharField("地址", max_length=300)
    title = models.CharField("标题", max_length=200)
    content = models.TextField("内容")
    attachment_kinds = models.JSONField("附件类型", default=list)
    reporter = models.CharField("反映人", max_length=60)
    reporter_phone = EncryptedTextField("联系电话", blank=True)
    is_anonymous = models.BooleanField("是否匿名")
    urgency = models.CharField("紧急程度", max_length=10)
    handling_days = models.PositiveSmallIntegerField("处置时限(工作日)")
    status = models.CharField("状态", max_length=10)

    received_at = models.DateTimeField("接收时间")

    class Meta:
        ordering = ["-received_at"]

    def __str__(self) -> str:
        return self.title
