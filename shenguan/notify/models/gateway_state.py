"""How the gateway of a channel is doing: the breaker."""

from datetime import datetime, timedelta
from random import SystemRandom

from django.db import models
from django.utils import timezone

DOWN_AT = 3  # failures in a row that mean the gateway is down
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=10)
_dice = SystemRandom()


class GatewayState(models.Model):
    """One row a channel. While paused nothing is leased for it, so that no message spends its attempts on a dead line.

    After a pause one message goes ahead as a probe: an answer ends the pause, another failure doubles it.
    """

    channel = models.CharField("渠道", max_length=10, unique=True)
    failures = models.PositiveIntegerField("连续失败次数", default=0)
    pauses = models.PositiveIntegerField("连续暂停次数", default=0)
    paused_until = models.DateTimeField("暂停至", null=True, blank=True)
    last_error = models.CharField("最近一次错误", max_length=300, blank=True)
    changed_at = models.DateTimeField("变动时间", default=timezone.now)

    class Meta:
        ordering = ["channel"]

    def __str__(self) -> str:
        return self.channel

    def allowance(self, now: datetime, batch: int) -> int:
        """How many messages may be tried now: none while paused, one as a probe after a pause, else a whole batch."""
        if self.paused_until is None:
            return batch
        return 0 if self.paused_until > now else 1

    def fail(self, now: datetime, *, times: int, error: str, wait: timedelta | None) -> bool:
        """Notes `times` failures in a row; pauses when they are too many or the gateway asked for it (`wait`).

        True when this began an outage (the first pause after it last worked).
        """
        self.failures += times
        self.last_error, self.changed_at = error[:300], now
        if wait is None and self.failures < DOWN_AT and not self.pauses:
            return False
        self.pauses += 1
        doubled = min(FIRST_PAUSE * 2 ** min(self.pauses - 1, 10), LONGEST_PAUSE) * _dice.uniform(1.0, 1.2)
        self.paused_until = now + (wait or doubled)
        return self.pauses == 1

    def work(self, now: datetime) -> None:
        """Notes that the gateway answered."""
        self.failures, self.pauses, self.paused_until, self.changed_at = 0, 0, None, now
