"""Models of the ui app."""

from shenguan.ui.models.beat import BeatMark

__all__ = ["BeatMark"]
