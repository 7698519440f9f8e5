"""Notices: the bell in the portal, and short messages through one gateway interface.

`tell` reaches a colleague, `tell_many` any number of them at once, `text_contact` somebody outside (RULES R10.02).
"""

from typing import TYPE_CHECKING, Any

from django.utils.module_loading import import_string

from shenguan.notify.telling import Telling

__all__ = ["Telling", "tell", "tell_many", "text_contact"]

if TYPE_CHECKING:
    from shenguan.notify.actions.messages import text_contact
    from shenguan.notify.actions.notices import tell, tell_many
else:
    _DOORS = {
        "tell": "shenguan.notify.actions.notices.tell",
        "tell_many": "shenguan.notify.actions.notices.tell_many",
        "text_contact": "shenguan.notify.actions.messages.text_contact",
    }

    def __getattr__(name: str) -> Any:
        """The doors on first use: models cannot be imported while Django still reads its list of apps."""
        if name not in _DOORS:
            raise AttributeError(name)
        return import_string(_DOORS[name])
