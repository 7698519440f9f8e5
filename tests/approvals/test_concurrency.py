"""Two clerks at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections

from approvals.actions import acceptance, own_system, receipt
from approvals.actions.own_system import ReportedCase
from approvals.models import Application, ItemVariant
from shenguan.access.actors import Actor
from shenguan.events.models import Event
from shenguan.refusals import StateForbids
from tests.factories.access import MachineClientFactory
from tests.factories.approvals import ApplicationFactory
from tests.factories.credit import SubjectFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="threads cannot share an in-memory SQLite database"),
]


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Results of the calls, begun together; a refusal counts as a result."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return call()
        except StateForbids as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_it_accepts_once(variant: ItemVariant, clerk: Actor) -> None:
    application = ApplicationFactory(received=True, variant=variant)

    def accept() -> Application:
        return acceptance.accept(Application.objects.get(pk=application.pk), by=clerk)

    results = at_once(accept, accept)

    assert sum(isinstance(result, StateForbids) for result in results) == 1
    assert Event.objects.filter(kind="approval.accepted").count() == 1
    assert application.documents.count() == 1


def test_it_gives_no_number_twice(variant: ItemVariant, clerk: Actor) -> None:
    drafts = ApplicationFactory.create_batch(4, variant=variant)

    results = at_once(*(lambda draft=draft: receipt.receive(draft, by=clerk) for draft in drafts))

    assert sorted(int(case.number[-4:]) for case in results) == [1, 2, 3, 4]


def test_it_takes_a_reported_case_in_once(variant: ItemVariant) -> None:
    by = Actor.of_client(MachineClientFactory(department=variant.item.implementing_department))
    subject = SubjectFactory()
    case = ReportedCase(source_case_id="WJ-1", item_code=variant.item.code, stage="accepted")

    def report() -> tuple[Application, bool]:
        return own_system.report_case(by=by, subject=subject, case=case)

    results = at_once(report, report)

    assert sorted(is_new for _, is_new in results) == [False, True]
    assert Event.objects.filter(kind="approval.accepted").count() == 1
