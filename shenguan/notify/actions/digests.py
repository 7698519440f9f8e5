"""The daily digest: once a working day, when the hours begin, what everybody has to do."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from shenguan.notify import digests, hours
from shenguan.notify.actions.messages import queue
from shenguan.notify.channels import OUTSIDE
from shenguan.notify.channels.base import OutsideChannel
from shenguan.notify.choices import Choices
from shenguan.notify.digests import Workload
from shenguan.notify.groups import DIGEST as GROUP
from shenguan.notify.groups import SMS
from shenguan.notify.letters import Letter
from shenguan.notify.models import DigestRun
from shenguan.notify.templates import DIGEST
from shenguan.org.absences import away_on
from shenguan.org.models import Staff
from shenguan.workdays import calendar


def send_digests() -> int:
    """Queues today's digest once; how many messages. Safe at any time and beside other workers.

    A job that did not run in the morning catches up the same day, within the hours; a day that is over is not made up
    for: its numbers are stale, and the next digest has them all. Whoever also has news waiting gets both in one.
    """
    now, today = timezone.now(), calendar.today()
    if not hours.are_open(now) or DigestRun.objects.filter(day=today).exists():
        return 0
    try:
        with transaction.atomic():
            run = DigestRun.objects.create(day=today)
            messages = _messages()
            run.people = len({message.recipient_key for message in messages})
            run.save(update_fields=["people"])
            queue(messages)
    except IntegrityError:  # another worker was first
        return 0
    return len(messages)


def _messages() -> list[Letter]:
    workloads = _handed_on(digests.workloads(calendar.today()))
    people = list(Staff.objects.filter(pk__in=workloads, status=Staff.Status.ON_DUTY).order_by("pk"))
    choices = Choices.of(people)
    return [
        _message(staff, channel, workloads[staff.pk])
        for staff in people
        for channel in OUTSIDE.values()
        if channel.address_of(staff) and choices.is_on(staff, GROUP, channel.name)
        # nobody is texted every day about work that is neither due nor late; the mailbox may have it
        if channel.name != SMS or workloads[staff.pk].due_today or workloads[staff.pk].overdue
    ]


def _handed_on(workloads: dict[int, Workload]) -> dict[int, Workload]:
    """The work of people on leave is told to whoever stands in for them; to themselves where nobody does."""
    away = away_on()
    handed = dict(workloads)
    for person in away.keys() & workloads.keys():
        stand_in = away[person]
        if stand_in is not None and stand_in.is_active and stand_in.pk not in away:
            handed[stand_in.pk] = handed.get(stand_in.pk, Workload()) + handed.pop(person)
    return handed


def _message(staff: Staff, channel: OutsideChannel, workload: Workload) -> Letter:
    variables = {
        "open": str(workload.open),
        "today": str(workload.due_today),
        "overdue": str(workload.overdue),
        "news": "",
    }
    letter = channel.compose(DIGEST, variables, staff.name, channel.address_of(staff))
    return letter._replace(kind=DIGEST.code, recipient_key=staff.username, bundling=True)
