"""Measures supervision took: back to the approver, onto the credit record where the rules say, in time for the next."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from credit.actions import records
from credit.models import CreditRecord
from credit.sources import local
from linkage.actions import measures
from linkage.actions.measures import Measure
from linkage.models import Push
from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from shenguan.refusals import Invalid, NotAllowed, StaleVersion, StateForbids
from tests.factories.approvals import ApplicationFactory
from tests.factories.ground import DepartmentFactory, StaffFactory
from tests.linkage.conftest import City, acting, route_all
from tests.linkage.pages.conftest import sign_in  # noqa: F401

pytestmark = pytest.mark.django_db


def measure(**more: Any) -> Measure:
    values: Any = {
        "kind": "fine",
        "document_name": "行政处罚决定书",
        "document_number": "云市监罚〔2026〕9号",
        "decided_on": date(2026, 11, 19),
        "facts": "超范围经营",
        "result": "罚款 3000 元",
        "legal_basis": "食品安全法第一百二十二条",
        "fine_yuan": Decimal(3000),
    }
    return Measure(**values | more)


@pytest.fixture
def duty(city: City) -> Push:
    return city.route()


def test_a_fine_goes_back_and_onto_the_record(city: City, duty: Push) -> None:
    record = measures.report(duty, by=acting(city.liaison), measure=measure())
    route_all()
    back = Push.objects.get(kind="finding.reported")
    duty.refresh_from_db()
    assert (back.department, back.status) == (city.application.department, Push.Status.WAITING_ANSWER)
    assert "罚款（行政处罚决定书 云市监罚〔2026〕9号）" in back.message
    assert (back.payload["measure"]["kind"], duty.status) == ("fine", Push.Status.FED_BACK)
    assert record is not None
    assert (record.category, record.level, record.fine_yuan) == (
        CreditRecord.Category.PENALTY,
        CreditRecord.Level.GENERAL,
        Decimal(3000),
    )


@pytest.mark.parametrize(
    ("kind", "category", "level"),
    [
        ("warning", "penalty", "minor"),
        ("revoked_permit", "penalty", "severe"),
        ("abnormal_list", "abnormal_list", "general"),
        ("severe_list", "severe_list", "severe"),
    ],
)
def test_the_kind_decides_the_record(city: City, duty: Push, kind: str, category: str, level: str) -> None:
    record = measures.report(duty, by=acting(city.liaison), measure=measure(kind=kind, fine_yuan=None))
    assert record is not None
    assert (record.category, record.level) == (category, level)


@pytest.mark.parametrize("kind", ["rectify", "seizure", "not_penalised"])
def test_what_is_no_penalty_leaves_no_record(city: City, duty: Push, kind: str) -> None:
    assert measures.report(duty, by=acting(city.liaison), measure=measure(kind=kind, fine_yuan=None)) is None
    route_all()
    assert not CreditRecord.objects.exists()
    assert Push.objects.filter(kind="finding.reported").exists()


def test_a_document_recorded_before_is_not_recorded_twice(city: City, duty: Push) -> None:
    first = measures.report(duty, by=acting(city.liaison), measure=measure())
    duty.refresh_from_db()
    assert measures.report(duty, by=acting(city.liaison), measure=measure()) == first
    assert CreditRecord.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "flogging"),
        ("facts", " "),
        ("legal_basis", ""),
        ("document_number", ""),
        ("decided_on", date(2026, 11, 21)),
        ("fine_yuan", None),
    ],
)
def test_it_names_what_is_wrong_and_writes_nothing(city: City, duty: Push, field: str, value: Any) -> None:
    with pytest.raises(Invalid) as refused:
        measures.report(duty, by=acting(city.liaison), measure=measure(**{field: value}))
    assert field in refused.value.errors
    duty.refresh_from_db()
    assert duty.status == Push.Status.CLAIMED


def test_an_amount_stands_only_with_a_fine(city: City, duty: Push) -> None:
    with pytest.raises(Invalid) as refused:
        measures.report(duty, by=acting(city.liaison), measure=measure(kind="warning"))
    assert set(refused.value.errors) == {"fine_yuan"}


def test_only_the_recipient_reports(duty: Push) -> None:
    with pytest.raises(NotAllowed):
        measures.report(duty, by=acting(StaffFactory(roles=[Role.LIAISON])), measure=measure())


def test_a_stale_page_reports_nothing(city: City, duty: Push) -> None:
    with pytest.raises(StaleVersion):
        measures.report(duty, by=acting(city.liaison), measure=measure(), expected_version=duty.version - 1)
    assert not CreditRecord.objects.exists()


def test_a_push_that_is_over_takes_no_measure(city: City, duty: Push) -> None:
    Push.objects.filter(pk=duty.pk).update(status=Push.Status.CLOSED, is_open=False)
    with pytest.raises(StateForbids):
        measures.report(duty, by=acting(city.liaison), measure=measure())
    assert not CreditRecord.objects.exists()


def test_another_bureau_with_a_pending_application_reads_of_it(city: City, duty: Push) -> None:
    bureau = DepartmentFactory(approving=True)
    StaffFactory(department=bureau, roles=[Role.EXAMINER])
    pending = ApplicationFactory(
        accepted=True, subject=city.application.subject, variant__item__implementing_department=bureau
    )
    measures.report(duty, by=acting(city.liaison), measure=measure())
    route_all()
    told = {push.department: push for push in Push.objects.filter(kind="credit.changed")}
    assert pending.department in told
    push = told[pending.department]
    assert (push.direction, push.next_step, push.application) == (Push.Direction.REVERSE, Push.NextStep.READ, pending)
    assert city.entry.department not in told  # the one that made it


def test_a_repair_without_a_case_is_told_as_well(city: City, duty: Push) -> None:
    officer = StaffFactory(roles=[Role.CREDIT_ADMIN])
    records.record_fact(
        by=Actor.of_staff(officer),
        subject=city.application.subject,
        authority=officer.department,
        level="minor",
        category="penalty",
        document_name="决定书",
        document_number="X1",
        decided_on=date(2026, 11, 19),
        facts="轻微违法",
        result="警告",
        legal_basis=["行政处罚法第三十三条"],
    )
    route_all()
    assert Push.objects.get(kind="credit.changed").department == city.entry.department


def test_the_next_check_knows_it(city: City, duty: Push) -> None:
    record = measures.report(duty, by=acting(city.liaison), measure=measure())
    data = local.LocalSource().fetch(
        city.application.subject, visibilities=frozenset({"public", "government", "authorised"}), on=date(2026, 11, 20)
    )
    assert record is not None
    assert record.number in [fact.number for fact in data.records]


def test_the_form_reports(city: City, duty: Push, sign_in: Any) -> None:  # noqa: F811
    browser = sign_in(city.liaison)
    address = reverse("linkage:push_deed", args=[duty.number, "measure"])
    assert "罚款金额" in browser.get(address).content.decode()
    answer = browser.post(
        address,
        {
            "kind": "fine",
            "document_name": "行政处罚决定书",
            "document_number": "云市监罚〔2026〕9号",
            "decided_on": "2026-11-19",
            "facts": "超范围经营",
            "result": "罚款 3000 元",
            "legal_basis": "食品安全法第一百二十二条",
            "fine_yuan": "3000",
        },
    )
    assert answer.status_code == 302
    assert CreditRecord.objects.get().created_by == city.liaison.username
