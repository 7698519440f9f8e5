"""/supervision/tasks/: the list, assigning, starting."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from shenguan.access.roles import Role
from shenguan.org.models import Staff
from supervision.models import CheckTask, Inspection
from tests.factories.ground import StaffFactory
from tests.factories.supervision import CheckTaskFactory
from tests.supervision.conftest import Team, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
Browse = Callable[[Staff], Client]
LIST = "/supervision/tasks/"


def listed(client: Client, query: str = "") -> list[CheckTask]:
    return list(client.get(LIST + query).context["page"].items)


def assign(client: Client, task: CheckTask, username: str) -> Any:
    return client.post(reverse("supervision:task_assign", args=[task.pk]), {"assignee": username})


def test_it_lists_the_departments_open_tasks(inspector_page: Client, task: CheckTask) -> None:
    CheckTaskFactory()
    CheckTaskFactory(object__item__department=task.department, status=CheckTask.Status.DONE)
    assert listed(inspector_page) == [task]


def test_it_lists_ones_own(inspector_page: Client, team: Team, task: CheckTask) -> None:
    own = CheckTaskFactory(object__item__department=team.department, assignee=team.inspector)
    assert listed(inspector_page, "?mine=1") == [own]


def test_it_filters_by_kind_and_ignores_an_unknown_one(inspector_page: Client, team: Team, task: CheckTask) -> None:
    commitment = CheckTaskFactory(commitment=True, object__item__department=team.department)
    assert listed(inspector_page, "?kind=commitment_check") == [commitment]
    assert len(listed(inspector_page, "?kind=nothing")) == 2


def test_it_says_so_when_there_is_nothing_to_do(inspector_page: Client) -> None:
    assert "没有待检查的任务" in inspector_page.get(LIST).content.decode()


@pytest.mark.parametrize("rows", [1, 12])
def test_it_asks_the_database_no_more_for_more_rows(
    rows: int, inspector_page: Client, team: Team, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    CheckTaskFactory.create_batch(rows, object__item__department=team.department)
    with django_assert_max_num_queries(18):
        inspector_page.get(LIST)


def test_it_does_not_open_without_the_right(browse: Browse) -> None:
    assert browse(StaffFactory(roles=[Role.WINDOW_CLERK])).get(LIST).status_code == 403


def test_it_is_read_only(inspector_page: Client) -> None:
    assert inspector_page.post(LIST).status_code == 405


def test_it_assigns(browse: Browse, team: Team, task: CheckTask) -> None:
    assert assign(browse(team.head), task, team.inspector.username).url == LIST
    task.refresh_from_db()
    assert task.assignee == team.inspector


@pytest.mark.parametrize("username", ["", "nobody"])
def test_it_says_when_nobody_was_chosen(browse: Browse, team: Team, task: CheckTask, username: str) -> None:
    refused = assign(browse(team.head), task, username)
    assert refused.status_code == 422
    task.refresh_from_db()
    assert task.assignee is None


def test_it_does_not_assign_to_another_department(browse: Browse, team: Team, task: CheckTask) -> None:
    refused = assign(browse(team.head), task, team.stranger.username)
    assert (refused.status_code, "本部门" in refused.content.decode()) == (422, True)


def test_it_does_not_assign_without_the_right(inspector_page: Client, team: Team, task: CheckTask) -> None:
    assert assign(inspector_page, task, team.colleague.username).status_code == 403


def test_it_does_not_find_another_departments_task(browse: Browse, team: Team, task: CheckTask) -> None:
    neighbour = StaffFactory(department=team.stranger.department, roles=[Role.SUPERVISION_HEAD])
    assert assign(browse(neighbour), task, team.inspector.username).status_code == 404


def test_it_starts_once(inspector_page: Client, task: CheckTask) -> None:
    target = reverse("supervision:task_start", args=[task.pk])
    first, second = inspector_page.post(target), inspector_page.post(target)
    assert first.url == second.url == reverse("supervision:inspection", args=[Inspection.objects.get().number])


def test_it_says_where_somebody_has_begun(inspector_page: Client, task: CheckTask) -> None:
    assert "开始检查</button>" in inspector_page.get(LIST).content.decode()
    inspector_page.post(reverse("supervision:task_start", args=[task.pk]))
    assert "继续检查</button>" in inspector_page.get(LIST).content.decode()


def test_it_does_not_start_what_is_over(inspector_page: Client, task: CheckTask) -> None:
    CheckTask.objects.filter(pk=task.pk).update(status=CheckTask.Status.CANCELLED)
    assert inspector_page.post(reverse("supervision:task_start", args=[task.pk])).status_code == 409


def test_it_does_not_start_for_a_stranger(browse: Browse, team: Team, task: CheckTask) -> None:
    assert browse(team.stranger).post(reverse("supervision:task_start", args=[task.pk])).status_code == 404


@pytest.mark.parametrize("name", ["task_start", "task_assign"])
def test_it_changes_only_by_post(name: str, browse: Browse, team: Team, task: CheckTask) -> None:
    both = person(team.department, "43990200008", Role.INSPECTOR, Role.SUPERVISION_HEAD)
    assert browse(both).get(reverse(f"supervision:{name}", args=[task.pk])).status_code == 405
