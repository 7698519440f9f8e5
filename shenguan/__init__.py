"""审管联动平台: the project package and the ground floor every app stands on."""

from shenguan.celery import app as celery_app

__all__ = ["celery_app"]
