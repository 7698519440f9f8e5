"""Reports of departments' systems outside their contract (ADR 0048)."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from approvals.models import Application
from credit.models import CreditRecord
from linkage.actions import refused_reports
from linkage.models import RefusedReport
from shenguan.access.actors import Actor
from shenguan.access.models import IdempotencyRecord
from shenguan.access.roles import Role
from shenguan.audit.models import AuditEntry
from shenguan.notify.models import Notice
from shenguan.org.models import Department, Staff
from supervision.models import Clue, Inspection
from tests.factories.access import MachineClientFactory, calling_as
from tests.factories.approvals import ItemVariantFactory
from tests.factories.contracts import ExchangeContractFactory
from tests.factories.ground import DepartmentFactory, StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "nudges")]
CALLS = {
    "cases": "/api/v1/cases/",
    "results": "/api/v1/inspections/",
    "clues": "/api/v1/clues/",
    "credit_records": "/api/v1/credit-records/",
}


@pytest.fixture
def department() -> Department:
    return DepartmentFactory()


def agreed(department: Department, **terms: Any) -> None:
    ExchangeContractFactory(department=department, direction="from_department", in_force=True, **terms)


def call(department: Department, path: str, body: Any = None, **headers: str) -> Any:
    return calling_as(MachineClientFactory(department=department)).post(path, body or {}, format="json", **headers)


@pytest.mark.parametrize("kind", CALLS)
def test_a_report_the_contract_names_is_read(kind: str, department: Department) -> None:
    agreed(department, kinds=[kind])

    assert call(department, CALLS[kind]).status_code == 422  # the empty body, not the contract
    assert not RefusedReport.objects.exists()


@pytest.mark.parametrize("kind", CALLS)
def test_a_report_of_another_kind_is_refused(kind: str, department: Department) -> None:
    agreed(department, kinds=[other for other in CALLS if other != kind])

    answer = call(department, CALLS[kind])

    assert (answer.status_code, answer.json()["code"]) == (403, "outside_contract")
    assert "交换内容不含" in answer.json()["detail"]
    assert RefusedReport.objects.get().kind == kind


def test_it_covers_permit_events_and_penalties_too(department: Department) -> None:
    agreed(department, kinds=["clues"])

    for path in ("/api/v1/cases/X/permit-events/", "/api/v1/penalties/"):
        assert call(department, path).json()["code"] == "outside_contract"


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        ({"modes": ["portal"]}, "未约定“接口调用”方式"),
        ({"valid_to": date(2026, 11, 19)}, "没有生效的数据共享协议"),
        ({"status": "ended", "valid_to": date(2026, 11, 20)}, "没有生效的数据共享协议"),
    ],
)
def test_a_contract_that_does_not_hold_refuses(department: Department, terms: dict[str, Any], why: str) -> None:
    agreed(department, **terms)

    answer = call(department, CALLS["clues"])

    assert answer.status_code == 403
    assert why in answer.json()["detail"]


@pytest.mark.parametrize(
    "terms",
    [
        {"valid_to": date(2026, 11, 20)},  # the last day counts
        {"valid_from": date(2026, 11, 21), "modes": ["portal"]},  # has not begun
        {"direction": "to_department", "modes": ["portal"]},  # the other direction
    ],
)
def test_what_does_not_govern_today_refuses_nothing(department: Department, terms: dict[str, Any]) -> None:
    ExchangeContractFactory(department=department, in_force=True, **{"direction": "from_department"} | terms)

    assert call(department, CALLS["clues"]).status_code == 422


def test_a_department_without_a_contract_reports_as_before(department: Department, settings) -> None:
    settings.CONTRACTS_REQUIRED = True
    ExchangeContractFactory(direction="from_department", in_force=True, modes=["portal"])  # somebody else's

    assert call(department, CALLS["clues"]).status_code == 422


def test_a_proposed_contract_refuses_nothing(department: Department) -> None:
    ExchangeContractFactory(department=department, direction="from_department", modes=["portal"])

    assert call(department, CALLS["clues"]).status_code == 422


def test_a_refused_report_changes_nothing(department: Department) -> None:
    variant = ItemVariantFactory(item__implementing_department=department)
    agreed(department, kinds=["clues"])
    body = {
        "source_case_id": "OA-1",
        "item_code": variant.item.code,
        "subject": {"kind": "enterprise", "name": "云州味满堂餐饮管理有限公司", "uscc": "91439902MAYX000174"},
        "stage": "accepted",
    }

    assert call(department, CALLS["cases"], body, HTTP_IDEMPOTENCY_KEY="k").status_code == 403

    assert not IdempotencyRecord.objects.exists()
    for model in (Application, Clue, Inspection, CreditRecord):
        assert not model.objects.exists()


def test_many_refusals_of_a_day_are_one_row_and_one_notice(department: Department, coordinator: Staff) -> None:
    agreed(department, modes=["portal"])

    for _ in range(3):
        call(department, CALLS["clues"])

    assert RefusedReport.objects.get().number == 3
    assert Notice.objects.filter(staff=coordinator, kind="report.refused").count() == 1
    assert AuditEntry.objects.filter(action="report.refuse").count() == 1


def test_reading_is_never_refused(department: Department) -> None:
    agreed(department, modes=["portal"])

    assert calling_as(MachineClientFactory(department=department)).get("/api/v1/approval-items/").status_code == 200


def test_the_gate_asks_once(department: Department, django_assert_num_queries) -> None:
    by = Actor.of_client(MachineClientFactory(department=department))

    with django_assert_num_queries(1):
        refused_reports.check(by, "clues:write")


def test_the_desk_shows_what_was_refused(client: Client, department: Department) -> None:
    agreed(department, modes=["portal"])
    call(department, CALLS["clues"])
    client.force_login(StaffFactory(roles=[Role.COORDINATOR]))

    page = client.get("/linkage/withheld/").content.decode()

    assert "拒收的部门报送" in page
    assert f"department={department.code}&amp;direction=from_department" in page
