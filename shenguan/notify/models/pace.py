"""How often one person is disturbed."""

from django.db import models
from django.utils import timezone


class SendingPace(models.Model):
    """When the next ordinary message to one person by one channel may leave; also the lock for merging them."""

    channel = models.CharField("渠道", max_length=10)
    recipient_key = models.CharField("接收人标识", max_length=150)
    next_at = models.DateTimeField("最早可发时间", default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "recipient_key"], name="one_pace_per_person_and_channel")
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.recipient_key}"
