"""Daily comparison through the machine interface: our side, its lines, their side, the differences."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from linkage.actions import day_sheets
from linkage.models import DayReport, DaySheet, Discrepancy, Push
from linkage.reconciliation import days
from shenguan.notify.models import Notice
from tests.factories.access import MachineClientFactory, calling_as
from tests.factories.linkage import EndpointFactory, PushFactory
from tests.linkage.conftest import City
from tests.linkage.reconciliation.test_day_sheets import FRIDAY

pytestmark = pytest.mark.django_db
HERE = "/api/v1/reconciliation/"
DAY = f"{HERE}?date=2026-11-20"
LINES = f"{HERE}ids/?date=2026-11-20"


@pytest.fixture
def pushes(city: City, clock: time_machine.Traveller) -> list[Push]:
    """Three pushes of Friday to a department with a system, each in its first version; the day is closed."""
    EndpointFactory(department=city.entry.department)
    made = [PushFactory(entry=city.entry, application=city.application, version=1) for _ in range(3)]
    clock.shift(timedelta(days=1))
    day_sheets.close_day(FRIDAY)
    return made


@pytest.fixture
def system(city: City) -> APIClient:
    """The department's own system."""
    return calling_as(MachineClientFactory(department=city.entry.department))


def lines_of(pushes: list[Push]) -> list[str]:
    return [f"{push.number}:{push.version}" for push in pushes]


def post(system: APIClient, lines: list[str] | None = None, **body: Any) -> Any:
    given = {"date": "2026-11-20", "direction": "forward"} | body
    if lines is not None:
        given |= {"lines": lines, "count": given.get("count", len(lines))}
    return system.post(HERE, given, format="json")


def kinds() -> list[str]:
    return list(Discrepancy.objects.present().order_by("pk").values_list("kind", flat=True))


def test_it_tells_our_side(pushes: list[Push], system: APIClient):
    answer = system.get(DAY).json()

    assert (answer["closed"], answer["date"]) == (True, "2026-11-20")
    forward = answer["directions"][0]
    assert (forward["direction"], forward["count"], forward["report"]) == ("forward", 3, None)
    assert forward["digest"] == days.digest(lines_of(pushes))
    assert (forward["first_sequence"], forward["last_sequence"]) == (pushes[0].sequence, pushes[2].sequence)


def test_today_is_told_as_not_closed(city: City, system: APIClient):
    PushFactory(entry=city.entry, application=city.application)

    answer = system.get(DAY).json()

    assert (answer["closed"], answer["directions"][0]["count"]) == (False, 1)


def test_it_shows_only_the_own_department(pushes: list[Push]):
    stranger = calling_as(MachineClientFactory())

    assert [side["count"] for side in stranger.get(DAY).json()["directions"]] == [0, 0]
    assert stranger.get(LINES).json()["results"] == []


@pytest.mark.parametrize("query", ["", "?date=", "?date=2026-13-01", "?date=2099-01-01"])
def test_it_refuses_days_that_are_none(system: APIClient, query: str):
    answer = system.get(f"{HERE}{query}")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "date")


def test_it_hands_out_the_lines_page_by_page(pushes: list[Push], system: APIClient):
    first = system.get(f"{LINES}&page_size=2").json()
    second = system.get(first["next"]).json()

    numbers = [row["number"] for row in first["results"] + second["results"]]
    assert numbers == sorted(push.number for push in pushes)
    assert (first["previous"], second["next"]) == (None, None)


@pytest.mark.parametrize("cursor", ["x", "-1", "99", "9" * 30])
def test_it_refuses_a_foreign_cursor(pushes: list[Push], system: APIClient, cursor: str):
    assert system.get(f"{LINES}&cursor={cursor}").status_code == 404


def test_it_reads_with_the_reading_scope_only(city: City):
    reader = calling_as(MachineClientFactory(department=city.entry.department), "reconciliation:read")

    assert reader.get(DAY).status_code == 200
    assert post(reader, []).status_code == 403


def test_equal_digests_match_without_lines(pushes: list[Push], system: APIClient):
    answer = post(system, count=3, digest=days.digest(lines_of(pushes))).json()

    assert (answer["result"], answer["difference_count"], kinds()) == ("matched", 0, [])


def test_unequal_digests_ask_for_the_lines(pushes: list[Push], system: APIClient):
    answer = post(system, count=2, digest=days.digest([])).json()

    assert (answer["result"], kinds()) == ("lines_wanted", ["digest_differs"])


def test_lines_name_what_is_missing_there(pushes: list[Push], system: APIClient):
    answer = post(system, lines_of(pushes[:2])).json()

    missing = {"kind": "missing_there", "number": pushes[2].number, "version_here": 1, "version_there": None}
    assert (answer["result"], answer["differences"]) == ("differs", [missing])
    assert Discrepancy.objects.get().push == pushes[2]


def test_lines_name_what_is_missing_here(pushes: list[Push], system: APIClient):
    answer = post(system, [*lines_of(pushes), "TS20261120-9999:1"]).json()

    assert [row["kind"] for row in answer["differences"]] == ["missing_here"]
    assert "没有编号为 TS20261120-9999" in Discrepancy.objects.get().detail


def test_a_push_of_another_day_is_named_with_its_day(
    city: City, pushes: list[Push], system: APIClient, clock: time_machine.Traveller
):
    late = PushFactory(entry=city.entry, application=city.application)

    post(system, [*lines_of(pushes), f"{late.number}:1"])

    assert "计入 2026-11-21" in Discrepancy.objects.get().detail


def test_an_older_version_there_differs(city: City, clock: time_machine.Traveller):
    EndpointFactory(department=city.entry.department)
    push = PushFactory(entry=city.entry, application=city.application, version=3)
    clock.shift(timedelta(days=1))
    day_sheets.close_day(FRIDAY)
    system = calling_as(MachineClientFactory(department=city.entry.department))

    assert [row["kind"] for row in post(system, [f"{push.number}:2"]).json()["differences"]] == ["version_differs"]


def test_a_newer_version_there_is_no_difference(pushes: list[Push], system: APIClient):
    Push.objects.filter(pk=pushes[0].pk).update(version=4)

    answer = post(system, [f"{pushes[0].number}:3", *lines_of(pushes[1:])])

    assert answer.json()["result"] == "matched"


def test_a_version_nobody_wrote_differs(pushes: list[Push], system: APIClient):
    assert post(system, [f"{pushes[0].number}:9", *lines_of(pushes[1:])]).json()["difference_count"] == 1


def test_lines_without_versions_compare_numbers(pushes: list[Push], system: APIClient):
    assert post(system, [push.number for push in pushes]).json()["result"] == "matched"


def test_a_better_report_closes_the_differences(pushes: list[Push], system: APIClient):
    post(system, lines_of(pushes[:1]))
    post(system, lines_of(pushes))

    assert kinds() == []
    assert set(Discrepancy.objects.values_list("state", flat=True)) == {"vanished"}
    assert [report.result for report in DayReport.objects.order_by("pk")] == ["differs", "matched"]


def test_the_lines_answer_the_question_of_the_digest(pushes: list[Push], system: APIClient):
    post(system, count=2, digest=days.digest([]))
    post(system, lines_of(pushes[:2]))

    assert kinds() == ["missing_there"]


def test_the_same_report_twice_keeps_one_row_a_difference(pushes: list[Push], system: APIClient):
    post(system, lines_of(pushes[:2]))
    post(system, lines_of(pushes[:2]))

    assert kinds() == ["missing_there"]


def test_coordinators_hear_once_that_a_day_does_not_agree(city: City, pushes: list[Push], system: APIClient):
    post(system, lines_of(pushes[:2]))
    post(system, lines_of(pushes[:1]))

    assert Notice.objects.filter(kind="reconciliation.differs", staff=city.coordinator).count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"count": 0}, "digest"),
        ({"count": 0, "digest": "abc"}, "digest"),
        ({"lines": ["a b:1"]}, "lines.0"),
        ({"lines": ["TS1:1", "TS1:2"]}, "lines.1"),
        ({"lines": ["TS1:x"]}, "lines.0"),
        ({"lines": ["TS1:1"], "count": 2}, "count"),
        ({"lines": ["TS1:1"], "digest": "0" * 64}, "digest"),
        ({"count": 0, "digest": "0" * 64, "direction": "sideways"}, "direction"),
        ({"count": -1, "digest": "0" * 64}, "count"),
    ],
)
def test_it_refuses_a_report_that_cannot_be(pushes: list[Push], system: APIClient, body: dict, field: str):
    answer = post(system, **body)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert not DayReport.objects.exists()


def test_it_takes_no_report_of_a_day_that_is_not_closed(city: City, system: APIClient):
    answer = post(system, [])

    assert (answer.status_code, answer.json()["code"]) == (409, "day_open")


def test_a_stranger_cannot_report_for_another_department(pushes: list[Push]):
    answer = post(calling_as(MachineClientFactory()), [])

    assert answer.status_code == 409
    assert DaySheet.objects.count() == 3
