"""The page of the build assistant."""

import pytest
from django.test import Client
from django.urls import reverse

from linkage.models import LinkageEntry
from shenguan.access.roles import Role
from tests.factories.ground import StaffFactory
from tests.factories.linkage import LinkageEntryFactory
from tests.factories.supervision import SupervisionItemFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def entry() -> LinkageEntry:
    """A row of a draft, with a supervision item named like the approval item."""
    entry = LinkageEntryFactory(version__draft=True)
    SupervisionItemFactory(
        name=f"对{entry.approval_item.name}的检查", department=entry.approval_item.competent_department
    )
    return entry


@pytest.fixture
def client(entry: LinkageEntry) -> Client:
    browser = Client()
    browser.force_login(StaffFactory(roles=[Role.LIST_ADMIN]), backend="shenguan.access.backends.StaffBackend")
    return browser


def page(client: Client, entry: LinkageEntry) -> str:
    return client.get(reverse("linkage:list_suggestions", args=[entry.approval_item.code])).text


def test_it_explains_and_leads_to_the_form(client: Client, entry: LinkageEntry) -> None:
    shown = page(client, entry)

    assert "事项主管部门就是监管部门" in shown
    assert "名称相近" in shown
    assert f"?item={entry.approval_item.code}&amp;department={entry.approval_item.competent_department.code}" in shown


def test_it_adds_nothing_by_itself(client: Client, entry: LinkageEntry) -> None:
    page(client, entry)

    assert LinkageEntry.objects.count() == 1


def test_without_a_draft_nothing_can_be_added(client: Client, entry: LinkageEntry) -> None:
    LinkageEntry.objects.all().delete()
    entry.version.delete()

    shown = page(client, entry)

    assert "先在清单页新建草稿" in shown
    assert "加入草稿</a>" not in shown


def test_what_is_listed_already_is_said_so(client: Client, entry: LinkageEntry) -> None:
    entry.supervision_item.name = entry.approval_item.name
    entry.supervision_item.save(update_fields=["name"])

    assert "已在清单" in page(client, entry)


def test_an_unknown_item_is_not_found(client: Client) -> None:
    assert client.get(reverse("linkage:list_suggestions", args=["none"])).status_code == 404
