"""The questions asked before publishing: each finds its row, and leaves a good one alone."""

from datetime import date

import pytest

from linkage.models import LinkageEntry
from linkage.selectors.list_checks import Checks, checks
from shenguan.access.roles import Role
from shenguan.org.models import Absence, Staff
from tests.factories.ground import StaffFactory
from tests.factories.linkage import BasisPaperFactory, LinkageEntryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
DAY = date(2026, 12, 1)


@pytest.fixture
def entry(db) -> LinkageEntry:
    """A row nothing can be said against."""
    entry = LinkageEntryFactory(version__draft=True)
    entry.deputy = StaffFactory(department=entry.department, roles=[Role.LIAISON])
    entry.paper = BasisPaperFactory(entry=entry, valid_to=None)
    entry.save(update_fields=["deputy", "paper"])
    for person in Staff.objects.all():
        person.set_password("shenguan-test")
        person.save(update_fields=["password"])
    return entry


def found(entry: LinkageEntry, title: str) -> list[str]:
    """The sentences of one question; every other question must have found nothing."""
    answers: Checks = checks(entry.version, DAY)
    others = [remark.text for check in answers.warnings if check.title != title for remark in check.remarks]
    assert others == []
    return [remark.text for check in answers.warnings if check.title == title for remark in check.remarks]


def change(row: object, **fields: object) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))


def test_a_good_row_is_left_alone(entry):
    assert found(entry, "") == []
    assert checks(entry.version, DAY).blocking.remarks == []


@pytest.mark.parametrize(
    ("fields", "item", "text"),
    [
        ({}, {"is_active": False}, "审批事项已停用"),
        ({"condition": "告知承诺方式"}, {"commitment_allowed": False}, "不适用告知承诺"),
        ({"stages": ["ended"]}, {"permit_name": ""}, "不核发证照"),
        ({"stages": ["renewed"]}, {"permit_name": "许可证", "permit_months": None}, "长期有效"),
    ],
)
def test_rows_no_case_reaches_are_named(entry, fields, item, text):
    if item:
        change(entry.approval_item, **item)
    if fields:
        change(entry, **fields)

    assert text in found(entry, "不会触发的条目")[0]


@pytest.mark.parametrize(
    ("fields", "item"),
    [
        ({"condition": "告知承诺方式"}, {"commitment_allowed": True}),
        ({"stages": ["ended"]}, {"permit_name": "许可证"}),
        ({"stages": ["renewed"]}, {"permit_name": "许可证", "permit_months": 36}),
    ],
)
def test_rows_a_case_may_reach_are_not(entry, fields, item):
    change(entry.approval_item, **item)
    change(entry, **fields)

    assert found(entry, "") == []


def test_a_liaison_without_an_account_is_named(entry):
    entry.liaison.set_unusable_password()
    entry.liaison.save(update_fields=["password"])

    assert entry.liaison.name in found(entry, "联络人没有可用账号")[0]


@pytest.mark.parametrize(("day", "count"), [(date(2026, 12, 1), 1), (date(2026, 11, 30), 0)])
def test_a_liaison_who_is_away_on_that_day_is_named(entry, day, count):
    Absence.objects.create(staff=entry.liaison, starts_on=day, ends_on=day, deputy=entry.deputy)

    remarks = found(entry, "联络人当日离岗")

    assert len(remarks) == count
    assert all("代办" in text for text in remarks)


@pytest.mark.parametrize(("ends", "count"), [(date(2027, 1, 30), 1), (date(2027, 1, 31), 0)])
def test_a_paper_that_ends_within_sixty_days_is_named(entry, ends, count):
    change(entry.paper, valid_to=ends)

    assert len(found(entry, "依据文书即将到期")) == count


def test_a_paper_that_ended_blocks(entry):
    change(entry.paper, valid_to=date(2026, 11, 30))

    assert "不在有效期内" in checks(entry.version, DAY).blocking.remarks[0].text


def test_a_row_without_a_paper_is_named(entry):
    change(entry, paper=None)

    assert len(found(entry, "未附依据文书")) == 1


def test_a_row_by_mandate_needs_no_paper(entry):
    change(entry, paper=None, basis="三定规定")

    assert found(entry, "") == []


def test_a_row_without_a_deputy_is_named(entry):
    change(entry, deputy=None)

    assert len(found(entry, "未设备岗联络人")) == 1


def test_a_long_list_asks_no_more(entry, django_assert_max_num_queries):
    LinkageEntryFactory.create_batch(6, version=entry.version)
    with django_assert_max_num_queries(7):
        checks(entry.version, DAY)
