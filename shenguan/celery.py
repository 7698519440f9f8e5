"""The Celery application. Tasks hold no rules: they call actions and may run at any time, any number of times."""

import os
from typing import Any

from celery import Celery, Task

from shenguan import broker
from shenguan.events import nudge

broker.install()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shenguan.settings")


class PortalTask(Task):
    """Base of every task: tells the nudge that its message has arrived, before the run reads any row."""

    def before_start(self, task_id: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Called by the worker at the start of a run."""
        nudge.arrived(self.name)


app = Celery("shenguan", task_cls=PortalTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
