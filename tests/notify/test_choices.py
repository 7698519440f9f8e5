"""Which kinds by which channel: defaults, choices, and what cannot be declined."""

import pytest

from shenguan import notify
from shenguan.access.actors import Actor
from shenguan.audit.models import AuditEntry
from shenguan.notify.actions.choices import choose_channels
from shenguan.notify.groups import DUTY, REMINDER, SYSTEM, WORK, group_of
from shenguan.notify.models import ChannelChoice, Message, Notice
from tests.factories.ground import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    """Somebody with a mobile and a mailbox."""
    return StaffFactory(email="li@example.gov.cn")


def choose(staff, *wanted: tuple[str, str]) -> None:
    choose_channels(wanted, by=Actor.of_staff(staff, ip="127.0.0.1"))


def channels(staff, kind: str, **changes) -> set[str]:
    """By which channels a notice of this kind leaves the house."""
    notify.tell(staff, kind=kind, title="许可", body="", **changes)
    assert Notice.objects.exists()
    return set(Message.objects.values_list("channel", flat=True))


@pytest.mark.parametrize(
    ("kind", "group"),
    [
        ("push.received", WORK),
        ("something.new", WORK),
        ("push.overdue", REMINDER),
        ("push.returned", DUTY),
        ("unmapped.opened", DUTY),
        ("delivery.dead", SYSTEM),
    ],
)
def test_every_kind_has_a_group(kind, group):
    assert group_of(kind) is group


def test_new_work_takes_both_channels_by_default(staff):
    assert channels(staff, "push.received") == {"sms", "email"}


def test_a_reminder_takes_the_mobile_only_by_default(staff):
    assert channels(staff, "push.due_soon") == {"sms"}


def test_a_channel_can_be_declined(staff):
    choose(staff, ("work", "email"))
    assert channels(staff, "push.received") == {"email"}


def test_everything_ordinary_can_be_declined(staff):
    choose(staff)
    assert channels(staff, "push.received") == set()


def test_a_choice_is_ones_own(staff):
    choose(StaffFactory(), ("work", "sms"))
    assert channels(staff, "push.received") == {"sms", "email"}


def test_something_urgent_cannot_be_declined(staff):
    choose(staff)
    assert channels(staff, "push.received", urgent=True) == {"sms"}


def test_without_a_mobile_something_urgent_takes_the_mailbox():
    staff = StaffFactory(mobile="", email="li@example.gov.cn")
    choose(staff)
    assert channels(staff, "push.received", urgent=True) == {"email"}


def test_only_departures_from_the_defaults_are_kept(staff):
    choose(staff, *((group, "sms") for group in ("work", "reminder", "duty", "system", "digest")), ("work", "email"))
    assert list(ChannelChoice.objects.values_list("group", "channel", "is_on")) == [("digest", "email", False)]


def test_choosing_again_replaces_the_choice(staff):
    choose(staff)
    choose(staff, ("work", "sms"))
    assert channels(staff, "push.received") == {"sms"}


def test_an_unknown_group_or_channel_is_passed_over(staff):
    choose(staff, ("nonsense", "sms"), ("work", "pigeon"))
    assert set(ChannelChoice.objects.values_list("is_on", flat=True)) == {False}


def test_it_is_audited(staff):
    choose(staff, ("work", "sms"))
    entry = AuditEntry.objects.get(action="notice.choose_channels")
    assert entry.detail == {"channels": ["work sms"]}
