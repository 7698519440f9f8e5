"""Widgets every app uses; how they look is the renderer's."""

from django import forms


class DayInput(forms.DateInput):
    """A day by the browser's own calendar. It understands ISO dates only and shows any other as an empty box."""

    input_type = "date"

    def __init__(self, attrs: dict[str, str] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")
