"""/supervision/findings/: open problems, and closing one on papers."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from shenguan.access.roles import Role
from shenguan.org.models import Staff
from supervision.models import Finding
from tests.factories.ground import StaffFactory
from tests.factories.supervision import FindingFactory
from tests.supervision.conftest import Team

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
Browse = Callable[[Staff], Client]
LIST = "/supervision/findings/"


@pytest.fixture
def finding(team: Team) -> Finding:
    return FindingFactory(object__item__department=team.department)


@pytest.fixture
def head_page(browse: Browse, team: Team) -> Client:
    return browse(team.head)


def close(client: Client, finding: Finding, note: str = "已收到整改照片") -> Any:
    return client.post(reverse("supervision:finding_close", args=[finding.number]), {"note": note})


def test_it_lists_open_problems_of_the_department(inspector_page: Client, team: Team, finding: Finding) -> None:
    FindingFactory()
    closed = FindingFactory(object__item__department=team.department, status=Finding.Status.CLOSED)
    assert inspector_page.get(LIST).context["page"].items == [finding]
    assert inspector_page.get(LIST, {"all": "1"}).context["page"].items == [closed, finding]


@pytest.mark.parametrize("rows", [1, 12])
def test_it_asks_the_database_no_more_for_more_rows(
    rows: int, inspector_page: Client, team: Team, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    FindingFactory.create_batch(rows, object__item__department=team.department)
    with django_assert_max_num_queries(14):
        inspector_page.get(LIST)


def test_it_offers_closing_to_the_head_only(inspector_page: Client, head_page: Client, finding: Finding) -> None:
    assert "确认整改合格</button>" in head_page.get(LIST).content.decode()
    assert "确认整改合格</button>" not in inspector_page.get(LIST).content.decode()


def test_it_closes(head_page: Client, finding: Finding) -> None:
    assert close(head_page, finding).url == LIST
    finding.refresh_from_db()
    assert finding.status == Finding.Status.CLOSED


def test_it_asks_for_the_words_beside_the_problem(head_page: Client, finding: Finding) -> None:
    refused = close(head_page, finding, " ")
    assert refused.status_code == 422
    assert f'id="note-error-{finding.pk}"' in refused.content.decode()


def test_it_keeps_a_note_that_is_too_long(head_page: Client, finding: Finding) -> None:
    refused = close(head_page, finding, "长" * 1001)
    assert refused.status_code == 422
    assert "长" * 1001 in refused.content.decode()


def test_it_closes_once(head_page: Client, finding: Finding) -> None:
    close(head_page, finding)
    assert close(head_page, finding).status_code == 409


def test_it_does_not_close_without_the_right(inspector_page: Client, finding: Finding) -> None:
    assert close(inspector_page, finding).status_code == 403


def test_it_does_not_find_another_departments_problem(head_page: Client) -> None:
    assert close(head_page, FindingFactory()).status_code == 404


def test_it_closes_only_by_post(head_page: Client, finding: Finding) -> None:
    assert head_page.get(reverse("supervision:finding_close", args=[finding.number])).status_code == 405


def test_it_does_not_open_without_the_right(browse: Browse) -> None:
    assert browse(StaffFactory(roles=[Role.LIAISON])).get(LIST).status_code == 403
