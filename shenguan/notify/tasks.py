"""Periodic and nudged work of the outbox."""

from celery import shared_task

from shenguan.notify.actions.digests import send_digests
from shenguan.notify.actions.sending import send_due


@shared_task(name="shenguan.notify.tasks.send_due_notices")
def send_due_notices() -> int:
    """Sends what is due. The digest of the day first, so that it leaves with what waited over night."""
    send_digests()
    return send_due()
