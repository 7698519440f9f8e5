"""POST credit-checks/ and credit-records/ (CONTRACT §3)."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from credit import items
from credit.facts import ItemTerms
from credit.models import CreditCheck, CreditRecord, Subject
from shenguan import events
from shenguan.access.actors import Actor
from shenguan.access.models import MachineClient
from shenguan.events.models import Event
from shenguan.org.models import Department
from tests.factories.access import MachineClientFactory, calling_as
from tests.factories.credit import CreditRecordFactory, SubjectFactory, id_number, uscc_number
from tests.factories.ground import DepartmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
CHECKS = "/api/v1/credit-checks/"
RECORDS = "/api/v1/credit-records/"
FOOD = ItemTerms(item_code="439901010040", item_name="食品经营许可", tolerance_allowed=True)
CODE = uscc_number(900)
CASE = "YZ20261120-0001"


@pytest.fixture(autouse=True)
def _catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    provider: Callable[[str], ItemTerms | None] = {FOOD.item_code: FOOD}.get
    monkeypatch.setattr(items, "_providers", [provider])


@pytest.fixture
def machine() -> MachineClient:
    return MachineClientFactory()


@pytest.fixture
def caller(machine: MachineClient) -> APIClient:
    return calling_as(machine)


def question(**changes: Any) -> dict[str, Any]:
    values = {
        "subject": {"kind": "enterprise", "name": "云州味满堂餐饮管理有限公司", "uscc": CODE},
        "item_code": FOOD.item_code,
        "purpose": "行政许可受理",
        "case_number": "ZJ-2026-1",
    }
    return values | changes


def row(**changes: Any) -> dict[str, Any]:
    values = {
        "subject": {"name": "云州味满堂餐饮管理有限公司", "uscc": CODE},
        "level": "一般",
        "category": "行政处罚",
        "document_name": "行政处罚决定书",
        "document_number": "云州消行罚决字〔2026〕41号",
        "decided_on": "2026-09-02",
        "facts": "占用、堵塞疏散通道",
        "result": "罚款",
        "legal_basis": ["《中华人民共和国消防法》第六十条"],
        "fine_yuan": "10000.00",
    }
    return values | changes


def begin_journal(department: Department) -> None:
    """The first step of a case of this department."""
    by = Actor.system("test")
    events.record("application.received", by=by, case_number=CASE, summary="收件", department=department)


def fields(response) -> list[str]:
    return [error["field"] for error in response.json()["errors"]]


# ---------------------------------------------------------------- checks


def test_it_answers_with_outcome_hits_and_reasons(caller: APIClient):
    record = CreditRecordFactory(subject__uscc=CODE)

    response = caller.post(CHECKS, question(), format="json")

    answer = response.json()
    assert response.status_code == 201
    assert (answer["outcome"], answer["outcome_text"], answer["push_flag"]) == ("general", "一般", "notice")
    assert [hit["number"] for hit in answer["hits"]] == [record.number]
    assert answer["allowed"]["tolerance"]["answer"] == "no"
    assert "一般失信未修复" in answer["allowed"]["tolerance"]["reason"]


def test_it_logs_every_question(caller: APIClient, machine: MachineClient):
    number = caller.post(CHECKS, question(), format="json").json()["check_number"]

    check = CreditCheck.objects.get(number=number)
    assert (check.department, check.operator_key) == (machine.department, machine.client_id)
    assert (check.case_number, check.purpose) == ("ZJ-2026-1", "行政许可受理")


def test_it_does_not_write_on_the_case_of_another_department(caller: APIClient):
    events.record(
        "application.received",
        by=Actor.system("test"),
        case_number=CASE,
        summary="收件",
        department=DepartmentFactory(),
    )

    response = caller.post(CHECKS, question(case_number=CASE), format="json")

    assert (response.status_code, fields(response)) == (422, ["case_number"])
    assert Event.objects.filter(case_number=CASE).count() == 1
    assert not CreditCheck.objects.exists()


def test_it_stands_on_the_timeline_of_the_departments_own_case(caller: APIClient, machine: MachineClient):
    begin_journal(machine.department)

    assert caller.post(CHECKS, question(case_number=CASE), format="json").status_code == 201
    assert Event.objects.filter(case_number=CASE, kind="application.credit_checked").exists()


def test_it_begins_no_journal_under_a_number_the_portal_may_give_out_later(caller: APIClient):
    assert caller.post(CHECKS, question(case_number=CASE), format="json").status_code == 201
    assert not Event.objects.filter(case_number=CASE).exists()


def test_it_registers_a_new_party_by_its_code(caller: APIClient):
    caller.post(CHECKS, question(subject={"name": "云州味满堂", "uscc": CODE}), format="json")

    assert Subject.objects.get().kind == Subject.Kind.ENTERPRISE


def test_it_knows_a_party_by_code_without_a_name(caller: APIClient):
    subject = SubjectFactory(uscc=CODE)

    response = caller.post(CHECKS, question(subject={"uscc": CODE}), format="json")

    assert CreditCheck.objects.get(number=response.json()["check_number"]).subject == subject


def test_it_does_not_match_by_name(caller: APIClient):
    SubjectFactory(name="云州阳光宾馆")

    response = caller.post(CHECKS, question(subject={"name": "云州阳光宾馆"}), format="json")

    assert response.json()["outcome"] == "no_match"


def test_it_shows_no_id_number(caller: APIClient):
    person = SubjectFactory(person=True)

    response = caller.post(CHECKS, question(subject={"id_number": person.id_number}), format="json")

    assert response.status_code == 201
    assert person.id_number not in response.content.decode()


def test_it_hides_authorised_records_from_a_purpose_without_the_right_to_them(caller: APIClient):
    CreditRecordFactory(subject__uscc=CODE, visibility=CreditRecord.Visibility.AUTHORISED)

    response = caller.post(CHECKS, question(purpose="表彰奖励"), format="json")

    assert (response.json()["outcome"], response.json()["hits"]) == ("no_record", [])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"purpose": "随便看看"}, "purpose"),
        ({"case_number": ""}, "case_number"),
        ({"item_code": "439900000000"}, "item_code"),
        ({"subject": {"uscc": CODE, "id_number": id_number(1)}}, "subject"),
        ({"subject": {"name": "云州味满堂", "uscc": "91439901MA4DX2730X"}}, "subject.uscc"),
        ({"subject": {"uscc": CODE}}, "subject.name"),
        ({"subject": {}}, "subject"),
    ],
)
def test_it_names_the_field_that_is_wrong(caller: APIClient, changes: dict[str, Any], field: str):
    response = caller.post(CHECKS, question(**changes), format="json")

    assert response.status_code == 422
    assert fields(response) == [field]
    assert not CreditCheck.objects.exists()


def test_it_needs_the_scope(machine: MachineClient):
    response = calling_as(machine, "credit:write").post(CHECKS, question(), format="json")

    assert response.status_code == 403


def test_a_repeated_question_is_not_asked_twice(caller: APIClient):
    first = caller.post(CHECKS, question(), format="json", headers={"Idempotency-Key": "k1"})
    second = caller.post(CHECKS, question(), format="json", headers={"Idempotency-Key": "k1"})

    assert second.json() == first.json()
    assert CreditCheck.objects.count() == 1


# ---------------------------------------------------------------- records


def send(caller: APIClient, *rows: Any, **more: Any):
    return caller.post(RECORDS, {"records": list(rows), **more}, format="json")


def statuses(response) -> list[str]:
    return [result["status"] for result in response.json()["results"]]


def test_it_records_what_the_department_decided(caller: APIClient, machine: MachineClient):
    response = send(caller, row())

    record = CreditRecord.objects.get()
    assert response.json()["results"] == [{"index": 0, "status": "created", "number": record.number, "errors": []}]
    assert (record.authority, record.level, record.category) == (machine.department, "general", "penalty")
    assert record.publicity_until.isoformat() == "2027-09-02"


def test_it_takes_codes_as_well_as_names(caller: APIClient):
    assert statuses(send(caller, row(level="severe", category="severe_list"))) == ["created"]


def test_it_takes_a_bare_list(caller: APIClient):
    assert statuses(caller.post(RECORDS, [row()], format="json")) == ["created"]


def test_a_repeated_report_changes_nothing(caller: APIClient):
    send(caller, row())

    response = send(caller, row())

    assert statuses(response) == ["unchanged"]
    assert CreditRecord.objects.count() == 1


def test_a_repeated_report_with_other_content_is_rejected(caller: APIClient):
    send(caller, row())

    response = send(caller, row(result="没收、罚款"))

    assert statuses(response) == ["rejected"]
    assert CreditRecord.objects.get().result == "罚款"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"level": "很坏"}, "level"),
        ({"decided_on": "2026-13-01"}, "decided_on"),
        ({"decided_on": "2026-11-21"}, "decided_on"),
        ({"legal_basis": []}, "legal_basis"),
        ({"subject": {"name": "云州味满堂"}}, "subject"),
        ({"subject": {"name": "云州味满堂", "uscc": "91439901MA4DX2730X"}}, "subject.uscc"),
        ({"subject": {"uscc": uscc_number(901)}}, "subject.name"),
    ],
)
def test_it_keeps_the_good_rows_and_says_what_is_wrong_with_the_others(
    caller: APIClient, changes: dict[str, Any], field: str
):
    response = send(caller, row(document_number="别的文书"), row(**changes))

    bad = response.json()["results"][1]
    assert statuses(response) == ["created", "rejected"]
    assert [error["field"] for error in bad["errors"]] == [field]
    assert CreditRecord.objects.count() == 1


def test_a_rejected_row_leaves_no_party_behind(caller: APIClient):
    send(caller, row(decided_on="2026-11-21"))

    assert not Subject.objects.exists()


@pytest.mark.parametrize("how", [{"path": f"{RECORDS}?atomic=true"}, {"more": {"atomic": True}}])
def test_it_keeps_nothing_of_a_spoilt_atomic_batch(caller: APIClient, how: dict[str, Any]):
    body = {"records": [row(), row(level="很坏", document_number="x")], **how.get("more", {})}

    response = caller.post(how.get("path", RECORDS), body, format="json")

    assert response.status_code == 422
    assert fields(response) == ["records[1].level"]
    assert not CreditRecord.objects.exists()
    assert not Subject.objects.exists()


def test_it_keeps_all_of_a_good_atomic_batch(caller: APIClient):
    response = send(caller, row(), row(document_number="云州消行罚决字〔2026〕42号"), atomic=True)

    assert response.json()["created"] == 2
    assert len({result["number"] for result in response.json()["results"]}) == 2


@pytest.mark.parametrize("rows", [[], [row()] * 1001])
def test_it_takes_one_to_a_thousand_rows(caller: APIClient, rows: list[Any]):
    response = send(caller, *rows)

    assert response.status_code == 422
    assert not CreditRecord.objects.exists()


def test_it_needs_the_writing_scope(machine: MachineClient):
    assert send(calling_as(machine, "credit:check"), row()).status_code == 403


def test_it_keeps_a_person_s_record_closed(caller: APIClient):
    person = {"name": "郑启明", "id_number": id_number(1)}

    send(caller, row(subject=person, visibility="社会公开"))

    assert CreditRecord.objects.get().visibility == CreditRecord.Visibility.AUTHORISED
