"""`{% panel_of check as panel %}` for credit/_panel.html."""

from django import template

from credit.presenters import panel_of

register = template.Library()
register.simple_tag(panel_of)
