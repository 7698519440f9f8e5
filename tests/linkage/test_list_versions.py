"""Versions in time: no two at once, whatever writes the row."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from linkage.actions import list_versions, lists
from linkage.models import LinkageEntry, ListVersion
from linkage.selectors import lists as selectors
from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from shenguan.audit.models import AuditEntry
from shenguan.refusals import Invalid, NotAllowed, Refusal, StaleVersion, StateForbids
from tests.factories.ground import StaffFactory
from tests.factories.linkage import LinkageEntryFactory, ListVersionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def version(starts: date, ends: date | None, status: str = "retired") -> ListVersion:
    return ListVersionFactory(status=status, effective_from=starts, effective_to=ends)


@pytest.fixture
def spring(db) -> ListVersion:
    """March to June."""
    return version(date(2026, 3, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (date(2026, 6, 30), date(2026, 7, 31)),  # the last day
        (date(2026, 1, 1), date(2026, 3, 1)),  # the first day
        (date(2026, 4, 1), date(2026, 4, 2)),  # inside
        (date(2026, 1, 1), None),  # around
    ],
)
def test_the_database_refuses_two_versions_on_one_day(spring, starts, ends):
    with pytest.raises(IntegrityError, match="list_versions_do_not_overlap"), transaction.atomic():
        version(starts, ends, "retired" if ends else "published")


def test_the_database_refuses_moving_one_into_another(spring):
    summer = version(date(2026, 7, 1), date(2026, 8, 31))
    summer.effective_from = date(2026, 6, 30)

    with pytest.raises(IntegrityError, match="list_versions_do_not_overlap"), transaction.atomic():
        summer.save(update_fields=["effective_from"])


@pytest.mark.parametrize(
    ("starts", "ends"), [(date(2026, 7, 1), date(2026, 8, 31)), (date(2026, 1, 1), date(2026, 2, 28))]
)
def test_neighbours_are_fine(spring, starts, ends):
    assert version(starts, ends).pk


def test_a_draft_may_have_any_date(spring):
    assert ListVersionFactory(draft=True, effective_from=date(2026, 4, 1)).pk


@pytest.mark.parametrize(
    ("day", "standing"),
    [
        (date(2026, 2, 28), "待生效"),
        (date(2026, 3, 1), "现行"),
        (date(2026, 6, 30), "现行"),
        (date(2026, 7, 1), "已失效"),
    ],
)
def test_a_version_with_an_end_is_in_force_until_then(spring, day, standing):
    assert spring.standing(day) == standing


TODAY, TOMORROW, LATER = date(2026, 11, 20), date(2026, 11, 21), date(2026, 12, 1)


@pytest.fixture
def publisher(db) -> Actor:
    """A coordinator."""
    return Actor.of_staff(StaffFactory(roles=[Role.COORDINATOR]))


@pytest.fixture
def editor(db) -> Actor:
    """A list administrator."""
    return Actor.of_staff(StaffFactory(roles=[Role.LIST_ADMIN]))


@pytest.fixture
def older(db) -> LinkageEntry:
    """The only row of a version that ended in June: first check in 20 working days."""
    return LinkageEntryFactory(
        version__status="retired",
        version__effective_from=date(2026, 1, 1),
        version__effective_to=date(2026, 6, 30),
        paper=None,
    )


@pytest.fixture
def current(older) -> ListVersion:
    """The version in force since July, in which the row says 10."""
    version = ListVersionFactory()
    (row,) = lists.copies([older], version)
    row.first_check_days = 10
    row.save()
    return version


def roll_back(older: LinkageEntry, by: Actor, day: date = TOMORROW, **fields) -> ListVersion:
    return list_versions.roll_back(older.version, by=by, effective_from=day, **{"reason": "新清单有误"} | fields)


def test_an_older_version_comes_back_as_a_new_one(older, current, publisher):
    version = roll_back(older, publisher)

    assert version.entries.get().first_check_days == 20
    assert (version.restored_from, version.reason, version.based_on) == (older.version, "新清单有误", current)
    assert (selectors.in_force(TODAY), selectors.in_force(TOMORROW)) == (current, version)
    assert AuditEntry.objects.get(action="list.roll_back").detail["restored"] == older.version.label
    older.version.refresh_from_db()
    assert older.version.standing(TODAY) == "已失效"  # history is not rewritten


def test_rows_whose_people_left_do_not_come_back(older, current, publisher):
    older.liaison.status = "away"
    older.liaison.save(update_fields=["status"])

    with pytest.raises(Invalid) as refusal:
        roll_back(older, publisher)

    assert f"entry.{older.sequence}.liaison" in refusal.value.errors
    assert "创建草稿" in refusal.value.message
    assert selectors.published() == current


def test_such_a_version_becomes_a_draft_instead(older, current, editor):
    draft = lists.create_draft(by=editor, source=older.version)

    assert draft.entries.get().first_check_days == 20
    assert selectors.diff(draft, selectors.published()).changed[0].fields[0].new == 20


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"reason": " "}, "reason"), ({"reason": "长" * 301}, "reason"), ({"day": date(2026, 11, 19)}, "effective_from")],
)
def test_rolling_back_needs_a_reason_and_a_day_to_come(older, current, publisher, fields, field):
    with pytest.raises(Invalid) as refusal:
        roll_back(older, publisher, **fields)

    assert list(refusal.value.errors) == [field]


def test_the_version_in_force_is_not_rolled_back_to(current, publisher):
    with pytest.raises(StateForbids):
        list_versions.roll_back(current, by=publisher, effective_from=TOMORROW, reason="试")


def test_a_list_administrator_rolls_nothing_back(older, current, editor):
    with pytest.raises(NotAllowed):
        roll_back(older, editor)


def test_a_page_that_showed_another_current_version_is_stale(older, current, publisher):
    with pytest.raises(StaleVersion):
        roll_back(older, publisher, expected_current=older.version_id)


def scheduled(current: ListVersion, editor: Actor, publisher: Actor) -> ListVersion:
    return lists.publish(lists.create_draft(by=editor), by=publisher, effective_from=LATER)


def test_a_version_to_come_waits_for_its_day(current, editor, publisher):
    version = scheduled(current, editor, publisher)

    assert (version.standing(TODAY), selectors.in_force(TODAY)) == ("待生效", current)
    assert selectors.in_force(LATER) == version


def test_a_version_to_come_is_recalled(current, editor, publisher):
    version = list_versions.recall(scheduled(current, editor, publisher), by=publisher, reason="日期有误")

    current.refresh_from_db()
    assert (version.status, selectors.in_force(LATER)) == ("draft", current)
    assert current.effective_to is None
    assert AuditEntry.objects.get(action="list.recall").detail == {"reason": "日期有误"}


def test_what_is_in_force_is_not_recalled(current, publisher):
    with pytest.raises(Refusal) as refusal:
        list_versions.recall(current, by=publisher, reason="试")

    assert refusal.value.code == "in_force"


def test_nothing_is_recalled_beside_a_draft(current, editor, publisher):
    version = scheduled(current, editor, publisher)
    lists.create_draft(by=editor)

    with pytest.raises(Refusal) as refusal:
        list_versions.recall(version, by=publisher, reason="日期有误")

    assert refusal.value.code == "draft_exists"


def test_a_draft_is_discarded_with_its_rows(current, editor):
    list_versions.discard(lists.create_draft(by=editor), by=editor)

    assert selectors.draft() is None
    assert LinkageEntry.objects.filter(version=current).count() == 1
    assert AuditEntry.objects.get(action="list.discard").detail == {"entries": 1}


def test_a_published_version_is_not_discarded(current, editor):
    with pytest.raises(StateForbids):
        list_versions.discard(current, by=editor)
