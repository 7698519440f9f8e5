"""What a department's system sent, compared with what arrived."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from linkage.actions import day_sheets
from linkage.models import DaySheet, Discrepancy
from linkage.reconciliation import sent
from linkage.selectors import reconciliation
from supervision.models import Inspection
from tests.factories.access import MachineClientFactory, calling_as
from tests.factories.linkage import EndpointFactory
from tests.factories.supervision import ClueFactory, InspectionFactory, PenaltyFactory
from tests.linkage.conftest import City, route_all
from tests.linkage.reconciliation.test_day_sheets import FRIDAY

pytestmark = pytest.mark.django_db
HERE = "/api/v1/reconciliation/"
OWN = Inspection.Source.OWN_SYSTEM


@pytest.fixture
def system(city: City) -> APIClient:
    """The department's own system."""
    return calling_as(MachineClientFactory(department=city.entry.department))


def inspected(city: City, number: str = "JC-1") -> None:
    InspectionFactory(object__department=city.entry.department, source=OWN, source_inspection_id=number)


@pytest.fixture
def closed(city: City, clock: time_machine.Traveller) -> City:
    """One reported inspection of Friday; the day is closed."""
    EndpointFactory(department=city.entry.department)
    inspected(city)
    clock.shift(timedelta(days=1))
    day_sheets.close_day(FRIDAY)
    return city


def post(system: APIClient, *lines: str) -> Any:
    body = {"date": "2026-11-20", "direction": "sent", "count": len(lines), "lines": list(lines)}
    return system.post(HERE, body, format="json").json()


def test_it_counts_what_each_kind_of_report_brought(city: City, system: APIClient, clock: time_machine.Traveller):
    department, push = city.entry.department, city.route()
    inspected(city, "JC 1:2")
    PenaltyFactory(department=department, source_penalty_id="ZF-1")
    ClueFactory(reporting_department=department, source_number="RX-1", reported_at=push.pushed_at)
    assert (
        system.post(f"/api/v1/pushes/{push.number}/feedback/", {"text": "无证经营"}, format="json").status_code == 200
    )
    route_all()

    assert sent.lines(department, FRIDAY) == [
        "clue/RX-1:1",
        f"feedback/{push.number}:1",
        "inspection/JC%201%3A2:1",
        "penalty/ZF-1:1",
    ]


def test_it_counts_nothing_that_people_wrote_here_or_others_sent(city: City):
    InspectionFactory(object__department=city.entry.department)
    PenaltyFactory()
    ClueFactory(department=city.entry.department)

    assert sent.lines(city.entry.department, FRIDAY) == []


def test_it_agrees(closed: City, system: APIClient):
    assert post(system, "inspection/JC-1")["result"] == "matched"


def test_it_names_what_did_not_arrive(closed: City, system: APIClient):
    answer = post(system, "inspection/JC-1", "penalty/ZF-9")

    assert [(row["kind"], row["number"]) for row in answer["differences"]] == [("sent_not_here", "penalty/ZF-9")]
    row = Discrepancy.objects.get()
    assert (row.kind, row.label, row.department) == ("sent_not_here", "行政处罚 ZF-9", closed.entry.department)


def test_it_names_what_they_do_not_know(closed: City, system: APIClient):
    assert post(system)["differences"][0]["kind"] == "here_not_sent"


def test_what_came_on_another_day_is_no_difference(closed: City, system: APIClient):
    inspected(closed, "JC-2")

    assert post(system, "inspection/JC-1", "inspection/JC-2")["result"] == "matched"


def test_a_difference_vanishes_once_it_was_sent_again(closed: City, system: APIClient):
    post(system, "inspection/JC-1", "inspection/JC 3".replace(" ", "%20"))
    inspected(closed, "JC 3")

    post(system, "inspection/JC-1", "inspection/JC%203")

    assert Discrepancy.objects.get().state == "vanished"


def test_another_departments_report_is_none_of_theirs(closed: City, system: APIClient):
    InspectionFactory(source=OWN, source_inspection_id="JC-5")

    assert post(system, "inspection/JC-1", "inspection/JC-5")["differences"][0]["kind"] == "sent_not_here"


def test_our_side_stands_beside_the_two_directions(closed: City, system: APIClient):
    answer = system.get(f"{HERE}?date=2026-11-20").json()

    assert [side["direction"] for side in answer["directions"]] == ["forward", "reverse"]
    assert (answer["sent"]["direction"], answer["sent"]["count"]) == ("sent", 1)


def test_its_lines_are_given_on_request_only(closed: City, system: APIClient):
    lines = system.get(f"{HERE}ids/?date=2026-11-20&direction=sent").json()["results"]

    assert [line["number"] for line in lines] == ["inspection/JC-1"]
    assert system.get(f"{HERE}ids/?date=2026-11-20").json()["results"] == []


def test_a_department_that_never_reports_what_it_sent_is_not_waited_for(closed: City, system: APIClient):
    for direction in ("forward", "reverse"):
        body = {"date": "2026-11-20", "direction": direction, "count": 0, "lines": []}
        assert system.post(HERE, body, format="json").json()["result"] == "matched"

    (line,) = reconciliation.matrix(closed.coordinator, [FRIDAY])
    assert (line.cells[0].state, DaySheet.objects.count()) == ("matched", 3)
