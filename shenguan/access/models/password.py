"""Earlier passwords, kept as hashes so that the last five are not used again (RULES R11.01)."""

from django.conf import settings
from django.db import models


class PastPassword(models.Model):
    """The hash of one password a person has used."""

    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="past_passwords")
    password = models.CharField("密码摘要", max_length=128)
    set_at = models.DateTimeField("启用时间")

    class Meta:
        ordering = ["-set_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.set_at:%Y-%m-%d}"
