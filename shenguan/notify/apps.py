"""Application configuration."""

from django.apps import AppConfig
from django.utils.module_loading import import_string

from shenguan.audit.labels import register_labels


class NotifyConfig(AppConfig):
    name = "shenguan.notify"
    label = "notify"
    verbose_name = "消息"

    def ready(self) -> None:
        """Stops the start when a configured gateway does not exist or cannot work. Raises ConfigurationError."""
        register_labels(
            {"notice.choose_channels": "调整通知设置", "message.resend": "重发短信或邮件", "link.open": "以监管码打开"}
        )
        import_string("shenguan.notify.channels.check")()
