"""The published list in the machine interface: people, papers, reminders."""

from datetime import date
from typing import Any

import pytest

from linkage.actions import ladders
from linkage.models import EscalationLadder
from tests.factories.access import MachineClientFactory, calling_as
from tests.factories.ground import StaffFactory
from tests.factories.linkage import BasisPaperFactory, LinkageEntryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def rows_for(entry: Any) -> list[dict[str, Any]]:
    caller = calling_as(MachineClientFactory(department=entry.department))
    return caller.get("/api/v1/linkage-items/").json()["results"]


def test_it_names_deputies_paper_and_reminders():
    entry = LinkageEntryFactory()
    entry.deputy = StaffFactory(department=entry.department)
    entry.approval_deputy = StaffFactory(department=entry.approval_liaison.department)
    entry.paper = BasisPaperFactory(entry=entry, number="云审管备〔2026〕7号")
    entry.save()
    ladders.ensure_standard()

    [row] = rows_for(entry)

    assert (row["deputy"], row["approval_deputy"]) == (entry.deputy.name, entry.approval_deputy.name)
    assert row["paper"] == {
        "kind": "工作备忘录",
        "number": "云审管备〔2026〕7号",
        "valid_from": "2026-01-01",
        "valid_to": "2027-12-31",
        "in_force": True,
    }
    default = EscalationLadder.objects.get(purpose="push", is_default=True)
    assert row["ladder"]["name"] == default.name
    assert row["ladder"]["yellow_days"] < row["ladder"]["red_days"] < row["ladder"]["lift_days"]


def test_it_has_none_where_the_row_names_none():
    [row] = rows_for(LinkageEntryFactory())

    assert (row["deputy"], row["approval_deputy"], row["paper"]) == (None, None, None)


def test_it_says_that_a_paper_has_ended():
    entry = LinkageEntryFactory()
    entry.paper = BasisPaperFactory(entry=entry, valid_to=date(2026, 11, 19))
    entry.save()

    [row] = rows_for(entry)

    assert row["paper"]["in_force"] is False


def test_it_asks_no_more_for_many_rows(django_assert_max_num_queries):
    first = LinkageEntryFactory()
    for _ in range(5):
        LinkageEntryFactory(version=first.version)
    caller = calling_as(MachineClientFactory(department=first.department))

    with django_assert_max_num_queries(5):
        assert len(caller.get("/api/v1/linkage-items/").json()["results"]) == 6
