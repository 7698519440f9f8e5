"""Periodic work of the audit trail."""

from celery import shared_task

from shenguan.audit.actions.sealing import seal_pending


@shared_task(name="shenguan.audit.tasks.seal_audit")
def seal_audit() -> int:
    """Seals what waits."""
    return seal_pending()
