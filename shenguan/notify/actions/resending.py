"""Sending again what did not arrive."""

from django.db import transaction
from django.utils import timezone

from shenguan import audit
from shenguan.access.actors import Actor
from shenguan.notify import hours
from shenguan.notify.actions.messages import queue_one
from shenguan.notify.channels import OUTSIDE
from shenguan.notify.letters import Letter
from shenguan.notify.models import Message
from shenguan.org.models import Staff
from shenguan.refusals import Invalid, StateForbids

COPIED = (
    "channel",
    "kind",
    "recipient_key",
    "recipient_name",
    "template_code",
    "subject",
    "text",
    "variables",
    "case_number",
    "act_by",
    "urgent",
)


@transaction.atomic
def resend(message: Message, *, by: Actor) -> Message:
    """A new message with the same words, to the address now on record; the old one stays as it ended.

    Raises StateForbids when it has not failed or was sent again already, Invalid when the person cannot be reached.
    """
    old = Message.objects.select_for_update().get(pk=message.pk)
    if not old.did_not_arrive:
        text = f"这条消息的状态是“{old.get_state_display()}”，只有发送失败或未送达的可以重发。"
        raise StateForbids(text, state=old.state, allowed=[])
    if Message.objects.filter(resend_of=old).exists():
        raise StateForbids("这条消息已经重发过，请查看重发的那一条。", state=old.state, allowed=[])
    now = timezone.now()
    due_at = now if old.urgent else hours.next_opening(now)
    copied = {name: getattr(old, name) for name in COPIED}
    new = queue_one(Letter(address=_address(old), due_at=due_at, resend_of_id=old.pk, **copied))
    audit.record("message.resend", by=by, target=new, detail={"instead_of": str(old.uid)})
    return new


def _address(old: Message) -> str:
    """A colleague's number may have been corrected since; a contact's is the one that was given."""
    if not old.recipient_key:
        return old.address
    staff = Staff.objects.filter(username=old.recipient_key).first()
    address = OUTSIDE[old.channel].address_of(staff) if staff else ""
    if not address:
        raise Invalid(f"接收人已离岗，或没有登记{'手机' if old.channel == Message.Channel.SMS else '邮箱'}，无法重发。")
    return address
