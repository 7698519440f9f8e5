"""Notices and messages."""

import factory
from factory.django import DjangoModelFactory

from shenguan.notify.models import Message, Notice
from tests.factories.ground import StaffFactory


class NoticeFactory(DjangoModelFactory):
    """Something new under somebody's bell."""

    class Meta:
        model = Notice

    staff = factory.SubFactory(StaffFactory)
    kind = "push.received"
    title = factory.Sequence(lambda n: f"推送 {n}")
    body = "请查看。"


class MessageFactory(DjangoModelFactory):
    """A short message that waits to be sent."""

    class Meta:
        model = Message

    channel = Message.Channel.SMS
    recipient_name = "王小明"
    address = "13812345678"
    template_code = "general"
    text = "【云州市审管联动】王小明您好，请查看。"
