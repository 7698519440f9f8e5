"""Keyset pages keep filters, hold behind a proxy and end at both ends."""

from base64 import b64encode

import pytest
from django.http import Http404
from django.test import RequestFactory

from shenguan.org.models import Department
from shenguan.ui.paging import keyset_page
from tests.factories.ground import DepartmentFactory

pytestmark = pytest.mark.django_db
ORDER = ("code",)


@pytest.fixture
def codes() -> list[str]:
    return [DepartmentFactory(code=f"D{n:02d}").code for n in range(5)]


def walk(rf: RequestFactory, size: int) -> list[list[str]]:
    pages, url = [], "?kind=x"
    while url:
        page = keyset_page(rf.get(f"/list/{url}"), Department.objects.all(), ordering=ORDER, size=size)
        pages.append([row.code for row in page.items])
        url = page.next_url
    return pages


def test_it_shows_every_row_once(rf: RequestFactory, codes: list[str]) -> None:
    assert [code for page in walk(rf, 2) for code in page] == codes


def test_it_keeps_the_filters_of_the_address(rf: RequestFactory, codes: list[str]) -> None:
    page = keyset_page(rf.get("/list/?kind=x"), Department.objects.all(), ordering=ORDER, size=2)
    assert "kind=x" in page.next_url


def test_it_links_relatively(rf: RequestFactory, codes: list[str]) -> None:
    page = keyset_page(rf.get("/list/"), Department.objects.all(), ordering=ORDER, size=2)
    assert page.next_url.startswith("?cursor=")


def test_it_has_no_way_back_on_the_first_page(rf: RequestFactory, codes: list[str]) -> None:
    assert keyset_page(rf.get("/list/"), Department.objects.all(), ordering=ORDER, size=2).previous_url == ""


def test_it_leads_back_to_the_first_page(rf: RequestFactory, codes: list[str]) -> None:
    rows = Department.objects.all()
    first = keyset_page(rf.get("/list/"), rows, ordering=ORDER, size=2)
    second = keyset_page(rf.get(f"/list/{first.next_url}"), rows, ordering=ORDER, size=2)
    again = keyset_page(rf.get(f"/list/{second.previous_url}"), rows, ordering=ORDER, size=2)
    assert again.items == first.items


@pytest.mark.parametrize("cursor", ["a", b64encode(b"p=not-a-number").decode()])
def test_it_answers_404_to_a_cursor_that_is_not_ours(rf: RequestFactory, cursor: str) -> None:
    with pytest.raises(Http404):
        keyset_page(rf.get("/list/", {"cursor": cursor}), Department.objects.all(), ordering=("id",))
