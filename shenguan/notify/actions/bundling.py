"""Merging: at most one ordinary message per person, channel and settings.NOTIFY_BUNDLE_MINUTES, with counts.

What was merged stays as a row that points to the message that carried it. After an outage of this job, or a weekend,
everything that waited for a person still becomes one message.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from shenguan import bulk
from shenguan.notify import hours
from shenguan.notify.channels import OUTSIDE
from shenguan.notify.letters import Letter
from shenguan.notify.models import GatewayState, Message, SendingPace
from shenguan.notify.templates import BUNDLE, DIGEST, template_for

PEOPLE = 200  # in one transaction
MERGED = ["state", "bundling", "bundled_in", "due_at"]
Key = tuple[str, str]  # channel, recipient


@transaction.atomic
def bundle_due() -> int:
    """Releases the waiting messages of some people whose turn it is; how many people. Zero outside the hours.

    Two workers never serve the same person at once: the row of SendingPace is the lock.
    """
    now = timezone.now()
    if not hours.are_open(now):
        return 0
    paces = _lock(_whose_turn(now), now)
    waiting: dict[Key, list[Message]] = defaultdict(list)
    people = Message.objects.bundling().filter(recipient_key__in={key for _, key in paces})
    for message in people.order_by("pk").select_for_update():
        waiting[message.channel, message.recipient_key].append(message)
    groups = {key: waiting[key] for key in paces if key in waiting}
    _release(groups, now)
    pause = timedelta(minutes=settings.NOTIFY_BUNDLE_MINUTES)
    SendingPace.objects.filter(pk__in=[paces[key].pk for key in groups]).update(next_at=now + pause)
    return len(groups)


def _whose_turn(now: datetime) -> list[Key]:
    """People with something due whose last message is long enough ago, by channels that are not paused.

    Compared here, not joined: a planner always thinks that hardly anybody has been served since it last counted, and
    compares everybody who waits with everybody who was.
    """
    resting = set(SendingPace.objects.filter(next_at__gt=now).values_list("channel", "recipient_key"))
    paused = GatewayState.objects.filter(paused_until__isnull=False).values("channel")
    due = Message.objects.bundling().filter(due_at__lte=now).exclude(channel__in=paused)
    people = due.order_by().values_list("channel", "recipient_key").distinct()
    return list(islice((key for key in people if key not in resting), PEOPLE))


def _lock(keys: Sequence[Key], now: datetime) -> dict[Key, SendingPace]:
    """The locked rows of these people, without those another worker serves at this moment."""
    if not keys:
        return {}
    SendingPace.objects.bulk_create(
        (SendingPace(channel=channel, recipient_key=key, next_at=now) for channel, key in sorted(keys)),
        ignore_conflicts=True,
    )
    rows = SendingPace.objects.filter(recipient_key__in={key for _, key in keys}, next_at__lte=now)
    locked = rows.order_by("channel", "recipient_key").select_for_update(skip_locked=True)
    wanted = set(keys)
    return {(row.channel, row.recipient_key): row for row in locked if (row.channel, row.recipient_key) in wanted}


def _release(groups: dict[Key, list[Message]], now: datetime) -> None:
    """A lone message leaves as it is; several are merged into a new one."""
    letters = {key: _carrier(rows) for key, rows in groups.items() if len(rows) > 1}
    carriers = dict(zip(letters, bulk.insert(Message, letters.values()), strict=True))
    for key, rows in groups.items():
        for row in rows:
            row.bundling, row.due_at = False, now
            if key in carriers:
                row.state, row.bundled_in_id = Message.State.BUNDLED, carriers[key]
    bulk.update([row for rows in groups.values() for row in rows], MERGED)


def _carrier(rows: Sequence[Message]) -> Letter:
    """One message in place of several to the same person. The newest address counts, and the newest digest."""
    newest = rows[-1]
    template, variables = BUNDLE, summary([row for row in rows if row.kind != DIGEST.code])
    if digests := [row for row in rows if row.kind == DIGEST.code]:
        news = f"另有新消息 {variables['total']} 条{variables['due']}。" if len(digests) < len(rows) else ""
        template, variables = DIGEST, {**digests[-1].template_variables, "news": news}
    letter = OUTSIDE[newest.channel].compose(template, variables, newest.recipient_name, newest.address)
    return letter._replace(
        recipient_key=newest.recipient_key,
        case_number=newest.case_number if len({row.case_number for row in rows}) == 1 else "",
        act_by=min((row.act_by for row in rows if row.act_by), default=None),
    )


def summary(rows: Sequence[Message]) -> dict[str, str]:
    """The variables of the merged text: how many of what, and the first deadline among them."""
    counts = Counter(template_for(row.kind).label for row in rows)
    parts = "、".join(f"{label} {count} 条" for label, count in counts.most_common())
    first = min((row.act_by for row in rows if row.act_by), default=None)
    return {
        "total": str(len(rows)),
        "what": next(iter(counts)) if len(counts) == 1 else f"新消息（{parts}）",
        "due": f"，最近到期 {first.month}月{first.day}日" if first else "",
    }
