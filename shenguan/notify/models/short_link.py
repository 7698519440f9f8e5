"""监管码: a short code for one page of the portal, printed into messages that leave the house."""

from django.db import models
from django.utils import timezone

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 O, 1 I L
LENGTH = 8  # 8 × 10¹¹ codes


def shown(code: str) -> str:
    """A code as people read it: K7MP-3XQA."""
    return f"{code[:4]}-{code[4:]}"


class ShortLink(models.Model):
    """One code for one page. It is no right: whoever opens it must be allowed to see that page (notify.openings)."""

    code = models.CharField("监管码", max_length=12, unique=True)
    path = models.CharField("页面", max_length=300, unique=True)
    created_at = models.DateTimeField("生成时间", default=timezone.now)

    def __str__(self) -> str:
        return f"{self.code[:2]}******"

    @property
    def shown(self) -> str:
        """As people read it: K7MP-3XQA."""
        return shown(self.code)
