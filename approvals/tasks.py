"""Periodic work of the approval side. Tasks hold no rules."""

from celery import shared_task

from approvals.actions import clocks, credit_checks


@shared_task(name="approvals.tasks.run_clocks")
def run_clocks() -> None:
    """Deemed acceptance and overdue tolerance."""
    clocks.run()


@shared_task(name="approvals.tasks.retry_credit_checks")
def retry_credit_checks() -> None:
    """Asks again where the credit source was out of reach."""
    credit_checks.retry_unchecked()
