"""GET approval-items/."""

import pytest

from approvals.models import ApprovalItem
from tests.factories.access import MachineClientFactory, calling_as
from tests.factories.approvals import ApprovalItemFactory, ItemMaterialFactory, ItemVariantFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/approval-items/"


@pytest.fixture
def items() -> list[ApprovalItem]:
    """Two items of two departments."""
    return [
        ApprovalItemFactory(code="439901010040"),
        ApprovalItemFactory(
            code="439901020010",
            name="公共场所卫生许可",
            name_initials="ggcswsxk",
            name_pinyin="gonggongchangsuoweishengxuke",
        ),
    ]


def codes(query: str = "") -> list[str]:
    answer = calling_as(MachineClientFactory(), "catalogue:read").get(URL + query)
    assert answer.status_code == 200
    return [row["code"] for row in answer.json()["results"]]


@pytest.mark.usefixtures("items")
def test_it_lists_items_in_use() -> None:
    ApprovalItemFactory(is_active=False)

    assert codes() == ["439901010040", "439901020010"]


@pytest.mark.usefixtures("items")
@pytest.mark.parametrize("query", ["?code=439901020010", "?text=卫生", "?text=ggcs", "?text=gonggong"])
def test_it_filters(query: str) -> None:
    assert codes(query) == ["439901020010"]


def test_it_filters_by_department(items: list[ApprovalItem]) -> None:
    assert codes(f"?department={items[0].implementing_department.code}") == ["439901010040"]


def test_it_tells_variants_and_papers(items: list[ApprovalItem]) -> None:
    ItemVariantFactory(item=items[0])
    ItemMaterialFactory(item=items[0], name="申请书")

    row = calling_as(MachineClientFactory()).get(f"{URL}?code=439901010040").json()["results"][0]

    assert row["variants"][0]["promised_days"] == 5
    assert row["materials"][0]["name"] == "申请书"


def test_it_needs_the_scope() -> None:
    assert calling_as(MachineClientFactory(), "cases:read").get(URL).status_code == 403
