"""Ways to a department's own system. One folder a channel, one interface (base.py); to drop one, delete its folder."""

from linkage.channels.base import Channel
from linkage.channels.webhook.channel import WebhookChannel

CHANNELS: dict[str, type[Channel]] = {WebhookChannel.name: WebhookChannel}
