"""What was handed over outside the portal (R10.08)."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from approvals.actions.reported import ReportedCase
from approvals.models import Application
from linkage.actions import offline
from linkage.actions.offline import HandOver
from linkage.models import OfflineRecord, Push
from shenguan.access.roles import Role
from shenguan.audit.models import AuditEntry
from shenguan.events.models import Event
from shenguan.refusals import Invalid, NotAllowed
from tests.factories.credit import SubjectFactory
from tests.factories.ground import StaffFactory
from tests.linkage.conftest import City, acting, route_all

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def told(kind: str = "letter", **changes: object) -> HandOver:
    values = {"counterpart": "市水利局", "happened_on": TODAY, "content": "说明取水口位置"}
    return HandOver(kind, **values | changes)  # type: ignore[arg-type]


def reported(city: City, **changes: object) -> ReportedCase:
    values = {"source_case_id": "SL-2026-7", "item_code": city.application.item.code, "stage": "concluded"}
    return ReportedCase(**values | {"result": "granted", "decided_on": TODAY} | changes)  # type: ignore[arg-type]


@pytest.fixture
def variant(city: City) -> None:
    """The item is implemented by the department of its case."""
    city.application.item.implementing_department = city.application.department
    city.application.item.save(update_fields=["implementing_department"])


def test_a_letter_stands_on_the_timeline_of_its_case(city: City):
    paper = SimpleUploadedFile("来函.pdf", b"%PDF-1.4 x", "application/pdf")

    kept = offline.record(city.application, told(uploaded=paper), by=acting(city.coordinator))

    event = Event.objects.get(kind="offline.recorded")
    assert event.summary == "【线下】2026-11-20 来函，市水利局：说明取水口位置（附件：来函.pdf）"
    assert (event.case_number, event.visibility) == (city.application.number, "both")
    assert kept.file is not None
    assert AuditEntry.objects.filter(action="offline.record", actor_key=city.coordinator.username).exists()


def test_what_an_own_system_handed_over_is_marked_so(city: City):
    offline.record(city.application, told("own_system"), by=acting(city.coordinator))

    assert Event.objects.get(kind="offline.recorded").summary.startswith("【自建系统】")


def test_an_approval_liaison_records_for_the_own_department(city: City):
    assert offline.record(city.application, told(), by=acting(city.approver)).recorded_by == city.approver.name


def test_an_approval_liaison_records_for_no_other_department(city: City):
    with pytest.raises(NotAllowed):
        offline.record(city.application, told(), by=acting(StaffFactory(roles=[Role.EXAMINER])))
    assert not OfflineRecord.objects.exists()


def test_a_supervisor_records_nothing(city: City):
    with pytest.raises(NotAllowed):
        offline.record(city.application, told(), by=acting(city.liaison))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"counterpart": " "}, "counterpart"),
        ({"content": ""}, "content"),
        ({"happened_on": date(2026, 11, 21)}, "happened_on"),
        ({"kind": "phone"}, "kind"),
    ],
)
def test_it_names_what_is_wrong(city: City, changes, field):
    with pytest.raises(Invalid) as refusal:
        offline.record(city.application, told(**changes), by=acting(city.coordinator))
    assert field in refusal.value.errors
    assert not OfflineRecord.objects.exists()


@pytest.mark.usefixtures("variant")
def test_a_case_told_by_letter_is_taken_in_and_routed(city: City):
    record, is_new = offline.report(SubjectFactory(), reported(city), told(), by=acting(city.coordinator))
    route_all()

    case = record.application
    assert (is_new, case.status, case.source_case_id) == (True, Application.Status.CONCLUDED, "SL-2026-7")
    push = Push.objects.get(case_number=case.number)
    assert (push.department, push.payload["via"]) == (city.entry.department, "offline")
    summaries = list(Event.objects.filter(case_number=case.number).values_list("summary", flat=True))
    assert any(summary.startswith("【线下】报送办结") for summary in summaries)
    assert AuditEntry.objects.filter(action="application.report_conclusion", actor_name__contains="线下录入").exists()


@pytest.mark.usefixtures("variant")
def test_the_same_case_told_again_is_recorded_and_not_routed_twice(city: City):
    subject, by = SubjectFactory(), acting(city.coordinator)
    offline.report(subject, reported(city), told(), by=by)
    _, is_new = offline.report(subject, reported(city), told("meeting"), by=by)
    route_all()

    assert not is_new
    assert (OfflineRecord.objects.count(), Push.objects.count()) == (2, 1)


@pytest.mark.usefixtures("variant")
def test_a_case_refused_leaves_no_record(city: City):
    with pytest.raises(Invalid) as refusal:
        offline.report(SubjectFactory(), reported(city, result=""), told(), by=acting(city.coordinator))
    assert "result" in refusal.value.errors
    assert not OfflineRecord.objects.exists()


@pytest.mark.usefixtures("variant")
def test_a_case_of_another_department_is_not_for_an_approval_liaison(city: City):
    with pytest.raises(NotAllowed):
        offline.report(SubjectFactory(), reported(city), told(), by=acting(StaffFactory(roles=[Role.EXAMINER])))
    assert Application.objects.count() == 1
