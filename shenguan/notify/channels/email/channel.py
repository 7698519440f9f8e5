"""The channel: whose mailbox, which words, which gateway."""

import json
from collections.abc import Mapping
from typing import ClassVar

from django.conf import settings
from django.utils import timezone

from shenguan.notify.channels.base import Gateway, OutsideChannel
from shenguan.notify.channels.email.smtp import SmtpGateway
from shenguan.notify.channels.embedded import EmbeddedGateway
from shenguan.notify.letters import Letter
from shenguan.notify.models import Message
from shenguan.notify.telling import Telling
from shenguan.notify.templates import Template, template_for
from shenguan.org.models import Staff

FOOT = "本邮件由平台自动发送，请勿回复。接收方式可登录后在“我的消息—通知设置”中调整。"


class EmailChannel(OutsideChannel):
    """To the mailbox in the staff list. The text says no more than the bell does."""

    name: ClassVar[str] = "email"

    def gateway(self) -> Gateway:
        """A server where EMAIL_URL names one, else the outbox page."""
        return SmtpGateway() if settings.EMAIL_URL else EmbeddedGateway()

    def address_of(self, staff: Staff) -> str:
        """The mailbox of somebody on duty."""
        return staff.email if staff.is_active else ""

    def message(self, telling: Telling, pointer: str) -> Letter:
        """Title, text and where to go: the whole address, so that no 监管码 is needed."""
        where = f"{settings.PORTAL_URL}{telling.url or '/messages/'}"
        case = f"办件编号：{telling.case_number}\n" if telling.case_number else ""
        text = f"{telling.title}\n\n{telling.body}\n\n{case}登录查看：{where}"
        urgent = "【紧急】" if telling.urgent else ""
        template = template_for(telling.kind)
        return _mail(telling.kind, template, f"{urgent}{telling.title}", text, telling.staff.name, telling.staff.email)

    def compose(self, template: Template, variables: Mapping[str, str], name: str, address: str) -> Letter:
        """The same words as the short message, and where to go."""
        text = f"{template.text.format(**variables)}\n\n登录查看：{settings.PORTAL_URL}/"
        letter = _mail("", template, template.subject.format(**variables), text, name, address)
        return letter._replace(variables=json.dumps(variables, ensure_ascii=False))


def _mail(kind: str, template: Template, subject: str, text: str, name: str, address: str) -> Letter:
    return Letter(
        channel=Message.Channel.EMAIL.value,
        kind=kind,
        recipient_name=name,
        address=address,
        template_code=template.code,
        subject=f"{settings.CITY_NAME}审管联动：{' '.join(subject.split())}"[:200],
        text=f"{text}\n\n{FOOT}",
        due_at=timezone.now(),
    )
