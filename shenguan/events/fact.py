"""What one event says, before it is written down."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shenguan.org.models import Department


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact. `summary` is one Chinese sentence for the timeline; `payload` plain JSON without ID numbers and phones.

    `department` says whose fact it is and defaults to the actor's own.
    """

    kind: str
    summary: str
    case_number: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)
    department: "Department | None" = None
    subject_id: int | None = None
    visibility: str = "both"  # Event.Visibility
