"""Application configuration."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "shenguan.events"
    label = "events"
    verbose_name = "事件日志"
