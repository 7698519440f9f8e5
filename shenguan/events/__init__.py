"""The event journal: append-only facts, written in the transaction of the change they tell of.

`record` and `record_many` are the doors. The journal is the timeline of a case and, for routable kinds, the outbox of
linkage.
"""

from typing import TYPE_CHECKING, Any

from django.utils.module_loading import import_string

from shenguan.events.fact import Fact
from shenguan.events.kinds import ROUTABLE_KINDS

__all__ = ["ROUTABLE_KINDS", "Fact", "record", "record_many"]

if TYPE_CHECKING:
    from shenguan.events.actions import record, record_many
else:

    def __getattr__(name: str) -> Any:
        """The doors on first use: models cannot be imported while Django still reads its list of apps."""
        if name not in ("record", "record_many"):
            raise AttributeError(name)
        return import_string(f"shenguan.events.actions.{name}")
