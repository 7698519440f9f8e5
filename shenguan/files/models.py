"""Stored files."""

import uuid

from django.db import models
from django.utils import timezone


def storage_path(stored: "StoredFile", _original_name: str) -> str:
    """Where the bytes lie: under a name of ours, never the uploader's."""
    return f"{stored.created_at:%Y/%m}/{stored.uuid}"


class StoredFile(models.Model):
    """One file: bytes in the file store, facts here. The bytes are never replaced."""

    class Marking(models.TextChoices):
        """Security marking (R11.06)."""

        PUBLIC = "public", "公开"
        INTERNAL = "internal", "内部"
        SENSITIVE = "sensitive", "敏感"

    uuid = models.UUIDField("文件标识", default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("文件名", max_length=150)
    content = models.FileField("内容", upload_to=storage_path, max_length=200)
    content_type = models.CharField("内容类型", max_length=100)
    size = models.PositiveBigIntegerField("字节数")
    sha256 = models.CharField("SHA-256", max_length=64)
    purpose = models.CharField("用途", max_length=60)
    marking = models.CharField("安全标记", max_length=10, choices=Marking.choices, default=Marking.INTERNAL)
    uploaded_by_key = models.CharField("上传人", max_length=150)
    uploaded_by_name = models.CharField("上传人姓名", max_length=150)
    department_code = models.CharField("部门编码", max_length=30, blank=True)
    created_at = models.DateTimeField("上传时间", default=timezone.now)

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=models.Q(size__gt=0), name="stored_file_not_empty")]

    def __str__(self) -> str:
        return self.name
