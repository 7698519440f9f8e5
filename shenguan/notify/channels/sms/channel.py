"""The channel: whose mobile, which text, which gateway."""

import json
from typing import ClassVar

from django.conf import settings

from shenguan.env import ConfigurationError
from shenguan.notify.channels.base import Gateway, OutsideChannel
from shenguan.notify.channels.embedded import EmbeddedGateway
from shenguan.notify.channels.sms.http import HttpGateway
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

    def message(self, telling: Telling) -> Message:
        """The registered text of this kind of notice."""
        return sms(
            name=telling.staff.name,
            mobile=telling.staff.mobile,
            template=template_for(telling.kind),
            title=telling.title,
            body=telling.body,
            case_number=telling.case_number,
            urgent=telling.urgent,
            recipient_key=telling.staff.username,
        )


def sms(
    *,
    name: str,
    mobile: str,
    template: Template,
    title: str,
    body: str,
    case_number: str = "",
    urgent: bool = False,
    recipient_key: str = "",
) -> Message:
    """A short message, not yet in the outbox."""
    variables = {"title": title, "body": body}
    return Message(
        channel=Message.Channel.SMS,
        recipient_key=recipient_key,
        recipient_name=name,
        address=mobile,
        template_code=template.code,
        text=template.render(**variables),
        variables=json.dumps(variables, ensure_ascii=False),
        case_number=case_number,
        urgent=urgent,
    )
