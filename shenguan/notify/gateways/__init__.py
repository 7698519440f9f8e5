"""Ways out of the house for short messages. One module a gateway; which one runs is settings.SMS_GATEWAY."""

from django.conf import settings

from shenguan.notify.gateways.base import Gateway
from shenguan.notify.gateways.embedded import EmbeddedGateway

GATEWAYS: dict[str, type[Gateway]] = {EmbeddedGateway.name: EmbeddedGateway}


def gateway_for(channel: str) -> Gateway:
    """The gateway that carries `channel`. Every channel uses the configured one until a second kind is registered."""
    return GATEWAYS[settings.SMS_GATEWAY]()
