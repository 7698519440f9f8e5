"""Application configuration."""

from django.apps import AppConfig
from django.conf import settings

from shenguan.audit.hashing import ALGORITHMS
from shenguan.env import ConfigurationError


class AuditConfig(AppConfig):
    name = "shenguan.audit"
    label = "audit"
    verbose_name = "审计"

    def ready(self) -> None:
        """Stops the start when the configured digest does not exist. Raises ConfigurationError."""
        if settings.AUDIT_HASH not in ALGORITHMS:
            raise ConfigurationError(f"环境变量 AUDIT_HASH={settings.AUDIT_HASH!r} 无法识别：请写 sha256 或 sm3。")
