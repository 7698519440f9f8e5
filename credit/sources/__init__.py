"""Where credit data comes from: one module per source, chosen by CREDIT_SOURCE (see credit/source_names.py)."""

from django.conf import settings
from django.utils.module_loading import import_string

from credit.source_names import SOURCES
from credit.sources.base import CreditSource, SourceUnreachable

__all__ = ["CreditSource", "SourceUnreachable", "current"]


def current() -> CreditSource:
    """The source the settings name."""
    source: CreditSource = import_string(SOURCES[settings.CREDIT_SOURCE])()
    return source
