"""Notices in the portal and messages that leave it."""

from shenguan.notify.models.channel_choice import ChannelChoice
from shenguan.notify.models.digest_run import DigestRun
from shenguan.notify.models.gateway_state import GatewayState
from shenguan.notify.models.message import Message
from shenguan.notify.models.notice import Notice
from shenguan.notify.models.pace import SendingPace
from shenguan.notify.models.short_link import ShortLink

__all__ = ["ChannelChoice", "DigestRun", "GatewayState", "Message", "Notice", "SendingPace", "ShortLink"]
