"""Versions in time: no two at once, whatever writes the row."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from linkage.models import ListVersion
from tests.factories.linkage import ListVersionFactory

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
