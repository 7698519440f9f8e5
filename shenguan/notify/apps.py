"""Application configuration."""

from django.apps import AppConfig
from django.conf import settings

from shenguan.env import ConfigurationError
from shenguan.notify.gateways import GATEWAYS


class NotifyConfig(AppConfig):
    name = "shenguan.notify"
    label = "notify"
    verbose_name = "消息"

    def ready(self) -> None:
        """Stops the start when the configured gateway does not exist. Raises ConfigurationError."""
        if settings.SMS_GATEWAY not in GATEWAYS:
            offer = "、".join(GATEWAYS)
            raise ConfigurationError(f"环境变量 SMS_GATEWAY={settings.SMS_GATEWAY!r} 无法识别：可用 {offer}。")
