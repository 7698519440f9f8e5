"""How deliveries to one endpoint go: who carries them now, and whether the other side answers."""

from django.db import models

from linkage.models.delivery import Endpoint


class Lane(models.Model):
    """The engine's own notes on an endpoint, shared by all workers. People's decisions stand on the Endpoint.

    One worker at a time holds a lane, so order, quota and the number of calls at once need no other agreement. The
    lease runs out with its worker; `fence` grows with every lease, and an answer under an older one is refused.
    """

    class Breaker(models.TextChoices):
        CLOSED = "closed", "畅通"
        OPEN = "open", "已熔断"  # the other side fails again and again; nothing is sent until resume_at
        HALF_OPEN = "half_open", "试探中"  # one call decides

    endpoint = models.OneToOneField(Endpoint, models.CASCADE, primary_key=True, related_name="lane")
    fence = models.PositiveBigIntegerField(default=0)
    held_until = models.DateTimeField("占用至", null=True)

    breaker = models.CharField("通道状态", max_length=10, choices=Breaker.choices, default=Breaker.CLOSED)
    failures = models.PositiveIntegerField("连续失败次数", default=0)
    trips = models.PositiveIntegerField("连续熔断次数", default=0)
    changed_at = models.DateTimeField("状态变化时间", null=True)
    resume_at = models.DateTimeField("恢复投递时间", null=True)  # breaker, Retry-After or quota: nothing before

    minute_at = models.DateTimeField("配额计时起点", null=True)
    minute_calls = models.PositiveIntegerField("本分钟调用数", default=0)

    last_success_at = models.DateTimeField("最近送达", null=True)
    last_failure_at = models.DateTimeField("最近失败", null=True)
    last_error = models.CharField("最近错误", max_length=200, blank=True)
    alarmed_at = models.DateTimeField("最近告警", null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(breaker="open") | models.Q(resume_at__isnull=False), name="open_breaker_has_an_end"
            )
        ]

    def __str__(self) -> str:
        return f"{self.endpoint} {self.get_breaker_display()}"
