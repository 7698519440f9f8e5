"""What one colleague is told."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from shenguan.org.models import Staff  # callers import this module before models can be


@dataclass(frozen=True)
class Telling:
    """One line for one person. `kind` chooses the registered text of the message (notify.templates).

    `url` is a path of this portal; `title` and `body` hold no ID number and no phone.
    """

    staff: "Staff"
    kind: str
    title: str
    body: str = ""
    url: str = ""
    case_number: str = ""
    urgent: bool = False
    due_on: "date | None" = None  # until when something has to be done about it
