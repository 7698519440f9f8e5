"""Where credit data comes from. CREDIT_SOURCE names one of SOURCES; an absurd name stops the start."""

from django.conf import settings
from django.utils.module_loading import import_string

from credit.sources.base import CreditSource, SourceUnreachable
from shenguan.env import ConfigurationError

__all__ = ["SOURCES", "CreditSource", "SourceUnreachable", "check_configured", "current"]

# A name in CREDIT_SOURCE -> its class. A city's own credit platform is one more folder entry here.
SOURCES = {
    "local": "credit.sources.local.LocalSource",  # the portal's own credit tables
    "offline": "credit.sources.offline.OfflineSource",  # no credit platform connected, or drill: everything 未核查
}


def current() -> CreditSource:
    """The source the settings name."""
    source: CreditSource = import_string(SOURCES[settings.CREDIT_SOURCE])()
    return source


def check_configured() -> None:
    """Raises ConfigurationError for a CREDIT_SOURCE that nobody knows."""
    if settings.CREDIT_SOURCE not in SOURCES:
        known = "、".join(SOURCES)
        raise ConfigurationError(f"环境变量 CREDIT_SOURCE={settings.CREDIT_SOURCE!r} 无法识别：可填 {known}。")
