"""Deliveries of pushes to departments' own systems: endpoints, the delivery queue and its append-only attempts."""

from datetime import datetime

from django.db import models

from shenguan.privacy.fields import EncryptedTextField


class Endpoint(models.Model):
    """The registered address of one department's own system."""

    class Channel(models.TextChoices):
        WEBHOOK = "webhook", "网络回调"

    department = models.OneToOneField("org.Department", models.PROTECT, related_name="endpoint")
    channel = models.CharField("渠道", max_length=20, choices=Channel.choices, default=Channel.WEBHOOK)
    url = models.URLField("地址", max_length=500)
    secret = EncryptedTextField("签名密钥")
    previous_secret = EncryptedTextField("轮换中的旧密钥", blank=True)
    # An operator's word that this address may be plain http or inside a private network.
    allow_http = models.BooleanField("允许 http 与内网地址", default=False)
    is_active = models.BooleanField("启用", default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.department} {self.url}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Named questions about deliveries."""

    def due(self, now: datetime) -> "DeliveryQuerySet":
        """Waiting, its time has come, no live lease on it, and first of its case at its endpoint (CONTRACT §4)."""
        earlier = Delivery.objects.filter(
            endpoint=models.OuterRef("endpoint"),
            case_number=models.OuterRef("case_number"),
            status=Delivery.Status.PENDING,
            id__lt=models.OuterRef("id"),
        )
        return (
            self.filter(status=Delivery.Status.PENDING, next_attempt_at__lte=now, endpoint__is_active=True)
            .filter(models.Q(leased_until__isnull=True) | models.Q(leased_until__lt=now))
            .exclude(models.Exists(earlier))
        )


class Delivery(models.Model):
    """One push on its way over one channel. The row is the queue; Celery only executes (DESIGN §3.4)."""

    class Status(models.TextChoices):
        PENDING = "pending", "待投递"
        DELIVERED = "delivered", "已送达"
        DEAD = "dead", "投递失败"  # visible, with alert and replay; never deleted

    push = models.ForeignKey("linkage.Push", models.PROTECT, related_name="deliveries")
    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="deliveries")
    case_number = models.CharField("办件编号", max_length=60)  # order is kept per case and endpoint
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.PENDING)
    attempts_made = models.PositiveSmallIntegerField("尝试次数", default=0)
    fence = models.PositiveIntegerField(default=0)  # grows with every lease; a late worker's answer is refused
    last_error = models.CharField("最近错误", max_length=200, blank=True)
    is_replay = models.BooleanField("补发", default=False)

    created_at = models.DateTimeField(auto_now_add=True)
    next_attempt_at = models.DateTimeField("下次投递时间")
    leased_until = models.DateTimeField("占用至", null=True)
    finished_at = models.DateTimeField("完成时间", null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["next_attempt_at", "id"], condition=models.Q(status="pending"), name="due_deliveries"),
            models.Index(
                fields=["endpoint", "case_number", "id"],
                condition=models.Q(status="pending"),
                name="pending_order_per_case",
            ),
            models.Index(fields=["endpoint", "-id"], condition=models.Q(status="dead"), name="dead_deliveries"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["push", "endpoint"], condition=models.Q(is_replay=False), name="one_delivery_per_push"
            ),
            models.UniqueConstraint(
                fields=["push", "endpoint"],
                condition=models.Q(is_replay=True, status="pending"),
                name="one_waiting_replay_per_push",
            ),
            models.CheckConstraint(
                condition=models.Q(status="pending", finished_at__isnull=True)
                | (~models.Q(status="pending") & models.Q(finished_at__isnull=False)),
                name="finished_delivery_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.push} {self.get_status_display()}"


class Attempt(models.Model):
    """One call and its answer; append-only."""

    class Outcome(models.TextChoices):
        DELIVERED = "delivered", "已送达"
        RETRY = "retry", "待重试"
        DEAD = "dead", "不再重试"
        OBSOLETE = "obsolete-lease", "租约已失效"  # answered after the lease had passed on; recorded, otherwise ignored

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField("第几次")
    status_code = models.PositiveSmallIntegerField("应答码", null=True)
    error = models.CharField("错误", max_length=200, blank=True)
    response_sha256 = models.CharField("应答摘要", max_length=64, blank=True)
    duration_ms = models.PositiveIntegerField("耗时(毫秒)")
    outcome = models.CharField("结论", max_length=20, choices=Outcome.choices)
    at = models.DateTimeField("时间")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.delivery} #{self.number}"
