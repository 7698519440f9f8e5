"""/credit/subjects/: finding a party, its file, and unmasking."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from credit import dealings
from credit.models import CreditRecord, Subject
from shenguan.access.roles import Role
from shenguan.audit.models import AuditEntry
from shenguan.org.models import Staff
from tests.factories.credit import CreditCheckFactory, CreditRecordFactory, JointMeasureFactory, SubjectFactory
from tests.factories.ground import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
SEARCH = "/credit/subjects/"
LOOKUP = "/credit/subjects/lookup/"
Browser = Callable[[Staff], Client]


def file_of(subject: Subject) -> str:
    return reverse("credit:subject", args=[subject.pk])


def unmask(subject: Subject, key: str = "phone") -> str:
    return reverse("credit:subject_unmask", args=[subject.pk, key])


# ---------------------------------------------------------------- finding


def test_it_finds_by_name(browser_of: Browser, clerk: Staff):
    subject = SubjectFactory(name="云州阳光宾馆")

    page = browser_of(clerk).get(SEARCH, {"q": "阳光"}).content.decode()

    assert file_of(subject) in page


def test_it_is_not_for_everyone(browser_of: Browser):
    assert browser_of(StaffFactory(roles=[Role.LIST_ADMIN])).get(SEARCH).status_code == 403


def test_it_takes_no_id_number_in_the_address(browser_of: Browser, clerk: Staff):
    person = SubjectFactory(person=True)

    response = browser_of(clerk).get(SEARCH, {"q": person.id_number})

    assert response.status_code == 422
    assert file_of(person) not in response.content.decode()


def test_it_finds_a_person_by_posted_number_and_keeps_a_trace(browser_of: Browser, clerk: Staff):
    person = SubjectFactory(person=True)

    response = browser_of(clerk).post(LOOKUP, {"code": person.id_number, "case_number": "YZ20261120-0001"})

    assert response.url == file_of(person)
    assert person.id_number not in response.url
    entry = AuditEntry.objects.get(action="subject.lookup")
    assert (entry.label, entry.detail) == ("郑*明", {"case_number": "YZ20261120-0001"})


def test_it_asks_for_the_case_before_looking_up(browser_of: Browser, clerk: Staff):
    response = browser_of(clerk).post(LOOKUP, {"code": SubjectFactory(person=True).id_number})

    assert response.status_code == 422
    assert not AuditEntry.objects.filter(action="subject.lookup").exists()


def test_it_keeps_a_trace_of_a_number_it_does_not_know(browser_of: Browser, clerk: Staff):
    response = browser_of(clerk).post(LOOKUP, {"code": "91439901MA4DX2730E", "case_number": "来电咨询"})

    assert response.status_code == 404
    assert AuditEntry.objects.get(action="subject.lookup").label == "未找到"


def test_looking_up_people_needs_more_than_reading(browser_of: Browser):
    examiner = StaffFactory(roles=[Role.EXAMINER])
    assert browser_of(examiner).post(LOOKUP, {"code": "x", "case_number": "y"}).status_code == 403


# ---------------------------------------------------------------- the file


def test_it_shows_the_file(browser_of: Browser, clerk: Staff):
    applied = JointMeasureFactory(record__document_number="云州市监处罚〔2026〕131号")
    check = CreditCheckFactory(subject=applied.subject, department=clerk.department)

    page = browser_of(clerk).get(file_of(applied.subject)).content.decode()

    assert "云州市监处罚〔2026〕131号" in page
    assert applied.measure.name in page
    assert check.number in page


def test_it_leaves_a_trace_of_who_looked(browser_of: Browser, clerk: Staff):
    subject = SubjectFactory()

    browser_of(clerk).get(file_of(subject))

    entry = AuditEntry.objects.get(action="subject.view")
    assert (entry.actor_key, entry.label) == (clerk.username, subject.name)


def test_it_masks_numbers_and_names(browser_of: Browser, clerk: Staff):
    person = SubjectFactory(person=True)

    page = browser_of(clerk).get(file_of(person)).content.decode()

    assert "138****1001" in page
    assert "郑*明" in page
    for secret in (person.id_number, "13800001001", "郑启明"):
        assert secret not in page


@pytest.mark.parametrize(("kind", "shown"), [("enterprise", "苏子衡"), ("individual_business", "苏*衡")])
def test_an_owner_s_name_is_personal_a_company_s_representative_is_not(
    browser_of: Browser, clerk: Staff, kind: str, shown: str
):
    subject = SubjectFactory(kind=kind, legal_representative="苏子衡")

    assert f"<dd>{shown}</dd>" in browser_of(clerk).get(file_of(subject)).content.decode()


@pytest.mark.parametrize(
    ("visibility", "is_shown"),
    [
        (CreditRecord.Visibility.PUBLIC, True),
        (CreditRecord.Visibility.GOVERNMENT, True),
        (CreditRecord.Visibility.AUTHORISED, False),
    ],
)
def test_it_shows_records_by_their_visibility(browser_of: Browser, clerk: Staff, visibility: str, is_shown: bool):
    record = CreditRecordFactory(visibility=visibility)

    page = browser_of(clerk).get(file_of(record.subject)).content.decode()

    assert (record.number in page) == is_shown


def test_the_credit_officer_sees_every_record(browser_of: Browser, officer: Staff):
    record = CreditRecordFactory(visibility=CreditRecord.Visibility.AUTHORISED)

    assert record.number in browser_of(officer).get(file_of(record.subject)).content.decode()


def test_it_shows_only_the_department_s_checks(browser_of: Browser, clerk: Staff):
    foreign = CreditCheckFactory()

    assert foreign.number not in browser_of(clerk).get(file_of(foreign.subject)).content.decode()


def test_it_warns_of_a_namesake(browser_of: Browser, clerk: Staff):
    subject, namesake = SubjectFactory(name="云州阳光宾馆"), SubjectFactory(name="云州阳光宾馆")

    assert namesake.uscc in browser_of(clerk).get(file_of(subject)).content.decode()


def test_it_asks_supervision_for_its_part(browser_of: Browser, clerk: Staff):
    subject = SubjectFactory()

    page = browser_of(clerk).get(file_of(subject)).content.decode()

    assert f'hx-get="{reverse("supervision:subject_objects", args=[subject.pk])}"' in page


# ---------------------------------------------------------------- unmasking


@pytest.fixture
def inspector() -> Staff:
    """Somebody who may open files and unmask, but looks nobody up by number."""
    return StaffFactory(roles=[Role.INSPECTOR])


@pytest.fixture
def dealings_with(monkeypatch: pytest.MonkeyPatch) -> Callable[[Subject], None]:
    """`dealings_with(subject)` gives every department business with this party and no other."""

    def set_up(subject: Subject) -> None:
        monkeypatch.setattr(dealings, "_providers", [lambda staff, subject_id: subject_id == subject.pk])

    return set_up


@pytest.mark.parametrize("address", [file_of, unmask])
def test_it_hides_a_person_the_department_has_no_business_with(
    browser_of: Browser, inspector: Staff, dealings_with: Callable[[Subject], None], address: Callable[[Subject], str]
):
    mine, stranger = SubjectFactory(person=True), SubjectFactory(person=True)
    dealings_with(mine)

    assert browser_of(inspector).get(address(mine)).status_code == 200
    assert browser_of(inspector).get(address(stranger)).status_code == 404


def test_it_opens_every_organisation_to_both_sides(browser_of: Browser, inspector: Staff):
    assert browser_of(inspector).get(file_of(SubjectFactory())).status_code == 200


def test_it_unmasks_only_for_departments_with_business(
    browser_of: Browser, inspector: Staff, dealings_with: Callable[[Subject], None]
):
    mine, stranger = SubjectFactory(), SubjectFactory()
    dealings_with(mine)

    allowed = browser_of(inspector).post(unmask(mine), {"reason": "电话通知检查"})
    refused = browser_of(inspector).post(unmask(stranger), {"reason": "电话通知检查"})

    assert (allowed.status_code, refused.status_code) == (200, 403)
    assert "13800001001" not in refused.content.decode()
    assert AuditEntry.objects.filter(action="personal_data.unmask").count() == 1


@pytest.mark.parametrize(("traits", "shown"), [({}, "望江路13号"), ({"person": True}, "云州市临江区****")])
def test_it_shows_a_persons_address_down_to_the_district(
    browser_of: Browser, clerk: Staff, traits: dict[str, bool], shown: str
):
    subject = SubjectFactory(**traits, registered_address="云州市临江区望江路13号")

    page = browser_of(clerk).get(file_of(subject)).content.decode()

    assert shown in page
    assert ("望江路" in page) is (not traits)


def test_it_unmasks_with_right_and_reason_and_keeps_a_trace(browser_of: Browser, clerk: Staff):
    subject = SubjectFactory()

    response = browser_of(clerk).post(unmask(subject), {"reason": "电话通知补正"})

    assert "13800001001" in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    entry = AuditEntry.objects.get(action="personal_data.unmask")
    assert entry.detail == {"field": "phone", "reason": "电话通知补正"}
    assert entry.target_id == str(subject.pk)


def test_it_goes_back_to_the_mask_by_itself(browser_of: Browser, clerk: Staff):
    subject = SubjectFactory()

    page = browser_of(clerk).post(unmask(subject), {"reason": "电话通知补正"}).content.decode()

    assert 'hx-trigger="load delay:60s"' in page
    assert f'hx-get="{unmask(subject)}"' in page


def test_the_masked_fragment_holds_no_number(browser_of: Browser, clerk: Staff):
    page = browser_of(clerk).get(unmask(SubjectFactory())).content.decode()

    assert "138****1001" in page
    assert "13800001001" not in page


@pytest.mark.parametrize("reason", ["", "   ", "看看"])
def test_it_wants_a_real_reason(browser_of: Browser, clerk: Staff, reason: str):
    response = browser_of(clerk).post(unmask(SubjectFactory()), {"reason": reason})

    assert response.status_code == 422
    assert "13800001001" not in response.content.decode()
    assert not AuditEntry.objects.filter(action="personal_data.unmask").exists()


def test_it_wants_the_right(browser_of: Browser):
    decider = StaffFactory(roles=[Role.DECIDER])

    response = browser_of(decider).post(unmask(SubjectFactory()), {"reason": "电话通知补正"})

    assert response.status_code == 403
    assert "13800001001" not in response.content.decode()


def test_it_does_not_offer_to_unmask_without_the_right(browser_of: Browser):
    decider = StaffFactory(roles=[Role.DECIDER])

    assert "显示并留痕" not in browser_of(decider).get(unmask(SubjectFactory())).content.decode()


def test_it_unmasks_no_other_field(browser_of: Browser, clerk: Staff):
    assert browser_of(clerk).post(unmask(SubjectFactory(), "name"), {"reason": "电话通知补正"}).status_code == 404
