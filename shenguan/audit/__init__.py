"""The audit trail (RULES R11.07): who did what to which object, when, from where, and whether it succeeded.

`record` is the one door. A sealer links the rows into one hash chain a few seconds behind the writers.
"""

from typing import TYPE_CHECKING, Any

from django.utils.module_loading import import_string

__all__ = ["record"]

if TYPE_CHECKING:
    from shenguan.audit.actions.entries import record
else:

    def __getattr__(name: str) -> Any:
        """`record` on first use: models cannot be imported while Django still reads its list of apps."""
        if name != "record":
            raise AttributeError(name)
        return import_string("shenguan.audit.actions.entries.record")
