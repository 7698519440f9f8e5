"""Short messages: registered texts, carried by the gateway that settings.SMS_GATEWAY names."""

from shenguan.notify.channels.sms.channel import SmsChannel

__all__ = ["SmsChannel"]
