"""Application configuration."""

from django.apps import AppConfig
from django.utils.module_loading import import_string


class NotifyConfig(AppConfig):
    name = "shenguan.notify"
    label = "notify"
    verbose_name = "消息"

    def ready(self) -> None:
        """Stops the start when a configured gateway does not exist or cannot work. Raises ConfigurationError."""
        import_string("shenguan.notify.channels.check")()
