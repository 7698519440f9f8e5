"""Who gets what by which channel: the defaults of the groups, and what people chose instead."""

from collections.abc import Iterable
from dataclasses import dataclass

from shenguan.notify.groups import EMAIL, GROUPS, SMS, Group, group_of
from shenguan.notify.models import ChannelChoice
from shenguan.notify.telling import Telling
from shenguan.org.models import Staff

CHANNELS = (SMS, EMAIL)


@dataclass(frozen=True)
class Choices:
    """The departures from the defaults of some people."""

    chosen: dict[tuple[int, str, str], bool]

    @classmethod
    def of(cls, people: Iterable[Staff]) -> "Choices":
        """One query."""
        rows = ChannelChoice.objects.filter(staff__in={person.pk for person in people})
        return cls({(row.staff_id, row.group, row.channel): row.is_on for row in rows})

    def is_on(self, staff: Staff, group: Group, channel: str) -> bool:
        """Whether this person wants this group by this channel."""
        return self.chosen.get((staff.pk, group.code, channel), channel in group.channels)

    def leads(self, telling: Telling, channel: str) -> bool:
        """Whether a telling takes this channel. What is urgent cannot be declined: it always takes the mobile, or the
        mailbox of somebody without one."""
        if telling.urgent and channel == (SMS if telling.staff.mobile else EMAIL):
            return True
        return self.is_on(telling.staff, group_of(telling.kind), channel)


def table_of(staff: Staff) -> list[tuple[Group, dict[str, bool]]]:
    """Everything one person may choose, as it stands."""
    choices = Choices.of([staff])
    return [(group, {channel: choices.is_on(staff, group, channel) for channel in CHANNELS}) for group in GROUPS]
