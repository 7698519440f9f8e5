"""The gateway of an installation without a provider: the portal's own outbox page shows what would have been sent."""

from typing import ClassVar

from shenguan.notify.channels.base import Gateway, Outgoing, Receipt


class EmbeddedGateway(Gateway):
    """Stores only: the outbox row is the store, so there is nothing further to do."""

    name: ClassVar[str] = "embedded"
    stores_only: ClassVar[bool] = True

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Accepts every message."""
        return Receipt(reference=f"portal:{outgoing.uid}")
