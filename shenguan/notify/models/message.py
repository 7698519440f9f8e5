"""The outbox of short messages and e-mails."""

import json
import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from shenguan.notify import hours
from shenguan.privacy.fields import EncryptedTextField
from shenguan.privacy.masking import mask_name, mask_phone


class MessageQuerySet(models.QuerySet["Message"]):
    """Named questions."""

    def due(self, now: datetime) -> Self:
        """Waiting, its time has come, no longer to be merged, and no worker holds a live lease on it.

        Outside the hours (notify.hours) only urgent ones.
        """
        free = self.filter(Q(lease_until=None) | Q(lease_until__lt=now))
        ready = free.filter(state=Message.State.PENDING, bundling=False, due_at__lte=now)
        return ready if hours.are_open(now) else ready.filter(urgent=True)

    def bundling(self) -> Self:
        """Waiting to be merged with whatever else comes for the same person."""
        return self.filter(state=Message.State.PENDING, bundling=True)


class Message(models.Model):
    """One message to one address. The row is the queue; a worker leases it, sends it, and writes down what happened."""

    class Channel(models.TextChoices):
        SMS = "sms", "短信"
        EMAIL = "email", "邮件"

    class State(models.TextChoices):
        PENDING = "pending", "待发送"
        BUNDLED = "bundled", "已合并"
        SENT = "sent", "已发送"
        FAILED = "failed", "发送失败"

    class Receipt(models.TextChoices):
        DELIVERED = "delivered", "已送达"
        UNDELIVERED = "undelivered", "未送达"

    uid = models.UUIDField("消息标识", default=uuid.uuid4, unique=True, editable=False)
    channel = models.CharField("渠道", max_length=10, choices=Channel.choices)
    recipient_key = models.CharField("接收人标识", max_length=150, blank=True)  # login name; empty for people outside
    recipient_name = EncryptedTextField("接收人", blank=True)
    address = EncryptedTextField("号码或邮箱")
    template_code = models.CharField("模板", max_length=60)
    subject = EncryptedTextField("主题", blank=True)  # of an e-mail
    text = EncryptedTextField("正文")
    variables = EncryptedTextField("模板变量", blank=True)  # JSON: what providers that know the text want instead
    case_number = models.CharField("办件编号", max_length=40, blank=True)
    kind = models.CharField("类型", max_length=60, blank=True)
    act_by = models.DateField("办理期限", null=True, blank=True)
    urgent = models.BooleanField("紧急", default=False)  # leaves at any hour, alone
    bundling = models.BooleanField("待合并", default=False)
    bundled_in = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="bundled", verbose_name="合并入"
    )
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveIntegerField("已尝试次数", default=0)
    created_at = models.DateTimeField("创建时间", default=timezone.now)
    due_at = models.DateTimeField("下次发送时间", default=timezone.now)
    lease_until = models.DateTimeField("租约到期", null=True, blank=True)
    lease_token = models.UUIDField("租约标识", null=True, blank=True)
    sent_at = models.DateTimeField("发送时间", null=True, blank=True)
    gateway = models.CharField("网关", max_length=30, blank=True)
    receipt = models.CharField("送达回执", max_length=12, choices=Receipt.choices, blank=True)
    receipt_at = models.DateTimeField("回执时间", null=True, blank=True)
    receipt_note = models.CharField("回执说明", max_length=200, blank=True)
    resend_of = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="resent_as", verbose_name="重发自"
    )
    gateway_reference = models.CharField("网关回执", max_length=100, blank=True)
    last_error = models.CharField("最近一次错误", max_length=300, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            # in the order of leasing, so that a batch reads no more rows than it takes
            models.Index(
                fields=["channel", "-urgent", "due_at", "id"],
                condition=Q(state="pending", bundling=False),
                name="message_turn",
            ),
            models.Index(fields=["due_at"], condition=Q(state="pending", bundling=True), name="message_bundling"),
            models.Index(fields=["state", "-id"], name="message_by_state"),
            models.Index(fields=["channel", "-id"], name="message_by_channel"),
            models.Index(fields=["receipt", "-id"], condition=~Q(receipt=""), name="message_by_receipt"),
            models.Index(fields=["gateway_reference"], condition=~Q(gateway_reference=""), name="message_reference"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
                name="message_sent_at_iff_sent",
            ),
            models.CheckConstraint(
                condition=Q(lease_until=None, lease_token=None)
                | Q(lease_until__isnull=False, lease_token__isnull=False),
                name="message_lease_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(receipt="", receipt_at=None) | (~Q(receipt="") & Q(receipt_at__isnull=False)),
                name="message_receipt_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="bundled", bundled_in__isnull=False) | (~Q(state="bundled") & Q(bundled_in=None)),
                name="message_bundled_in_iff_bundled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.template_code}"

    @property
    def waits_because(self) -> str:
        """Why it has not left yet, for people; empty when it has, or never will."""
        now = timezone.now()
        if self.state != self.State.PENDING:
            return ""
        if self.lease_until and self.lease_until > now:
            return "正在发送"
        if not self.urgent and not hours.are_open(now):
            opening = timezone.localtime(hours.next_opening(max(now, self.due_at)))
            return f"静默时段，{opening:%m-%d %H:%M} 起发送"
        if self.bundling:
            return "合并中"
        return "等待重试" if self.last_error else "排队中"

    @property
    def did_not_arrive(self) -> bool:
        """Given up by us, or by the network after it left: what may be sent again."""
        return self.state == self.State.FAILED or self.receipt == self.Receipt.UNDELIVERED

    @property
    def later_copy(self) -> "Message | None":
        """The message that was sent instead of this one."""
        return getattr(self, "resent_as", None)

    @property
    def template_variables(self) -> dict[str, str]:
        """What stands in the blanks of the registered text."""
        return json.loads(self.variables) if self.variables else {}

    @property
    def masked_name(self) -> str:
        """The recipient as shown on a screen."""
        return mask_name(self.recipient_name)

    @property
    def masked_address(self) -> str:
        """The number or mailbox as shown on a screen."""
        if self.channel == self.Channel.EMAIL:
            local, _, domain = self.address.partition("@")
            return f"{local[:1]}***@{domain}"
        return mask_phone(self.address)

    @property
    def masked_text(self) -> str:
        """The text as shown on a screen: the recipient's own name and number do not stand in it plainly."""
        text = self.text
        for open_text, masked in ((self.recipient_name, self.masked_name), (self.address, self.masked_address)):
            if open_text:
                text = text.replace(open_text, masked)
        return text
