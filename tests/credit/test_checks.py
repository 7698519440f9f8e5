"""The check: what it asks, what it keeps, and that nobody can change it afterwards."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction

from credit import sources
from credit.actions.checks import check_subject, recheck
from credit.facts import CreditData, ItemTerms
from credit.models import CreditCheck, CreditRecord, Subject
from credit.sources.local import LocalSource
from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from shenguan.audit.models import AuditEntry
from shenguan.events.models import Event
from shenguan.refusals import Invalid, NotAllowed
from tests.factories.credit import (
    CreditCheckFactory,
    CreditRecordFactory,
    JointMeasureFactory,
    MeasureFactory,
    SubjectFactory,
)
from tests.factories.ground import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TERMS = ItemTerms(item_code="439901010040", item_name="食品经营许可", tolerance_allowed=True)
Outcome = CreditCheck.Outcome


class SilentPlatform(LocalSource):
    """A platform that does not answer."""

    name = "市信用平台"

    def fetch(self, subject: Subject, *, visibilities: frozenset[str], on: date) -> CreditData:
        raise sources.SourceUnreachable("连接超时")


class FarPlatform(LocalSource):
    """A platform behind a network."""

    is_remote = True


def ask(by: Actor, subject: Subject | None = None, **more) -> CreditCheck:
    return check_subject(by=by, terms=TERMS, subject=subject, **more)


def use(monkeypatch: pytest.MonkeyPatch, platform: type[LocalSource]) -> None:
    monkeypatch.setattr(sources, "current", platform)


def test_it_keeps_who_when_why_about_whom_and_what(by_clerk: Actor):
    record = CreditRecordFactory(subject__public_grade="medium")

    check = ask(by_clerk, record.subject, case_number="YZ20261120-0001")

    assert (check.operator_key, check.operator_name) == (by_clerk.key, "陈静")
    assert check.checked_at == datetime(2026, 11, 20, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert (check.purpose, check.case_number) == ("行政许可受理", "YZ20261120-0001")
    assert (check.subject, check.department) == (record.subject, by_clerk.department)
    assert (check.source, check.source_reachable, check.public_grade) == ("本平台信用库", True, "medium")
    assert [hit["number"] for hit in check.hits] == [record.number]
    assert check.terms["item_code"] == "439901010040"


def test_it_numbers_the_checks_of_a_day_without_gaps(by_clerk: Actor, clock):
    subject = SubjectFactory()
    numbers = [ask(by_clerk, subject).number for _ in range(2)]
    clock.shift(24 * 3600)

    assert numbers == ["XC20261120-0001", "XC20261120-0002"]
    assert ask(by_clerk, subject).number == "XC20261121-0001"


def test_it_decides_by_the_day_of_the_application(by_clerk: Actor):
    record = CreditRecordFactory(repaired=True)
    day_before = datetime(2026, 11, 19, 23, 59, tzinfo=ZoneInfo("Asia/Shanghai"))

    assert ask(by_clerk, record.subject, at=day_before).outcome == Outcome.GENERAL
    assert ask(by_clerk, record.subject).outcome == Outcome.REPAIRED


def test_it_writes_audit_and_timeline(by_clerk: Actor):
    check = ask(by_clerk, SubjectFactory(), case_number="YZ20261120-0001")

    entry = AuditEntry.objects.get(action="credit.check")
    event = Event.objects.get(kind="application.credit_checked")
    assert (entry.label, entry.detail["outcome"]) == (check.number, "no_record")
    assert event.case_number == "YZ20261120-0001"
    assert check.number in event.summary


def test_it_keeps_nothing_when_the_timeline_cannot_be_written(by_clerk: Actor, monkeypatch: pytest.MonkeyPatch):
    def fail(*_args, **_more):
        raise DatabaseError("disk full")

    monkeypatch.setattr("credit.actions.checks.events.record", fail)

    with pytest.raises(DatabaseError):
        ask(by_clerk, SubjectFactory(), case_number="YZ20261120-0001")

    assert not CreditCheck.objects.exists()
    assert not AuditEntry.objects.exists()


def test_it_names_the_version_of_the_data(by_clerk: Actor):
    record = CreditRecordFactory()
    first, second = ask(by_clerk, record.subject), ask(by_clerk, record.subject)
    CreditRecord.objects.filter(pk=record.pk).update(facts="事由更正")

    assert first.data_version == second.data_version
    assert ask(by_clerk, record.subject).data_version != first.data_version


def test_it_answers_unmatched_for_a_name(by_clerk: Actor):
    subject = SubjectFactory(name="云州阳光宾馆")

    check = ask(by_clerk, queried_name="云州阳光宾馆")

    assert (check.outcome, check.subject) == (Outcome.NO_MATCH, None)
    assert subject.name == check.queried_name


def test_it_keeps_a_person_s_name_out_of_the_queried_name(by_clerk: Actor):
    assert ask(by_clerk, SubjectFactory(person=True)).queried_name == ""


# ---------------------------------------------------------------- refusals


def test_it_refuses_an_unlisted_purpose(by_clerk: Actor):
    with pytest.raises(Invalid) as refusal:
        ask(by_clerk, SubjectFactory(), purpose="随便看看")

    assert list(refusal.value.errors) == ["purpose"]


def test_it_refuses_an_empty_question(by_clerk: Actor):
    with pytest.raises(Invalid) as refusal:
        ask(by_clerk, queried_name="  ")

    assert list(refusal.value.errors) == ["subject"]


def test_it_needs_the_right():
    inspector = Actor.of_staff(StaffFactory(roles=[Role.INSPECTOR]))

    with pytest.raises(NotAllowed):
        ask(inspector, SubjectFactory())

    assert not CreditCheck.objects.exists()


def test_it_needs_to_know_whose_case_it_is(system: Actor):
    with pytest.raises(Invalid):
        ask(system, SubjectFactory())


# ---------------------------------------------------------------- what a purpose may see (R6.07, R6.08)


@pytest.mark.parametrize(("purpose", "outcome"), [("行政许可受理", Outcome.GENERAL), ("监督检查", Outcome.NO_RECORD)])
def test_it_opens_authorised_records_only_for_purposes_that_may_see_them(
    by_clerk: Actor, purpose: str, outcome: Outcome
):
    record = CreditRecordFactory(visibility=CreditRecord.Visibility.AUTHORISED)

    assert ask(by_clerk, record.subject, purpose=purpose).outcome == outcome


def test_it_shows_an_applied_measure_with_its_basis(by_clerk: Actor):
    applied = JointMeasureFactory()

    [shown] = ask(by_clerk, applied.subject).measures

    assert (shown["code"], shown["legal_basis"]) == (applied.measure.code, ["国办发〔2020〕42号"])


def test_it_does_not_show_a_measure_taken_off_the_list(by_clerk: Actor):
    applied = JointMeasureFactory(measure=MeasureFactory(withdrawn=True))

    assert ask(by_clerk, applied.subject).measures == []


def test_it_does_not_charge_the_firm_with_a_measure_against_its_manager(by_clerk: Actor):
    applied = JointMeasureFactory(of_person=True)

    assert ask(by_clerk, applied.subject).measures == []


# ---------------------------------------------------------------- a silent source


def test_it_says_unchecked_when_the_source_is_silent(by_clerk: Actor, monkeypatch: pytest.MonkeyPatch):
    use(monkeypatch, SilentPlatform)

    check = ask(by_clerk, SubjectFactory(public_grade="good"))

    assert (check.outcome, check.source_reachable, check.public_grade) == (Outcome.UNCHECKED, False, "")
    assert (check.source, check.source_error) == ("市信用平台", "连接超时")
    assert check.data_version == ""


def test_it_asks_no_far_platform_inside_a_transaction(by_clerk: Actor, monkeypatch: pytest.MonkeyPatch):
    use(monkeypatch, FarPlatform)

    with pytest.raises(RuntimeError, match="outside the transaction"):
        ask(by_clerk, SubjectFactory())


def test_the_offline_source_never_answers(by_clerk: Actor, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "CREDIT_SOURCE", "offline")

    assert ask(by_clerk, SubjectFactory()).outcome == Outcome.UNCHECKED


# ---------------------------------------------------------------- making up for it


def test_it_makes_up_for_an_unanswered_check(system: Actor):
    silent = CreditCheckFactory(unanswered=True)
    CreditRecordFactory(severe=True, subject=silent.subject)

    later = recheck(silent, by=system)

    assert (later.outcome, later.recheck_of) == (Outcome.SEVERE, silent)
    assert (later.case_number, later.department) == (silent.case_number, silent.department)
    assert "信用补查" in Event.objects.get().summary


def test_it_writes_nothing_while_the_source_stays_silent(system: Actor, monkeypatch: pytest.MonkeyPatch):
    silent = CreditCheckFactory(unanswered=True)
    use(monkeypatch, SilentPlatform)

    assert recheck(silent, by=system) == silent
    assert CreditCheck.objects.count() == 1


def test_it_makes_up_only_once(system: Actor):
    silent = CreditCheckFactory(unanswered=True)

    assert recheck(silent, by=system) == recheck(silent, by=system)
    assert CreditCheck.objects.count() == 2


def test_it_leaves_an_answered_check_alone(system: Actor):
    answered = CreditCheckFactory()

    assert recheck(answered, by=system) == answered


def test_it_finds_what_is_still_unanswered(system: Actor):
    open_one, done = CreditCheckFactory(unanswered=True), CreditCheckFactory(unanswered=True)
    CreditCheckFactory()
    recheck(done, by=system)

    assert list(CreditCheck.objects.unanswered()) == [open_one]


# ---------------------------------------------------------------- append-only


def test_the_database_refuses_to_change_a_check():
    check = CreditCheckFactory()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        CreditCheck.objects.filter(pk=check.pk).update(outcome=Outcome.POSITIVE)

    check.refresh_from_db()
    assert check.outcome == Outcome.NO_RECORD


def test_the_database_refuses_to_delete_a_check():
    check = CreditCheckFactory()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        CreditCheck.objects.filter(pk=check.pk).delete()

    assert CreditCheck.objects.filter(pk=check.pk).exists()
