"""The audit trail (RULES R11.07): who did what to which object, when, from where, and whether it succeeded.

`record` and `record_many` are the doors. A sealer links the rows into one hash chain a few seconds behind the writers.
"""

from typing import TYPE_CHECKING, Any

from django.utils.module_loading import import_string

from shenguan.audit.act import Act

__all__ = ["Act", "record", "record_many"]

if TYPE_CHECKING:
    from shenguan.audit.actions.entries import record, record_many
else:

    def __getattr__(name: str) -> Any:
        """The doors on first use: models cannot be imported while Django still reads its list of apps."""
        if name not in ("record", "record_many"):
            raise AttributeError(name)
        return import_string(f"shenguan.audit.actions.entries.{name}")
