"""Template tags of the portal (builtins, no {% load %} needed): icons, status labels, deadlines, bars and keys.

Status is always icon + words + colour (RULES R12.03); widths are SVG attributes because the policy forbids `style=`.
"""

import re
from functools import lru_cache

from django import template
from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

ICON_FOLDER = settings.BASE_DIR / "static" / "icons"  # subset of @tabler/icons 3.51.0, see LICENSE there
FRAME = 'stroke="none" d="M0 0h24v24H0z"'  # Tabler's invisible bounding box, useless when inlined
DUE_ICONS = {
    "ok": "clock",
    "soon": "hourglass",
    "today": "clock-exclamation",
    "over": "alert-triangle",
    "pause": "player-pause",
    "done": "circle-check",
}


@lru_cache(maxsize=256)
def icon_paths(name: str) -> SafeString:
    """The path elements of one vendored icon. Raises FileNotFoundError for a name that is not vendored."""
    source = re.sub(r"\s+", " ", (ICON_FOLDER / f"{name}.svg").read_text(encoding="utf-8"))
    return mark_safe("".join(path for path in re.findall(r"<path[^>]*?/>", source) if FRAME not in path))


def _accessible(label: str) -> SafeString:
    """A picture with a name for screen readers, or one they skip."""
    return format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')


@register.simple_tag
def icon(name: str, cls: str = "", label: str = "") -> SafeString:
    """An inline SVG icon, hidden from screen readers unless `label` says what it means."""
    return format_html(
        '<svg class="ic {}" viewBox="0 0 24 24" {} focusable="false">{}</svg>',
        cls,
        _accessible(label),
        icon_paths(name),
    )


@register.simple_tag
def tag(tone: str, ic: str, text: object, cls: str = "") -> SafeString:
    """A status label; tones: ok wn dg ap sv cr mute. `ic` may be empty."""
    return format_html('<span class="tag tag-{} {}">{}{}</span>', tone, cls, icon(ic) if ic else "", text)


@register.simple_tag
def address_of(url_name: str, *args: object) -> str:
    """The address of another floor's page or fragment, by name only; empty where it is not installed (DESIGN §2)."""
    try:
        return reverse(url_name, args=args)
    except NoReverseMatch:
        return ""


@register.simple_tag
def due(kind: str, text: object) -> SafeString:
    """A deadline; kinds: ok soon today over pause done, as workdays' DueState names them."""
    return format_html('<span class="due due-{}">{}{}</span>', kind, icon(DUE_ICONS[kind]), text)


@register.simple_tag
def bar(pct: float, tone: str = "brand", label: str = "") -> SafeString:
    """A progress bar, `pct` between 0 and 100."""
    return format_html(
        '<svg class="bar bar-{}" viewBox="0 0 100 6" preserveAspectRatio="none" {}>'
        '<rect class="bar-t" width="100" height="6"/><rect class="bar-v" width="{}" height="6"/></svg>',
        tone,
        _accessible(label),
        f"{min(max(float(pct), 0), 100):g}",
    )


@register.simple_tag
def kbd(keys: str) -> SafeString:
    """Keys to press together, written `Ctrl+K`."""
    return format_html_join("", "<kbd>{}</kbd>", ((key,) for key in keys.split("+")))
