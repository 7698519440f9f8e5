"""/supervision/objects/ and the catalogue: the register, one object, one item."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from shenguan.access.roles import Role
from shenguan.org.models import Staff
from supervision.models import Inspection, SupervisedObject
from tests.factories.credit import SubjectFactory
from tests.factories.ground import StaffFactory
from tests.factories.supervision import (
    CheckTaskFactory,
    FindingFactory,
    InspectionFactory,
    SupervisedObjectFactory,
    SupervisionItemFactory,
)
from tests.supervision.conftest import Team

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
Browse = Callable[[Staff], Client]
LIST = "/supervision/objects/"


def own(team: Team, **values: Any) -> SupervisedObject:
    """An object of the team's department."""
    return SupervisedObjectFactory(item__department=team.department, **values)


def found(client: Client, text: str = "") -> list[SupervisedObject]:
    return list(client.get(LIST, {"q": text}).context["page"].items)


def test_it_lists_the_departments_objects(inspector_page: Client, team: Team) -> None:
    SupervisedObjectFactory()
    mine = own(team)
    assert found(inspector_page) == [mine]


def test_it_shows_a_coordinator_everything(browse: Browse, team: Team) -> None:
    own(team)
    SupervisedObjectFactory()
    assert len(found(browse(StaffFactory(roles=[Role.COORDINATOR])))) == 2


@pytest.mark.parametrize("by", ["name", "code", "permit", "item"])
def test_it_finds(by: str, inspector_page: Client, team: Team) -> None:
    own(team)
    wanted = own(team, subject__name="云州澜庭大酒店有限公司", item__name="对游泳场所的检查", permit_number="WT0001")
    words = {"name": "澜庭", "code": wanted.subject.uscc.lower(), "permit": "wt0001", "item": "游泳"}
    assert found(inspector_page, words[by]) == [wanted]


def test_it_does_not_find_another_departments_object_by_code(inspector_page: Client) -> None:
    assert found(inspector_page, SupervisedObjectFactory().subject.uscc) == []


def test_it_says_how_to_widen_a_search(inspector_page: Client) -> None:
    assert "没有找到符合条件的监管对象" in inspector_page.get(LIST, {"q": "无此企业"}).content.decode()


@pytest.mark.parametrize("rows", [1, 12])
def test_it_asks_the_database_no_more_for_more_rows(
    rows: int, inspector_page: Client, team: Team, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        own(team)
    with django_assert_max_num_queries(14):
        inspector_page.get(LIST, {"q": "云州"})


def test_it_does_not_open_without_the_right(browse: Browse) -> None:
    assert browse(StaffFactory(roles=[Role.SYSTEM_ADMIN])).get(LIST).status_code == 403


def test_it_shows_one_object(inspector_page: Client, team: Team) -> None:
    task = CheckTaskFactory(object=own(team))
    FindingFactory(object=task.object)
    page = inspector_page.get(reverse("supervision:object", args=[task.object_id]))
    assert page.context["unmended"] == 1
    assert "开展检查</button>" in page.content.decode()


@pytest.mark.parametrize("rows", [1, 8])
def test_it_reads_one_object_in_a_fixed_number_of_queries(
    rows: int, inspector_page: Client, team: Team, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    watched = own(team)
    for _ in range(rows):
        CheckTaskFactory(object=watched)
        InspectionFactory(object=watched)
    with django_assert_max_num_queries(18):
        inspector_page.get(reverse("supervision:object", args=[watched.pk]))


def test_it_does_not_show_another_departments_object(inspector_page: Client) -> None:
    assert inspector_page.get(reverse("supervision:object", args=[SupervisedObjectFactory().pk])).status_code == 404


def test_it_starts_a_visit(inspector_page: Client, team: Team) -> None:
    watched = own(team)
    inspector_page.post(reverse("supervision:object_inspect", args=[watched.pk]), {"form": "special"})
    assert Inspection.objects.get().form == Inspection.Form.SPECIAL


def test_it_does_not_visit_what_has_ended(inspector_page: Client, team: Team) -> None:
    ended = own(team, status=SupervisedObject.Status.ENDED)
    assert inspector_page.post(reverse("supervision:object_inspect", args=[ended.pk])).status_code == 409
    assert (
        "开展检查</button>" not in inspector_page.get(reverse("supervision:object", args=[ended.pk])).content.decode()
    )


def test_it_starts_a_visit_only_by_post(inspector_page: Client, team: Team) -> None:
    assert inspector_page.get(reverse("supervision:object_inspect", args=[own(team).pk])).status_code == 405


def test_it_tells_the_file_of_a_party_who_watches_it(browse: Browse, team: Team) -> None:
    subject = SubjectFactory()
    own(team, subject=subject)
    clerk = StaffFactory(roles=[Role.WINDOW_CLERK])
    page = browse(clerk).get(reverse("supervision:subject_objects", args=[subject.pk]))
    assert str(team.department) in page.content.decode()


def test_it_tells_a_stranger_nothing_about_a_natural_person(team: Team, browse: Browse) -> None:
    person = SubjectFactory(person=True)
    own(team, subject=person)
    stranger = StaffFactory(roles=[Role.EXAMINER])
    assert browse(stranger).get(reverse("supervision:subject_objects", args=[person.pk])).status_code == 404
    assert browse(team.inspector).get(reverse("supervision:subject_objects", args=[person.pk])).status_code == 200


def test_it_shows_an_item_with_its_checklist(inspector_page: Client) -> None:
    item = SupervisionItemFactory()
    page = inspector_page.get(reverse("supervision:item", args=[item.code])).content.decode()
    assert "第 3 条要求" in page


def test_it_finds_items_by_initials(inspector_page: Client) -> None:
    SupervisionItemFactory(name_initials="QT")
    wanted = SupervisionItemFactory(name_initials="YYCS")
    page = inspector_page.get("/supervision/items/", {"q": "yycs"})
    assert page.context["page"].items == [wanted]


def test_it_does_not_know_an_unknown_item(inspector_page: Client) -> None:
    assert inspector_page.get("/supervision/items/none/").status_code == 404
