"""Telling a colleague, and the colleague reading it."""

from django.db import transaction
from django.utils import timezone

from shenguan.access.actors import Actor
from shenguan.notify.actions.messages import queue_sms
from shenguan.notify.models import Notice
from shenguan.notify.templates import template_for
from shenguan.org.models import Staff


@transaction.atomic(savepoint=False)
def tell(
    staff: Staff, *, kind: str, title: str, body: str, url: str = "", case_number: str = "", urgent: bool = False
) -> Notice:
    """A line under the person's bell and a short message to their mobile, both kept only if the caller commits.

    `kind` chooses the registered text of the message (notify.templates); `url` is a path of this portal.
    Title and body hold no ID number and no phone. People who left get the line (for the record) but no message.
    """
    notice = Notice.objects.create(
        staff=staff,
        kind=kind,
        title=title[:200],
        body=body,
        url=url,
        case_number=case_number,
        urgent=urgent,
    )
    if staff.is_active and staff.mobile:
        queue_sms(
            name=staff.name,
            mobile=staff.mobile,
            template=template_for(kind),
            title=title,
            body=body,
            case_number=case_number,
            urgent=urgent,
            recipient_key=staff.username,
        )
    return notice


def mark_read(notice: Notice, *, by: Actor) -> bool:
    """Notes the first reading by the person it was for. False when it was read before, or is not theirs."""
    own = Notice.objects.of(by.staff).unread().filter(pk=notice.pk)
    return own.update(read_at=timezone.now()) == 1


def mark_all_read(*, by: Actor) -> int:
    """Reads everything under the person's own bell; returns how many lines were new."""
    return Notice.objects.of(by.staff).unread().update(read_at=timezone.now())
