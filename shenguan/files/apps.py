"""Application configuration."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "shenguan.files"
    label = "files"
    verbose_name = "文件"
