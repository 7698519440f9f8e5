"""Views of the ui app, and the decorator that other apps' POST views wear."""

from shenguan.ui.views.refusals import refused_response, refusing

__all__ = ["refused_response", "refusing"]
