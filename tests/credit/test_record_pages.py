"""/credit/records/: the credit officer's pages."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from credit.models import CreditRecord
from shenguan.org.models import Staff
from tests.factories.credit import CreditRecordFactory, SubjectFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
LIST = "/credit/records/"
NEW = "/credit/records/new/"
Browser = Callable[[Staff], Client]


@pytest.fixture
def browser(browser_of: Browser, officer: Staff) -> Client:
    return browser_of(officer)


def numbers(response) -> set[str]:
    return {record.number for record, _ in response.context["rows"]}


def page_of(record: CreditRecord, action: str = "record") -> str:
    return reverse(f"credit:{action}", args=[record.number])


def entry(**changes: str) -> dict[str, str]:
    values = {
        "subject_code": "",
        "level": "general",
        "category": "penalty",
        "document_name": "行政处罚决定书",
        "document_number": "云州市监处罚〔2026〕300号",
        "decided_on": "2026-11-16",
        "facts": "未按规定明码标价",
        "result": "罚款",
        "legal_basis": "《中华人民共和国价格法》第四十二条\n\n《明码标价和禁止价格欺诈规定》",
    }
    return values | changes


@pytest.mark.parametrize("path", [LIST, NEW])
def test_it_is_for_credit_officers_only(browser_of: Browser, clerk: Staff, path: str):
    assert browser_of(clerk).get(path).status_code == 403


@pytest.mark.parametrize("action", ["repair", "revoke", "raise_objection", "decide_objection"])
def test_its_actions_are_for_credit_officers_only(browser_of: Browser, clerk: Staff, action: str):
    record = CreditRecordFactory()

    assert browser_of(clerk).post(page_of(record, action)).status_code == 403


@pytest.mark.parametrize("action", ["repair", "revoke", "raise_objection", "decide_objection"])
def test_its_actions_take_no_get(browser: Client, action: str):
    assert browser.get(page_of(CreditRecordFactory(), action)).status_code == 405


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, {"A", "B", "C"}),
        ({"state": "repaired"}, {"B"}),
        ({"state": "effective"}, {"A", "C"}),
        ({"state": "disputed"}, {"C"}),
        ({"level": "severe"}, {"A"}),
        ({"q": "云州阳光"}, {"A"}),
        ({"q": "没有"}, set()),
    ],
)
def test_it_filters(browser: Client, query: dict[str, str], expected: set[str]):
    CreditRecordFactory(number="A", severe=True, subject__name="云州阳光宾馆")
    CreditRecordFactory(number="B", repaired=True)
    CreditRecordFactory(number="C", disputed=True)

    assert numbers(browser.get(LIST, query)) == expected


def test_its_cost_does_not_grow_with_the_rows(browser: Client, django_assert_max_num_queries):
    CreditRecordFactory.create_batch(20)
    browser.get(LIST)

    with django_assert_max_num_queries(7):
        browser.get(LIST)


def test_it_registers_a_record_of_the_own_department(browser: Client, officer: Staff):
    subject = SubjectFactory()

    response = browser.post(NEW, entry(subject_code=subject.uscc))

    record = CreditRecord.objects.get()
    assert response.url == page_of(record)
    assert (record.subject, record.authority) == (subject, officer.department)
    assert record.legal_basis == ["《中华人民共和国价格法》第四十二条", "《明码标价和禁止价格欺诈规定》"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"subject_code": "91439901MA4DX2730E"}, "subject_code"),
        ({"decided_on": "2026-11-21"}, "decided_on"),
        ({"level": "positive"}, "level"),
        ({"result": "不予行政处罚"}, "result"),
    ],
)
def test_it_shows_what_is_wrong_beside_the_field(browser: Client, changes: dict[str, str], field: str):
    response = browser.post(NEW, entry(**({"subject_code": SubjectFactory().uscc} | changes)))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not CreditRecord.objects.exists()


def test_it_does_not_register_a_document_twice(browser: Client):
    data = entry(subject_code=SubjectFactory().uscc)
    browser.post(NEW, data)

    response = browser.post(NEW, data)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["document_number"]


@pytest.mark.parametrize(
    ("trait", "forms"),
    [
        ({}, {"repair", "revoke", "raise_objection"}),
        ({"disputed": True}, {"repair", "revoke", "decide_objection"}),
        ({"commended": True}, {"revoke", "raise_objection"}),
        ({"repaired": True}, {"revoke"}),
        ({"revoked": True}, set()),
    ],
)
def test_it_offers_what_the_state_allows(browser: Client, trait: dict[str, bool], forms: set[str]):
    response = browser.get(page_of(CreditRecordFactory(**trait)))

    assert response.status_code == 200
    assert set(response.context["forms"]) == forms


def test_it_repairs(browser: Client):
    record = CreditRecordFactory()

    response = browser.post(page_of(record, "repair"), {"repair-on": "2026-11-20"}, follow=True)

    record.refresh_from_db()
    assert record.repaired_on == date(2026, 11, 20)
    assert "信用修复已登记" in response.content.decode()


def test_it_keeps_the_form_when_it_is_too_early_to_repair(browser: Client):
    record = CreditRecordFactory(minimum_until=date(2026, 11, 21))

    response = browser.post(page_of(record, "repair"), {"repair-on": "2026-11-20"})

    assert response.status_code == 422
    assert "最短公示期至 2026-11-21" in response.content.decode()
    assert 'value="2026-11-20"' in response.content.decode()


def test_it_answers_409_when_the_state_forbids(browser: Client):
    record = CreditRecordFactory(revoked=True)

    assert browser.post(page_of(record, "repair"), {"repair-on": "2026-11-20"}).status_code == 409


def test_it_revokes(browser: Client):
    record = CreditRecordFactory()

    browser.post(page_of(record, "revoke"), {"revoke-on": "2026-11-20", "revoke-reason": "复议撤销"})

    record.refresh_from_db()
    assert record.revoke_reason == "复议撤销"


def test_it_takes_and_decides_an_objection(browser: Client):
    record = CreditRecordFactory()
    browser.post(
        page_of(record, "raise_objection"),
        {"raise_objection-on": "2026-11-20", "raise_objection-reason": "对象有误"},
    )

    browser.post(
        page_of(record, "decide_objection"),
        {
            "decide_objection-on": "2026-11-20",
            "decide_objection-upheld": "no",
            "decide_objection-decision": "事实清楚",
        },
    )

    record.refresh_from_db()
    assert (record.objection, record.objection_decision) == ("rejected", "事实清楚")


def test_it_does_not_know_another_number(browser: Client):
    assert browser.get("/credit/records/XY20269999/").status_code == 404
