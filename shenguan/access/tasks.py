"""Nightly clean-up of what only mattered for a while (RULES R11.10)."""

from celery import shared_task
from django.core.management import call_command

from shenguan.access.api.idempotency import forget_old_keys


@shared_task(name="shenguan.access.tasks.clear_expired")
def clear_expired() -> None:
    """Deletes expired sessions, tokens and remembered answers; safe to run at any time."""
    call_command("clearsessions")
    call_command("cleartokens")
    forget_old_keys()
