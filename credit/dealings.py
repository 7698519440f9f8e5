"""Whether a person's department has to do with a party. Cases, objects and pushes belong to higher floors, which
register the answer here."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # models cannot be imported while Django still reads its list of apps
    from shenguan.org.models import Staff

Provider = Callable[["Staff", int], bool]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Adds a kind of dealing; called from AppConfig.ready of the app that owns it."""
    if provider not in _providers:
        _providers.append(provider)


def has_dealings(staff: "Staff", subject_id: int) -> bool:
    """Whether any app knows of a dealing between this person's department and the party."""
    return any(provider(staff, subject_id) for provider in _providers)
