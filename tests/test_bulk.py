"""bulk.create: the rows bulk_create would write, whatever the engine."""

import uuid
from datetime import date

import pytest
from django.db import DatabaseError, transaction

from shenguan import bulk
from shenguan.audit.models import AuditPending
from shenguan.events.models import Event
from shenguan.notify.models import Message
from shenguan.workdays.models import Deadline
from supervision.models import SupervisedObject
from tests.factories.credit import SubjectFactory
from tests.factories.supervision import SupervisionItemFactory

pytestmark = pytest.mark.django_db
MANY = bulk.FEW + 2


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
