"""How forms look everywhere: a renderer that gives every field a label, its errors beside it and the right classes.

Set as FORM_RENDERER, so a plain django.forms.Form needs nothing else: `{{ form.name.as_field_group }}`.
"""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),  # also CheckboxSelectMultiple
    (forms.Select, "form-select"),
    (forms.Widget, "form-control"),
)


class StyledBoundField(BoundField):
    """A bound field whose widget carries the Bootstrap class of its kind and, after an error, `is-invalid`."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """Django's attributes (required, aria-invalid, aria-describedby) plus the classes."""
        widget = widget or self.field.widget
        built = super().build_widget_attrs(attrs, widget)
        if not widget.is_hidden:
            kind = next(css for base, css in CLASSES if isinstance(widget, base))
            invalid = "is-invalid" if self.errors else ""
            built["class"] = " ".join(filter(None, [kind, str(widget.attrs.get("class", "")), invalid]))
        return built


class PortalRenderer(TemplatesSetting):
    """Renders fields by our own component and widgets by the project's template engine."""

    field_template_name = "components/field.html"
    bound_field_class = StyledBoundField
