"""Application configuration."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "shenguan.ui"
    label = "ui"
    verbose_name = "界面"
