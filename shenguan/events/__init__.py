"""The event journal: append-only facts, written in the transaction of the change they tell of.

`record` is the one door. The journal is the timeline of a case and, for routable kinds, the outbox of linkage.
"""

from typing import TYPE_CHECKING, Any

from django.utils.module_loading import import_string

from shenguan.events.kinds import ROUTABLE_KINDS

__all__ = ["ROUTABLE_KINDS", "record"]

if TYPE_CHECKING:
    from shenguan.events.actions import record
else:

    def __getattr__(name: str) -> Any:
        """`record` on first use: models cannot be imported while Django still reads its list of apps."""
        if name != "record":
            raise AttributeError(name)
        return import_string("shenguan.events.actions.record")
