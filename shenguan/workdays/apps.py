"""Application configuration."""

from django.apps import AppConfig


class WorkdaysConfig(AppConfig):
    name = "shenguan.workdays"
    label = "workdays"
    verbose_name = "工作日与时限"
