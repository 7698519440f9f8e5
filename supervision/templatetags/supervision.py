"""Words for codes on supervision pages."""

from django import template

from supervision.models import Inspection

register = template.Library()


@register.simple_tag
def result_code(code: str) -> str:
    """The words of a result code (RULES §4)."""
    return str(Inspection.ResultCode(code).label)
