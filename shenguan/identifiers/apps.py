"""Application configuration."""

from django.apps import AppConfig


class IdentifiersConfig(AppConfig):
    name = "shenguan.identifiers"
    label = "identifiers"
    verbose_name = "编号与标识"
