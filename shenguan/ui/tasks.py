"""Periodic tasks of the ui app."""

from celery import shared_task
from django.utils import timezone

from shenguan.ui.models import BeatMark


@shared_task(name="shenguan.ui.tasks.beat_alive")
def beat_alive() -> None:
    """Notes that a message of the timer reached a worker; /readyz/ reports its age."""
    BeatMark.objects.update_or_create(name="beat", defaults={"seen_at": timezone.now()})
