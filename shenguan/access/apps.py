"""Application configuration."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "shenguan.access"
    label = "access"
    verbose_name = "访问控制"
