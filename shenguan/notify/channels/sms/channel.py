"""The channel: whose mobile, which text, which gateway."""

import json
from collections.abc import Mapping
from typing import ClassVar

from django.conf import settings
from django.utils import timezone

from shenguan.env import ConfigurationError
from shenguan.notify.channels.base import Gateway, OutsideChannel
from shenguan.notify.channels.embedded import EmbeddedGateway
from shenguan.notify.channels.sms.http import HttpGateway
from shenguan.notify.letters import Letter
from shenguan.notify.models import Message
from shenguan.notify.telling import Telling
from shenguan.notify.templates import Template, template_for
from shenguan.org.models import Staff

GATEWAYS: dict[str, type[Gateway]] = {gateway.name: gateway for gateway in (EmbeddedGateway, HttpGateway)}


class SmsChannel(OutsideChannel):
    """To the mobile in the staff list, or to a contact outside."""

    name: ClassVar[str] = "sms"

    def gateway(self) -> Gateway:
        """Raises ConfigurationError when there is no such gateway or its own settings are absurd."""
        if settings.SMS_GATEWAY not in GATEWAYS:
            offer = "、".join(GATEWAYS)
            raise ConfigurationError(f"环境变量 SMS_GATEWAY={settings.SMS_GATEWAY!r} 无法识别：可用 {offer}。")
        return GATEWAYS[settings.SMS_GATEWAY]()

    def address_of(self, staff: Staff) -> str:
        """The mobile of somebody on duty."""
        return staff.mobile if staff.is_active else ""

    def message(self, telling: Telling, pointer: str) -> Letter:
        """The registered text of this kind of notice, with the 监管码 of its page."""
        variables = {"title": telling.title, "body": telling.body, "code": pointer}
        return sms(telling.kind, variables, telling.staff.name, telling.staff.mobile)

    def compose(self, template: Template, variables: Mapping[str, str], name: str, address: str) -> Letter:
        """The registered text with its variables."""
        return sms("", variables, name, address, template=template)


def sms(kind: str, variables: Mapping[str, str], name: str, mobile: str, template: Template | None = None) -> Letter:
    """A short message, not yet in the outbox."""
    template = template or template_for(kind)
    return Letter(
        channel=Message.Channel.SMS.value,
        kind=kind,
        recipient_name=name,
        address=mobile,
        template_code=template.code,
        text=template.render(**variables),
        variables=json.dumps(variables, ensure_ascii=False),
        due_at=timezone.now(),
    )
