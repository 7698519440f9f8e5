"""机关代字: how a department begins its document numbers and case numbers."""

from django.db import models


class IssuingWord(models.Model):
    """The words of one department; each city enters its own, a first guess is made when a department issues a paper."""

    department = models.OneToOneField("org.Department", models.PROTECT, related_name="issuing_word")

    word = models.CharField("机关代字", max_length=40, unique=True)  # 云审, as in 云审受〔2026〕12号 (RULES R7.12)
    case_prefix = models.CharField("办件编号前缀", max_length=20, unique=True)  # YZ, as in YZ20261120-0001

    class Meta:
        ordering = ["department"]

    def __str__(self) -> str:
        return self.word
