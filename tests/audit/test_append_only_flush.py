"""Transactional tests can clean up after themselves, and the refusal stands again afterwards."""

import pytest
from django.db import IntegrityError, transaction

from shenguan import events
from shenguan.access.actors import Actor
from shenguan.events.models import Event

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("run", ["first", "second"])
def test_each_run_starts_empty_and_refuses_changes(run):
    assert not Event.objects.exists()
    events.record("application.noted", by=Actor.system("test"), summary=run)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Event.objects.update(summary="改")
