"""Two clerks at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections
from rest_framework.response import Response
from rest_framework.test import APIClient

from approvals.actions import acceptance, own_system, receipt
from approvals.actions.reported import ReportedCase
from approvals.models import Application, ItemVariant
from credit.models import CreditCheck
from shenguan.access.actors import Actor
from shenguan.events.models import Event
from shenguan.refusals import StateForbids
from tests.factories.access import MachineClientFactory, calling_as
from tests.factories.approvals import ApplicationFactory
from tests.factories.credit import SubjectFactory, uscc_number

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


def test_it_does_the_work_of_one_key_once(variant: ItemVariant) -> None:
    caller = MachineClientFactory(department=variant.item.implementing_department)
    body = {
        "source_case_id": "WJ-1",
        "item_code": variant.item.code,
        "subject": {"kind": "企业", "name": "云州浮光影城有限公司", "uscc": uscc_number(900)},
        "stage": "accepted",
    }
    systems = [calling_as(caller) for _ in range(4)]

    def send(system: APIClient) -> Response:
        return system.post("/api/v1/cases/", body, format="json", headers={"Idempotency-Key": "WJ-1"})

    answers = at_once(*(partial(send, system) for system in systems))

    assert {answer.status_code for answer in answers} <= {201, 409}
    taken = [answer for answer in answers if answer.status_code == 201]
    assert [answer.headers.get("Idempotency-Replayed") for answer in taken].count(None) == 1
    assert len({answer.json()["number"] for answer in taken}) == 1
    assert all(answer.json()["code"] == "idempotency_in_progress" for answer in answers if answer.status_code == 409)
    assert Application.objects.count() == CreditCheck.objects.count() == 1
    assert Event.objects.filter(kind="approval.accepted").count() == 1
