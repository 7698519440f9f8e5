"""Global search: higher apps register what they can find; this floor only collects.

A provider gets the person and the text and returns hits that this person may open. It must be indexed and bounded.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shenguan.identifiers.text import normalise

if TYPE_CHECKING:
    from shenguan.org.models import Staff  # apps register here before models can be imported

LONGEST_QUERY = 80
SHOWN_PER_PROVIDER = 20
# Personal numbers must not stand in an address or a log (DESIGN §4), so the search by GET does not take them.
PERSONAL_NUMBER = re.compile(r"\d{17}[\dX]|1[3-9]\d{9}")


@dataclass(frozen=True)
class Hit:
    """One thing found. `exact` means that the text is this thing's own number: a single exact hit opens at once."""

    kind: str  # what it is, e.g. 办件
    title: str
    detail: str
    url: str
    icon: str = "file-text"
    exact: bool = False


Provider = Callable[["Staff", str], Iterable[Hit]]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Adds a provider; called from AppConfig.ready."""
    if provider not in _providers:
        _providers.append(provider)


def is_personal_number(text: str) -> bool:
    """Whether the text looks like an ID number or a mobile number."""
    return PERSONAL_NUMBER.fullmatch(normalise(text)) is not None


def find(staff: "Staff", text: str) -> list[Hit]:
    """Everything the providers know, exact hits first. `text` is already stripped and not empty."""
    hits = [hit for provider in _providers for hit in list(provider(staff, text))[:SHOWN_PER_PROVIDER]]
    return sorted(hits, key=lambda hit: not hit.exact)
