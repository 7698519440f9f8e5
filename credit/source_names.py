"""Which credit sources there are, by the name CREDIT_SOURCE gives them. Read at the start, before any model exists."""

from django.conf import settings

from shenguan.env import ConfigurationError

# A city's own credit platform is one more entry and one more module in credit/sources.
SOURCES = {
    "local": "credit.sources.local.LocalSource",  # the portal's own credit tables
    "offline": "credit.sources.offline.OfflineSource",  # no platform connected, maintenance, drill: everything 未核查
}


def check_configured() -> None:
    """Raises ConfigurationError for a CREDIT_SOURCE that nobody knows."""
    if settings.CREDIT_SOURCE not in SOURCES:
        known = "、".join(SOURCES)
        raise ConfigurationError(f"环境变量 CREDIT_SOURCE={settings.CREDIT_SOURCE!r} 无法识别：可用 {known}。")
