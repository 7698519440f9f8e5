"""/public/inspections/: published results; no natural person and no draft ever (RULES R4.05, R6.08)."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from supervision.models import Inspection
from tests.factories.credit import SubjectFactory
from tests.factories.supervision import InspectionFactory

pytestmark = pytest.mark.django_db
PAGE = "/public/inspections/"


def listed(client: Client, text: str = "") -> list[Inspection]:
    return list(client.get(PAGE, {"q": text}).context["page"].items)


def test_it_shows_results_without_a_login(client: Client) -> None:
    inspection = InspectionFactory()
    page = client.get(PAGE)
    assert page.status_code == 200
    assert inspection.object.subject.name in page.content.decode()
    assert "未发现问题" in page.content.decode()


def test_it_never_shows_a_draft(client: Client) -> None:
    InspectionFactory(status=Inspection.Status.DRAFT)
    assert listed(client) == []


@pytest.mark.parametrize("searched", [False, True])
def test_it_never_shows_a_natural_person(client: Client, searched: bool) -> None:
    person = SubjectFactory(person=True)
    InspectionFactory(object__subject=person)
    assert listed(client, person.name if searched else "") == []


def test_it_names_no_inspector(client: Client) -> None:
    InspectionFactory(summary="内部说明", created_by="staff:17")
    page = client.get(PAGE).content.decode()
    assert "内部说明" not in page
    assert "staff:17" not in page


def test_it_finds_by_name_and_by_code(client: Client) -> None:
    InspectionFactory()
    wanted = InspectionFactory(object__subject__name="云州澜庭大酒店有限公司")
    assert listed(client, "澜庭") == [wanted]
    assert listed(client, f" {wanted.object.subject.uscc.lower()} ") == [wanted]


def test_it_says_when_nothing_was_found(client: Client) -> None:
    assert "没有查到检查结果" in client.get(PAGE, {"q": "无此企业"}).content.decode()


@pytest.mark.parametrize("rows", [1, 12])
def test_it_asks_the_database_no_more_for_more_rows(
    rows: int, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    InspectionFactory.create_batch(rows)
    with django_assert_max_num_queries(4):
        client.get(PAGE)


def test_it_is_read_only(client: Client) -> None:
    assert client.post(PAGE).status_code == 405
