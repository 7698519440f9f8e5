"""`{% panel_of check as panel %}` and `{% freezes_of check as freezes %}` for credit/_panel.html."""

from django import template

from credit.presenters import panel_of
from credit.selectors.freezes import of_check

register = template.Library()
register.simple_tag(panel_of)
register.simple_tag(of_check, name="freezes_of")
