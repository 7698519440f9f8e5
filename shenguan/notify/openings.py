"""Which pages a 监管码 may lead to. Apps register their own from AppConfig.ready; the ground floor knows none."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shenguan.org.models import Staff  # apps register before models can be imported


@dataclass(frozen=True)
class Opening:
    """A page somebody may see; `closed_at` is when the matter on it ended."""

    closed_at: datetime | None = None


Opener = Callable[["Staff", str], Opening | None]

_openers: dict[str, Opener] = {}


def register(prefix: str, opener: Opener) -> None:
    """Lets pages under `prefix` have codes. `opener(staff, path)` is None for whoever may not see that very page."""
    _openers[prefix] = opener


def has_codes(path: str) -> bool:
    """Whether some app gives codes to this page."""
    return _opener(path) is not None


def opening_of(staff: "Staff", path: str) -> Opening | None:
    """The page for this person; None when it is not there for them."""
    opener = _opener(path)
    return opener(staff, path) if opener else None


def _opener(path: str) -> Opener | None:
    return next((opener for prefix, opener in _openers.items() if path.startswith(prefix) and path != prefix), None)
