"""Small helpers of the approval pages."""

from datetime import date

from django import template

from approvals.models.permit import FOREVER

register = template.Library()


@register.filter
def official_date(day: date) -> str:
    """2026年3月17日, as official papers write it (RULES R12.06)."""
    return f"{day.year}年{day.month}月{day.day}日"


@register.filter
def term(day: date) -> str:
    """The last day of a permit in lists; 长期 where there is none."""
    return "长期" if day == FOREVER else day.isoformat()
