"""tell_many: the same as tell for each, by a number of statements that does not grow."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shenguan import notify
from shenguan.notify import Telling
from shenguan.notify.actions.messages import SENDING_TASK
from shenguan.notify.models import Message, Notice
from tests.factories.ground import StaffFactory

pytestmark = pytest.mark.django_db


def about(staff, **changes) -> Telling:
    given = {"kind": "push.received", "title": "歌舞厅许可", "body": "请认领。", "url": "/p/1", "case_number": "A-1"}
    return Telling(staff, **(given | changes))


def rows(model, *without: str) -> list[dict]:
    """Everything kept in a table, but for what differs between two rows that say the same."""
    return list(model.objects.order_by("pk").values(*({field.name for field in model._meta.fields} - {*without})))


def test_it_does_for_each_what_tell_does(clock):
    staff, other = StaffFactory(), StaffFactory(mobile="")
    for person in (staff, other):
        notify.tell(
            person, kind="push.received", title="许可", body="请认领。", url="/p/1", case_number="A-1", urgent=True
        )
    one_by_one = rows(Notice, "id"), rows(Message, "id", "uid")
    Notice.objects.all().delete()
    Message.objects.all().delete()
    notify.tell_many(
        Telling(person, "push.received", "许可", "请认领。", "/p/1", "A-1", urgent=True) for person in (staff, other)
    )
    assert (rows(Notice, "id"), rows(Message, "id", "uid")) == one_by_one


def test_it_keeps_the_order():
    first, second = StaffFactory(), StaffFactory()
    notify.tell_many([about(second), about(first), about(second, title="再次")])
    kept = Notice.objects.order_by("pk").values_list("staff", "title")
    assert list(kept) == [(second.pk, "歌舞厅许可"), (first.pk, "歌舞厅许可"), (second.pk, "再次")]


def test_it_takes_as_many_statements_for_thirty_people_as_for_two():
    people = StaffFactory.create_batch(30)
    with CaptureQueriesContext(connection) as for_two:
        notify.tell_many([about(person) for person in people[:2]])
    with CaptureQueriesContext(connection) as for_thirty:
        notify.tell_many([about(person) for person in people])
    assert len(for_thirty) == len(for_two)


def test_nobody_is_nothing(committing, nudges):
    with committing():
        notify.tell_many([])
    assert nudges == []
    assert not Notice.objects.exists()


def test_it_wakes_the_sender_once(committing, nudges):
    with committing():
        notify.tell_many([about(StaffFactory()), about(StaffFactory(), urgent=True)])
    assert nudges == [SENDING_TASK]


def test_it_wakes_nobody_when_no_message_leaves_the_house(committing, nudges):
    with committing():
        notify.tell_many([about(StaffFactory(mobile=""), urgent=True)])
    assert nudges == []
