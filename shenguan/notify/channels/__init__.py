"""Ways to reach people, a folder each: the bell in the portal, and what leaves the house through a gateway."""

from shenguan.notify.channels.base import Gateway, OutsideChannel
from shenguan.notify.channels.email import EmailChannel
from shenguan.notify.channels.sms import SmsChannel

OUTSIDE: dict[str, OutsideChannel] = {channel.name: channel for channel in (SmsChannel(), EmailChannel())}


def gateway_for(channel: str) -> Gateway:
    """The gateway that carries `channel`, not yet opened. Raises ConfigurationError when its settings are absurd."""
    return OUTSIDE[channel].gateway()


def check() -> None:
    """Builds every gateway once. Raises ConfigurationError when one cannot be."""
    for channel in OUTSIDE.values():
        channel.gateway()
