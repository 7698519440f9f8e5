"""The supervision-item catalogue over the machine interface."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from shenguan.access.scopes import Scope
from tests.factories.access import MachineClientFactory, calling_as
from tests.factories.supervision import SupervisionItemFactory

pytestmark = pytest.mark.django_db


def get(scope: Scope = Scope.CATALOGUE_READ, **query: str) -> Any:
    """The answer to a client with one scope."""
    caller: Client = calling_as(MachineClientFactory(), scope)
    return caller.get(reverse("supervision_api:supervision-items"), query)


def test_it_lists_items_with_their_checklists() -> None:
    item = SupervisionItemFactory()
    (found,) = get().json()["results"]
    assert found["code"] == item.code
    assert [row["sequence"] for row in found["elements"]] == [1, 2, 3]


def test_it_finds_by_text() -> None:
    SupervisionItemFactory(name="对食品小作坊的检查")
    wanted = SupervisionItemFactory(name="对游泳场所的检查")
    assert [row["code"] for row in get(text="游泳").json()["results"]] == [wanted.code]


def test_it_leaves_out_retired_items() -> None:
    SupervisionItemFactory(is_active=False)
    assert get().json()["results"] == []


def test_it_refuses_a_client_without_the_scope() -> None:
    assert get(Scope.CASES_READ).status_code == 403
