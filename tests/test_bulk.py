"""bulk: the rows bulk_create and bulk_update would write, whatever the engine."""

import uuid
from datetime import date
from typing import NamedTuple

import pytest
from django.db import DatabaseError, transaction

from shenguan import audit, bulk
from shenguan.audit.models import AuditPending
from shenguan.events.models import Event
from shenguan.notify.models import Message, ShortLink
from shenguan.workdays.models import Deadline
from supervision.models import SupervisedObject
from tests.factories.credit import SubjectFactory
from tests.factories.supervision import SupervisionItemFactory

pytestmark = pytest.mark.django_db
MANY = 10


def event(n: int, **changes: object) -> Event:
    values = {"kind": "a.b", "summary": f"第{n}条", "actor_kind": "system", "actor_key": "t", "actor_name": "系统"}
    return Event(**values | changes)


@pytest.mark.parametrize("count", [1, MANY])
def test_it_gives_rows_their_keys_in_their_order(count):
    rows = bulk.create(event(n, payload={"n": n, "名": None}) for n in range(count))
    kept = list(Event.objects.order_by("id"))
    assert [(row.pk, row.summary, row.payload, row.event_id) for row in kept] == [
        (row.pk, row.summary, row.payload, row.event_id) for row in rows
    ]
    assert not any(row._state.adding for row in rows)


def test_it_writes_nothing_for_no_rows(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert bulk.create([]) == []


def test_it_keeps_nulls_dates_and_marks_of_any_script():
    marks = '引号\'\\与{大括号}，"%s" 与换行\n'
    bulk.create(
        Deadline(kind="k", case_number=marks, start_on=date(2026, 11, 20), amount=n + 1, unit="wd", law=marks,
                 due_on=date(2026, 11, 23), raw_due_on=date(2026, 11, 23), provisional=bool(n % 2))
        for n in range(MANY)
    )  # fmt: skip
    kept = list(Deadline.objects.order_by("id"))
    assert {(row.case_number, row.law, row.met_on, row.extension) for row in kept} == {(marks, marks, None, None)}
    assert [row.provisional for row in kept] == [bool(n % 2) for n in range(MANY)]


def test_it_encrypts_what_the_model_encrypts():
    bulk.create(
        Message(channel="sms", address=f"1380000{n:04d}", template_code="general", text="正文") for n in range(MANY)
    )
    assert [row.address for row in Message.objects.order_by("id")] == [f"1380000{n:04d}" for n in range(MANY)]


def test_it_stamps_the_moment_of_creation(clock):
    item = SupervisionItemFactory()
    rows = bulk.create(
        SupervisedObject(subject=subject, item=item, department=item.department, case_number="A-1")
        for subject in SubjectFactory.create_batch(MANY)
    )
    kept = SupervisedObject.objects.order_by("id").first()
    assert kept is not None
    assert kept.registered_at == rows[0].registered_at
    assert kept.registered_at.isoformat() == "2026-11-20T01:30:00+00:00"


def test_it_cuts_no_text_that_is_too_long():
    """An engine that knows lengths refuses it; one that does not keeps it whole."""
    long = "长" * 61
    try:
        with transaction.atomic():
            bulk.create(event(n, kind=long) for n in range(MANY))
    except DatabaseError:
        assert not Event.objects.exists()
    else:
        assert set(Event.objects.values_list("kind", flat=True)) == {long}


def test_it_refuses_what_a_constraint_refuses():
    same = uuid.uuid4()
    with pytest.raises(DatabaseError), transaction.atomic():
        bulk.create(event(n, event_id=same) for n in range(MANY))
    assert not Event.objects.exists()


def test_it_writes_rows_whose_key_is_given():
    assert AuditPending._meta.pk.attname == "entry_id"
    assert bulk._plan(AuditPending).made_key is None


class Kept(NamedTuple):
    """Some columns of Event."""

    kind: str
    summary: str
    actor_kind: str = "system"
    actor_key: str = "t"
    actor_name: str = "系统"
    payload: dict[str, object] | None = None


def test_it_inserts_tuples_with_the_models_defaults():
    marks = '引号\'\\与{大括号}，"%s" 与换行\n'
    keys = bulk.insert(Event, [Kept("a.b", marks, payload={"名": marks, "n": n}) for n in range(MANY)])
    kept = list(Event.objects.order_by("id"))
    assert [row.pk for row in kept] == keys
    assert [(row.summary, row.payload) for row in kept] == [(marks, {"名": marks, "n": n}) for n in range(MANY)]
    assert {(row.visibility, row.case_number, row.subject_id) for row in kept} == {("both", "", None)}
    assert len({row.event_id for row in kept}) == MANY


class Queued(NamedTuple):
    """The column of AuditPending."""

    entry_id: int


def test_it_answers_with_the_keys_it_was_given(system):
    entry = audit.record("x.y", by=system)
    AuditPending.objects.all().delete()
    assert bulk.insert(AuditPending, [Queued(entry.pk)]) == [entry.pk]


class Link(NamedTuple):
    """Columns of ShortLink."""

    code: str
    path: str


def test_it_leaves_out_what_is_known_when_told_to():
    bulk.insert(ShortLink, [Link("A", "/a/")])
    bulk.insert(ShortLink, [Link("B", "/a/"), Link("C", "/c/")], skip_known=True)
    assert set(ShortLink.objects.values_list("code", "path")) == {("A", "/a/"), ("C", "/c/")}


def test_it_updates_each_row_with_its_own_values(django_assert_max_num_queries):
    rows = bulk.create(Message(channel="sms", address="1", template_code="g", text="x") for _ in range(MANY))
    others = bulk.create([Message(channel="sms", address="1", template_code="g", text="x")])
    for n, row in enumerate(rows):
        row.text, row.attempts, row.act_by = f"第{n}条", n, date(2026, 11, 23) if n % 2 else None
    with django_assert_max_num_queries(3):
        bulk.update(rows, ["text", "act_by"])
    kept = Message.objects.order_by("id")[:MANY]
    assert [(row.text, row.act_by) for row in kept] == [(row.text, row.act_by) for row in rows]
    assert {row.attempts for row in kept} == {0}
    assert Message.objects.get(pk=others[0].pk).text == "x"


def test_it_updates_nothing_for_no_rows(django_assert_num_queries):
    with django_assert_num_queries(0):
        bulk.update([], ["text"])
