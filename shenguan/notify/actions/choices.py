"""A person choosing channels."""

from collections.abc import Collection

from django.db import transaction

from shenguan import audit
from shenguan.access.actors import Actor
from shenguan.notify.choices import CHANNELS
from shenguan.notify.groups import GROUPS
from shenguan.notify.models import ChannelChoice
from shenguan.org.models import Staff


@transaction.atomic
def choose_channels(wanted: Collection[tuple[str, str]], *, by: Actor) -> None:
    """Keeps which (group, channel) the person who asks wants; only what differs from the defaults is stored."""
    staff = Staff.objects.get(username=by.key)
    ChannelChoice.objects.filter(staff=staff).delete()
    ChannelChoice.objects.bulk_create(
        ChannelChoice(staff=staff, group=group.code, channel=channel, is_on=(group.code, channel) in wanted)
        for group in GROUPS
        for channel in CHANNELS
        if ((group.code, channel) in wanted) != (channel in group.channels)
    )
    known = {(group.code, channel) for group in GROUPS for channel in CHANNELS}
    chosen = [f"{group} {channel}" for group, channel in sorted(known & set(wanted))]
    audit.record("notice.choose_channels", by=by, target=staff, detail={"channels": chosen})
