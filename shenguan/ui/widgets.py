"""Widgets every app uses; how they look is the renderer's."""

from typing import Any

from django import forms
from django.forms.widgets import Script


class DayInput(forms.DateInput):
    """A day by the browser's own calendar. It understands ISO dates only and shows any other as an empty box."""

    input_type = "date"

    def __init__(self, attrs: dict[str, str] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class SelectMany(forms.SelectMultiple):
    """Several rows out of many: `pick.js` lays a search over it, without scripts it is the browser's own list.

    A row is found by its words, its value and, where the model keeps them, the pinyin initials of its name.
    """

    class Media:
        js = (Script("js/pick.js", defer=True),)

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"size": 8, "class": "h-auto", "data-pick": True} | (attrs or {}))

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The option with the initials of its row."""
        option = super().create_option(name, value, *args, **kwargs)
        if found := getattr(getattr(value, "instance", None), "name_initials", ""):
            option["attrs"]["data-find"] = found
        return option
