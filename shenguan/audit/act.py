"""What one audit entry says, before it is written down."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import Model


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `action` reads "noun.verb" (application.accept); `label` is what people call the object.

    `label` is by default the target's own text. `detail` holds no plain ID number or phone.
    """

    action: str
    target: "Model | None" = None
    label: str = ""
    success: bool = True
    detail: Mapping[str, Any] = field(default_factory=dict)
