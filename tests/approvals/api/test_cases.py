"""POST cases/, GET cases/{number}/, POST cases/{number}/permit-events/."""

from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from approvals.models import Application, ItemVariant
from credit.models import Subject
from shenguan.access.models import MachineClient
from shenguan.events.models import Event
from shenguan.org.models import Department
from tests.factories.access import MachineClientFactory, calling_as
from tests.factories.approvals import ApplicationFactory, PermitFactory
from tests.factories.credit import id_number, uscc_number

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
URL = "/api/v1/cases/"


@pytest.fixture
def client(office: Department) -> MachineClient:
    """The department's own system."""
    return MachineClientFactory(department=office)


@pytest.fixture
def caller(client: MachineClient) -> APIClient:
    """A test client that calls as that system."""
    return calling_as(client)


@pytest.fixture
def body(variant: ItemVariant) -> dict[str, Any]:
    """A granted case."""
    return {
        "source_case_id": "WJ-2026-17",
        "item_code": variant.item.code,
        "subject": {
            "kind": "企业",
            "name": "云州浮光影城有限公司",
            "uscc": uscc_number(900),
            "contact": "许清河",
            "phone": "13800001001",
            "address": "云州市南湖区滨河路126号",
        },
        "stage": "concluded",
        "result": "granted",
        "decided_on": "2026-11-19",
        "by_commitment": False,
        "permit": {
            "number": "云卫许〔2026〕88号",
            "name": "卫生许可证",
            "valid_from": "2026-11-19",
            "valid_to": "2030-11-18",
        },
        "documents": [{"name": "准予行政许可决定书", "number": "云卫许决〔2026〕88号"}],
    }


def test_it_takes_a_case_in(caller: APIClient, body: dict[str, Any]) -> None:
    answer = caller.post(URL, body, format="json")

    assert answer.status_code == 201
    assert answer.json()["number"] == "YZ20261120-0001"
    assert answer.json()["permit"]["valid_to"] == "2030-11-18"
    subject = Subject.objects.get(uscc=uscc_number(900))
    assert (subject.phone, subject.business_address) == ("13800001001", "云州市南湖区滨河路126号")


def test_it_answers_a_repetition_with_200(caller: APIClient, body: dict[str, Any]) -> None:
    first = caller.post(URL, body, format="json")

    second = caller.post(URL, body, format="json")

    assert second.status_code == 200
    assert second.json() == first.json()
    assert Event.objects.filter(kind="approval.concluded").count() == 1


def test_it_replays_the_first_answer_for_the_same_key(caller: APIClient, body: dict[str, Any]) -> None:
    answers = [caller.post(URL, body, format="json", HTTP_IDEMPOTENCY_KEY="abc") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert Application.objects.count() == 1


def test_it_refuses_the_same_key_for_another_case(caller: APIClient, body: dict[str, Any]) -> None:
    headers = {"Idempotency-Key": "WJ-17"}
    caller.post(URL, body, format="json", headers=headers)

    answer = caller.post(URL, body | {"source_case_id": "WJ-2026-18"}, format="json", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")
    assert list(Application.objects.values_list("source_case_id", flat=True)) == ["WJ-2026-17"]


@pytest.mark.django_db(transaction=True)
def test_an_accepted_case_of_a_known_party_costs_few_statements(
    caller: APIClient, body: dict[str, Any], django_assert_num_queries: Any
) -> None:
    accepted = {name: value for name, value in body.items() if name in ("item_code", "subject")} | {"stage": "accepted"}
    caller.post(URL, accepted | {"source_case_id": "WJ-1"}, format="json", headers={"Idempotency-Key": "1"})

    with django_assert_num_queries(20 if connection.vendor == "postgresql" else 21):  # BEGIN and COMMIT are two of them
        answer = caller.post(
            URL, accepted | {"source_case_id": "WJ-2"}, format="json", headers={"Idempotency-Key": "2"}
        )

    assert answer.status_code == 201


@pytest.mark.django_db(transaction=True)
def test_its_conclusion_costs_few_statements(
    caller: APIClient, body: dict[str, Any], django_assert_num_queries: Any
) -> None:
    caller.post(URL, body | {"stage": "accepted"}, format="json")

    with django_assert_num_queries(25):
        answer = caller.post(URL, body, format="json", headers={"Idempotency-Key": "2"})

    assert (answer.status_code, answer.json()["status"]) == (200, "concluded")


def test_it_takes_a_person_by_id_number(caller: APIClient, body: dict[str, Any]) -> None:
    body["subject"] = {"kind": "person", "name": "郑启明", "id_number": id_number(7)}

    answer = caller.post(URL, body, format="json")

    assert answer.status_code == 201
    assert answer.json()["subject_uscc"] is None
    assert id_number(7) not in answer.content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"stage": "received"}, "stage"),
        ({"item_code": "439999999999"}, "item_code"),
        ({"decided_on": "gestern"}, "decided_on"),
        ({"subject": {"kind": "企业", "name": "无码公司"}}, "subject"),
        ({"subject": {"kind": "企业", "name": "错码公司", "uscc": "914399010000009000"}}, "subject.uscc"),
        ({"result": "maybe"}, "result"),
    ],
)
def test_it_names_the_wrong_field(caller: APIClient, body: dict[str, Any], change: dict[str, Any], field: str) -> None:
    answer = caller.post(URL, body | change, format="json")

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert not Application.objects.exists()


def test_it_needs_the_scope(client: MachineClient, body: dict[str, Any]) -> None:
    assert calling_as(client, "cases:read").post(URL, body, format="json").status_code == 403


def test_it_tells_the_state(caller: APIClient, variant: ItemVariant) -> None:
    case = ApplicationFactory(accepted=True, variant=variant)

    answer = caller.get(f"{URL}{case.number}/").json()

    assert (answer["status"], answer["status_text"]) == ("accepted", "已受理")
    assert answer["promised_deadline"]["due_on"] == "2026-11-27"
    assert answer["permit"] is None


def test_it_hides_cases_of_other_departments(caller: APIClient) -> None:
    assert caller.get(f"{URL}{ApplicationFactory(accepted=True).number}/").status_code == 404


@pytest.fixture
def permit_url(variant: ItemVariant) -> str:
    """Where facts about a valid permit of the office go."""
    permit = PermitFactory(application=ApplicationFactory(concluded=True, variant=variant))
    return f"{URL}{permit.application.number}/permit-events/"


def test_it_takes_a_permit_fact_once(caller: APIClient, permit_url: str) -> None:
    body = {"event": "revoked", "document": "云卫撤〔2026〕3号", "date": "2026-11-19"}

    answers = [caller.post(permit_url, body, format="json") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[1].json()["permit"]["status"] == "revoked"
    assert Event.objects.filter(kind="permit.changed").count() == 1


def test_it_takes_a_document_with_its_name(caller: APIClient, permit_url: str) -> None:
    document = {"name": "撤销行政许可决定书", "number": "云卫撤〔2026〕3号"}

    answer = caller.post(permit_url, {"event": "revoked", "document": document, "date": "2026-11-19"}, format="json")

    assert answer.json()["document"] == "云卫撤〔2026〕3号"


@pytest.mark.parametrize("document", ["", {"name": "撤销行政许可决定书"}, {"number": " "}])
def test_it_takes_no_document_without_number(caller: APIClient, permit_url: str, document: Any) -> None:
    answer = caller.post(permit_url, {"event": "revoked", "document": document, "date": "2026-11-19"}, format="json")

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["document"]


def test_it_names_state_and_allowed_actions(caller: APIClient, permit_url: str) -> None:
    for event, status in (("cancelled", 201), ("revoked", 409)):
        body = {"event": event, "document": "云卫〔2026〕3号", "date": "2026-11-19"}
        answer = caller.post(permit_url, body, format="json")
        assert answer.status_code == status

    assert answer.json()["state"] == "cancelled"
    assert answer.json()["allowed_actions"] == []


@pytest.mark.parametrize("missing", ["event", "document", "date"])
def test_it_asks_for_document_and_date(caller: APIClient, permit_url: str, missing: str) -> None:
    body = {"event": "revoked", "document": "云卫撤〔2026〕3号", "date": "2026-11-19"}
    del body[missing]

    answer = caller.post(permit_url, body, format="json")

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [missing]
