"""What an item settles about credit, by its code. Items belong to a higher floor, which registers the answer here."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # models cannot be imported while Django still reads its list of apps
    from credit.facts import ItemTerms

Provider = Callable[[str], "ItemTerms | None"]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Adds a catalogue; called from AppConfig.ready of the app that owns it."""
    if provider not in _providers:
        _providers.append(provider)


def terms_of(item_code: str) -> "ItemTerms | None":
    """The terms of the item with this code; None when no catalogue knows it."""
    return next((terms for provider in _providers if (terms := provider(item_code))), None)
