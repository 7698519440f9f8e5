"""Cases of departments' own systems."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from approvals.actions import own_system
from approvals.actions.reported import ReportedCase, ReportedDocument, ReportedPermit
from approvals.models import Application, ItemVariant, Permit
from approvals.models.permit import FOREVER
from credit.models import CreditCheck, Subject
from shenguan import events
from shenguan.access.actors import Actor
from shenguan.audit.models import AuditEntry
from shenguan.events.models import Event
from shenguan.org.models import Department
from shenguan.refusals import Invalid
from shenguan.workdays.models import Deadline
from tests.factories.access import MachineClientFactory
from tests.factories.approvals import ItemVariantFactory, PermitFactory
from tests.factories.credit import CreditCheckFactory, CreditRecordFactory, SubjectFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def system_of_office(office: Department) -> Actor:
    """The department's own system."""
    return Actor.of_client(MachineClientFactory(department=office))


@pytest.fixture
def subject() -> Subject:
    """The applicant."""
    return SubjectFactory()


@pytest.fixture
def accepted(variant: ItemVariant) -> ReportedCase:
    """The first report."""
    return ReportedCase(source_case_id="WJ-2026-17", item_code=variant.item.code, stage="accepted")


@pytest.fixture
def concluded(accepted: ReportedCase) -> ReportedCase:
    """The second report."""
    return replace(
        accepted,
        stage="concluded",
        result="granted",
        decided_on=date(2026, 11, 19),
        permit=ReportedPermit("云卫许〔2026〕88号", "卫生许可证", date(2026, 11, 19), date(2030, 11, 18)),
        documents=(ReportedDocument("准予行政许可决定书", "云卫许决〔2026〕88号"),),
    )


def kinds() -> list[str]:
    return list(Event.objects.filter(kind__startswith="approval.").order_by("id").values_list("kind", flat=True))


def report(by: Actor, subject: Subject, case: ReportedCase) -> tuple[Application, bool]:
    return own_system.report_case(by=by, subject=subject, case=case)


def test_it_takes_the_acceptance_in(system_of_office: Actor, subject: Subject, accepted: ReportedCase) -> None:
    application, is_new = report(system_of_office, subject, accepted)

    assert is_new
    assert (application.status, application.source) == ("accepted", "own_system")
    assert application.number == "YZ20261120-0001"
    assert application.statutory_deadline.due_on == date(2026, 12, 4)
    assert kinds() == ["approval.accepted"]


def test_it_repeats_nothing(system_of_office: Actor, subject: Subject, accepted: ReportedCase) -> None:
    first, _ = report(system_of_office, subject, accepted)

    second, is_new = report(system_of_office, subject, accepted)

    assert (second.pk, is_new) == (first.pk, False)
    assert kinds() == ["approval.accepted"]
    assert CreditCheck.objects.count() == 1


def test_it_concludes(
    system_of_office: Actor, subject: Subject, accepted: ReportedCase, concluded: ReportedCase
) -> None:
    report(system_of_office, subject, accepted)

    application, is_new = report(system_of_office, subject, concluded)

    assert not is_new
    assert (application.status, application.result) == ("concluded", "granted")
    assert application.decision.document.number == "云卫许决〔2026〕88号"
    assert application.permit.number == "云卫许〔2026〕88号"
    assert application.statutory_deadline.state == Deadline.State.MET
    assert kinds() == ["approval.accepted", "approval.concluded"]
    assert Event.objects.get(kind="approval.concluded").payload["permit_number"] == "云卫许〔2026〕88号"


def test_it_concludes_once(
    system_of_office: Actor, subject: Subject, accepted: ReportedCase, concluded: ReportedCase
) -> None:
    for case in (accepted, concluded, concluded):
        application, _ = report(system_of_office, subject, case)

    assert kinds() == ["approval.accepted", "approval.concluded"]
    assert Permit.objects.filter(application=application).count() == 1


def test_it_orders_a_conclusion_that_comes_first(
    system_of_office: Actor, subject: Subject, accepted: ReportedCase, concluded: ReportedCase
) -> None:
    application, is_new = report(system_of_office, subject, concluded)
    late, late_is_new = report(system_of_office, subject, accepted)

    assert (is_new, late_is_new, late.pk) == (True, False, application.pk)
    assert late.status == Application.Status.CONCLUDED
    assert kinds() == ["approval.accepted", "approval.concluded"]


def test_it_takes_a_refusal(system_of_office: Actor, subject: Subject, accepted: ReportedCase) -> None:
    case = replace(accepted, stage="concluded", result="refused", decided_on=date(2026, 11, 19))

    application, _ = report(system_of_office, subject, case)

    assert application.decision.document.number == "WJ-2026-17"
    assert "行政复议" in application.decision.remedy
    assert not Permit.objects.exists()


def test_it_takes_a_permit_without_end_as_permanent(
    system_of_office: Actor, subject: Subject, concluded: ReportedCase
) -> None:
    application, _ = report(system_of_office, subject, replace(concluded, permit=ReportedPermit("云卫许〔2026〕88号")))

    assert (application.permit.valid_from, application.permit.valid_to) == (date(2026, 11, 19), FOREVER)


def test_it_keeps_the_commitment_and_starts_its_check(
    system_of_office: Actor, subject: Subject, concluded: ReportedCase
) -> None:
    case = replace(concluded, by_commitment=True, commitment_text="本单位承诺符合全部条件")

    application, _ = report(system_of_office, subject, case)

    assert application.commitment.text == "本单位承诺符合全部条件"
    assert application.commitment.check_deadline.start_on == date(2026, 11, 19)
    assert Event.objects.get(kind="approval.concluded").payload["by_commitment"] is True


def test_it_checks_credit(system_of_office: Actor, accepted: ReportedCase) -> None:
    record = CreditRecordFactory(severe=True)

    application, _ = report(system_of_office, record.subject, accepted)

    assert application.credit_check.outcome == CreditCheck.Outcome.SEVERE
    assert Event.objects.get(kind="approval.accepted").payload["credit_flag"] == "focus"


def test_it_takes_the_check_the_department_asked_for(
    system_of_office: Actor, subject: Subject, accepted: ReportedCase, office: Department
) -> None:
    asked = CreditCheckFactory(
        department=office, subject=subject, case_number=accepted.source_case_id, item_code=accepted.item_code
    )

    application, _ = report(system_of_office, subject, accepted)

    assert application.credit_check == asked


def test_it_refuses_items_of_other_departments(
    system_of_office: Actor, subject: Subject, accepted: ReportedCase
) -> None:
    other = ItemVariantFactory()

    with pytest.raises(Invalid) as refusal:
        report(system_of_office, subject, replace(accepted, item_code=other.item.code))

    assert refusal.value.code == "item_of_other_department"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"item_code": "439999999999"}, "item_code"),
        ({"result": ""}, "result"),
        ({"decided_on": None}, "decided_on"),
        ({"decided_on": date(2026, 11, 21)}, "decided_on"),
        ({"by_commitment": True}, "commitment_text"),
        ({"permit": ReportedPermit("证1号", "", date(2026, 11, 19), date(2026, 11, 18))}, "permit.valid_to"),
        ({"stage": "received"}, "stage"),
    ],
)
def test_it_names_what_is_wrong(
    system_of_office: Actor, subject: Subject, concluded: ReportedCase, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        report(system_of_office, subject, replace(concluded, **change))

    assert refusal.value.errors.keys() == {field}
    assert not Application.objects.exists()


def test_it_refuses_a_document_number_of_another_case(
    system_of_office: Actor, subject: Subject, concluded: ReportedCase
) -> None:
    report(system_of_office, subject, concluded)

    with pytest.raises(Invalid) as refusal:
        report(system_of_office, subject, replace(concluded, source_case_id="WJ-2026-18"))

    assert refusal.value.errors.keys() == {"documents"}
    assert Application.objects.count() == 1


def test_it_keeps_the_credit_check_of_a_case_it_refuses(
    system_of_office: Actor, subject: Subject, concluded: ReportedCase, office: Department
) -> None:
    PermitFactory(department=office, number=concluded.permit.number)

    with pytest.raises(Invalid):
        report(system_of_office, subject, concluded)

    check = CreditCheck.objects.get(subject=subject)
    assert AuditEntry.objects.get(action="credit.check").target_id == str(check.pk)


def test_it_writes_down_check_and_acceptance_in_their_order(
    system_of_office: Actor, subject: Subject, accepted: ReportedCase
) -> None:
    application, _ = report(system_of_office, subject, accepted)

    acts = AuditEntry.objects.filter(action__in=["credit.check", "application.report_acceptance"]).order_by("id")
    assert [(act.action, act.target_id) for act in acts] == [
        ("credit.check", str(application.credit_check_id)),
        ("application.report_acceptance", str(application.pk)),
    ]


def test_it_refuses_a_permit_number_of_another_case(
    system_of_office: Actor, subject: Subject, concluded: ReportedCase, office: Department
) -> None:
    PermitFactory(department=office, number=concluded.permit.number)

    with pytest.raises(Invalid) as refusal:
        report(system_of_office, subject, concluded)

    assert refusal.value.errors.keys() == {"permit.number"}


def test_it_keeps_departments_apart(subject: Subject, system_of_office: Actor, accepted: ReportedCase) -> None:
    other = ItemVariantFactory()
    system_of_other = Actor.of_client(MachineClientFactory(department=other.item.implementing_department))
    report(system_of_office, subject, accepted)

    _, is_new = report(system_of_other, subject, replace(accepted, item_code=other.item.code))

    assert is_new


def test_it_keeps_nothing_when_an_event_cannot_be_written(
    system_of_office: Actor, subject: Subject, concluded: ReportedCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = events.record

    def broken(kind: str, **rest: Any) -> Any:
        if kind == "approval.concluded":
            raise RuntimeError("the journal is full")
        return record(kind, **rest)

    monkeypatch.setattr(events, "record", broken)
    with pytest.raises(RuntimeError):
        report(system_of_office, subject, concluded)

    assert not Application.objects.exists()
    assert kinds() == []
