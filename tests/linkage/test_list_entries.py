"""What a row of the list must hold: deputies, papers, levels, items that stay out (R10.01)."""

from datetime import date

import pytest

from linkage import list_policies
from linkage.models import LinkageEntry
from shenguan.access.roles import Role
from tests.factories.ground import RegionFactory, StaffFactory
from tests.factories.linkage import BasisPaperFactory, LinkageEntryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TODAY = date(2026, 11, 20)


@pytest.fixture
def entry(db) -> LinkageEntry:
    """A row that may be published."""
    return LinkageEntryFactory()


def errors(entry: LinkageEntry, day: date = TODAY) -> dict[str, list[str]]:
    return list_policies.publishing_errors(entry, day)


def test_a_plain_row_may_be_published(entry):
    assert errors(entry) == {}


@pytest.mark.parametrize("side", ["deputy", "approval_deputy"])
def test_a_deputy_works_in_the_same_department(entry, side):
    setattr(entry, side, StaffFactory(roles=[Role.LIAISON, Role.EXAMINER]))

    assert list(errors(entry)) == [side]


@pytest.mark.parametrize(("side", "liaison"), [("deputy", "liaison"), ("approval_deputy", "approval_liaison")])
def test_nobody_deputises_for_themselves(entry, side, liaison):
    setattr(entry, side, getattr(entry, liaison))

    assert "同一人" in errors(entry)[side][0]


def test_a_deputy_who_left_is_named(entry):
    entry.deputy = StaffFactory(roles=[Role.LIAISON], department=entry.department, status="away")

    assert "已离岗" in errors(entry)["deputy"][0]


def test_a_deputy_of_the_same_department_is_fine(entry):
    entry.deputy = StaffFactory(roles=[Role.LIAISON], department=entry.department)

    assert errors(entry) == {}


def test_an_item_supervised_by_its_own_department_stays_out(entry):
    entry.approval_item.linkage_state = "unified"

    assert "审管一体" in errors(entry)["approval_item"][0]


def test_one_that_is_pushed_to_others_as_well_may_be_listed(entry):
    entry.approval_item.linkage_state = "unified_cross"

    assert errors(entry) == {}


@pytest.mark.parametrize("field", ["level", "region"])
def test_another_level_needs_a_paper(entry, field):
    setattr(entry.department, field, "county" if field == "level" else RegionFactory())
    assert entry.crosses_level
    assert "层级或区划不同" in errors(entry)["paper"][0]

    entry.paper = BasisPaperFactory(entry=entry)

    assert errors(entry) == {}


@pytest.mark.parametrize(
    ("day", "is_fine"),
    [(date(2026, 1, 1), True), (date(2026, 12, 31), True), (date(2025, 12, 31), False), (date(2027, 1, 1), False)],
)
def test_a_paper_must_hold_on_the_day(entry, day, is_fine):
    entry.paper = BasisPaperFactory(entry=entry, valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31))

    assert (errors(entry, day) == {}) is is_fine


def test_a_paper_without_end_holds(entry):
    entry.paper = BasisPaperFactory(entry=entry, valid_to=None)

    assert errors(entry, date(2099, 1, 1)) == {}


def test_a_paper_of_another_kind_is_refused(entry):
    entry.paper = BasisPaperFactory(entry=entry, kind="委托书")

    assert "不符" in errors(entry)["paper"][0]


def test_a_paper_between_others_is_refused(entry):
    entry.paper = BasisPaperFactory(entry=LinkageEntryFactory())

    assert "不是本条" in errors(entry)["paper"][0]
