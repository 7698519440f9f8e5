"""Deliveries of pushes to departments' own systems: endpoints, the delivery queue and its append-only attempts."""

from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Abs

from shenguan.privacy.fields import EncryptedTextField

MOST_IN_A_BATCH = 500  # events of one call: about 600 kB
MOST_CALLS = 100  # to one recipient at the same time


class Endpoint(models.Model):
    """The registered address of one department's own system: what people decided about it. See Lane for how it goes."""

    class Channel(models.TextChoices):
        WEBHOOK = "webhook", "网络回调"

    department = models.OneToOneField("org.Department", models.PROTECT, related_name="endpoint")
    channel = models.CharField("渠道", max_length=20, choices=Channel.choices, default=Channel.WEBHOOK)
    url = models.URLField("地址", max_length=500)
    secret = EncryptedTextField("签名密钥")
    previous_secret = EncryptedTextField("轮换中的旧密钥", blank=True)
    previous_until = models.DateTimeField("旧密钥有效至", null=True)  # empty: until somebody ends the rotation
    # An operator's word that this address may be plain http or inside a private network.
    allow_http = models.BooleanField("允许 http 与内网地址", default=False)
    is_active = models.BooleanField("启用", default=True)
    # More than one: the receiver takes CloudEvents batches (CONTRACT §4).
    batch_size = models.PositiveSmallIntegerField(
        "每次投递条数", default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_IN_A_BATCH)]
    )
    max_calls = models.PositiveSmallIntegerField(
        "同时调用上限", default=20, validators=[MinValueValidator(1), MaxValueValidator(MOST_CALLS)]
    )
    per_minute = models.PositiveIntegerField("每分钟调用上限", null=True, blank=True, validators=[MinValueValidator(1)])
    paused_by = models.CharField("暂停人", max_length=60, blank=True)
    pause_reason = models.CharField("暂停原因", max_length=200, blank=True)
    paused_at = models.DateTimeField("暂停时间", null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(paused_by="", paused_at__isnull=True)
                | (~models.Q(paused_by="") & models.Q(paused_at__isnull=False)),
                name="paused_by_with_time",
            ),
            models.CheckConstraint(
                condition=models.Q(batch_size__gte=1, batch_size__lte=MOST_IN_A_BATCH), name="batch_size_in_bounds"
            ),
            models.CheckConstraint(
                condition=models.Q(max_calls__gte=1, max_calls__lte=MOST_CALLS), name="max_calls_in_bounds"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.url}"

    def valid_secrets(self, now: datetime) -> tuple[str, ...]:
        """What calls are signed by, newest first; two while the key rotates."""
        expired = self.previous_until is not None and self.previous_until <= now
        return (self.secret,) if expired or not self.previous_secret else (self.secret, self.previous_secret)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Named questions about deliveries."""

    def pending(self) -> "DeliveryQuerySet":
        """Neither delivered nor given up."""
        return self.filter(status=Delivery.Status.PENDING)

    def due(self, now: datetime) -> "DeliveryQuerySet":
        """Waiting, and its time has come."""
        return self.pending().filter(next_attempt_at__lte=now)

    def in_queue_order(self, after: int = 0) -> "DeliveryQuerySet":
        """By id. Written so that only the index of the queue can give the order: a planner that walks the primary key
        instead would read all of the history first."""
        return self.alias(place=Abs("id")).filter(place__gt=after).order_by("place")


class Delivery(models.Model):
    """One push on its way over one channel. The row is the queue; Celery only executes (DESIGN §3.4)."""

    class Status(models.TextChoices):
        PENDING = "pending", "待投递"
        DELIVERED = "delivered", "已送达"
        DEAD = "dead", "投递失败"  # visible, with alert and replay; never deleted

    push = models.ForeignKey("linkage.Push", models.PROTECT, related_name="deliveries")
    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="deliveries", db_index=False)
    case_number = models.CharField("办件编号", max_length=60)  # order is kept per case and endpoint
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.PENDING)
    attempts_made = models.PositiveSmallIntegerField("尝试次数", default=0)
    last_error = models.CharField("最近错误", max_length=200, blank=True)
    is_replay = models.BooleanField("补发", default=False)
    alone = models.BooleanField("单独投递", default=False)  # was in a batch that was refused: find out which one it was

    created_at = models.DateTimeField(auto_now_add=True)
    next_attempt_at = models.DateTimeField("下次投递时间")
    first_attempt_at = models.DateTimeField("首次投递时间", null=True)
    finished_at = models.DateTimeField("完成时间", null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index("endpoint", Abs("id"), condition=models.Q(status="pending"), name="delivery_queue"),
            models.Index(
                fields=["endpoint", "next_attempt_at"], condition=models.Q(status="pending"), name="due_deliveries"
            ),
            models.Index(
                fields=["endpoint", "case_number", "id"],
                condition=models.Q(status="pending"),
                name="pending_order_per_case",
            ),
            models.Index(fields=["endpoint", "-id"], condition=models.Q(status="dead"), name="dead_deliveries"),
            models.Index(fields=["-id"], condition=models.Q(status="dead"), name="dead_newest"),
            models.Index(fields=["endpoint", "-id"], name="deliveries_of_endpoint"),
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
    """One call and its answer; append-only. What was sent, when, to whom and what came back is the proof (R10.12)."""

    class Outcome(models.TextChoices):
        DELIVERED = "delivered", "已送达"
        RETRY = "retry", "待重试"
        DEAD = "dead", "不再重试"
        OBSOLETE = "obsolete-lease", "租约已失效"  # answered after the lease had passed on; recorded, otherwise ignored

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField("第几次")
    url = models.CharField("接收地址", max_length=500, blank=True)
    request_sha256 = models.CharField("正文摘要", max_length=64, blank=True)  # of the whole body, also in a batch
    batch_size = models.PositiveSmallIntegerField("同批条数", default=1)
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
