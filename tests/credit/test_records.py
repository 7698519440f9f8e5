"""Recording, repairing and revoking facts."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from credit.actions.records import record_fact, repair, revoke
from credit.models import CreditRecord, JointMeasure
from credit.policies import state_on
from shenguan.access.actors import Actor
from shenguan.audit.models import AuditEntry
from shenguan.events.models import Event
from shenguan.identifiers.models import NumberSeries
from shenguan.refusals import Invalid, NotAllowed, Refusal, StateForbids
from tests.factories.credit import CreditRecordFactory, JointMeasureFactory, SubjectFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
Level = CreditRecord.Level
Category = CreditRecord.Category
Visibility = CreditRecord.Visibility
TODAY = date(2026, 11, 20)


def fact(**changes: Any) -> dict[str, Any]:
    values = {
        "level": Level.GENERAL,
        "category": Category.PENALTY,
        "document_name": "行政处罚决定书",
        "document_number": "云州市监处罚〔2026〕300号",
        "decided_on": date(2026, 11, 16),
        "facts": "未按规定明码标价",
        "result": "罚款",
        "legal_basis": ["《中华人民共和国价格法》第四十二条"],
        "fine_yuan": Decimal(5000),
    }
    return values | changes


def write(by: Actor, **changes: Any) -> CreditRecord:
    subject = changes.pop("subject", None) or SubjectFactory()
    return record_fact(by=by, subject=subject, authority=by.department, **fact(**changes))


def test_it_records_with_number_edition_and_dates(by_officer: Actor):
    record = write(by_officer)

    assert record.number == "XY20260001"
    assert (record.rule_version, record.count_from) == ("NDRC36-2026", "决定日")
    assert record.published_on == TODAY
    assert (record.minimum_until, record.publicity_until) == (date(2027, 2, 16), date(2027, 11, 16))
    assert (record.visibility, record.repair_state) == (Visibility.PUBLIC, "open")
    assert (record.created_by, record.created_by_name) == (by_officer.key, "周立群")


def test_it_keeps_the_edition_of_an_old_decision(by_officer: Actor):
    record = write(by_officer, decided_on=date(2025, 12, 24), published_on=date(2025, 12, 30))

    assert record.number.startswith("XY2025")
    assert (record.rule_version, record.count_from) == ("SAMR45-2021", "公示日")
    assert record.publicity_until == date(2026, 3, 30)


def test_it_steps_over_the_numbers_of_imported_records(by_officer: Actor):
    CreditRecordFactory(number="XY20260001")
    CreditRecordFactory(number="XY20260060")

    assert write(by_officer).number == "XY20260061"
    assert write(by_officer).number == "XY20260062"


def test_it_gives_the_number_back_when_the_record_is_not_kept(by_officer: Actor, monkeypatch: pytest.MonkeyPatch):
    subject = SubjectFactory()

    def fail(*_args, **_more):
        raise RuntimeError("no audit")

    monkeypatch.setattr("credit.actions.records.audit.record", fail)

    with pytest.raises(RuntimeError):
        write(by_officer, subject=subject)

    assert not CreditRecord.objects.exists()
    assert not NumberSeries.objects.filter(key="credit-record").exists()


@pytest.mark.parametrize(
    ("level", "category", "visibility"),
    [
        (Level.MINOR, Category.PENALTY, Visibility.GOVERNMENT),
        (Level.SEVERE, Category.SEVERE_LIST, Visibility.PUBLIC),
        (Level.POSITIVE, Category.COMMENDATION, Visibility.PUBLIC),
    ],
)
def test_it_opens_a_record_by_its_level(by_officer: Actor, level: str, category: str, visibility: str):
    assert write(by_officer, level=level, category=category).visibility == visibility


def test_a_person_s_record_is_never_public(by_officer: Actor):
    record = write(by_officer, subject=SubjectFactory(person=True), visibility=Visibility.PUBLIC)

    assert record.visibility == Visibility.AUTHORISED


@pytest.mark.parametrize("level", [Level.MINOR, Level.POSITIVE])
def test_it_does_not_publish_minor_and_positive_records(by_officer: Actor, level: str):
    category = Category.COMMENDATION if level == Level.POSITIVE else Category.PENALTY
    record = write(by_officer, level=level, category=category)

    assert (record.published_on, record.minimum_until, record.publicity_until) == (None, None, None)


# ---------------------------------------------------------------- who hears of it


def test_a_record_on_its_own_stays_on_the_subject_s_timeline(by_officer: Actor):
    record = write(by_officer)

    event = Event.objects.get()
    assert (event.kind, event.subject_id, event.case_number) == ("credit.changed", record.subject_id, "")


def test_a_record_out_of_a_case_goes_out(by_clerk: Actor, nudges: list[str]):
    record = write(by_clerk, case_number="YZ20261120-0001", category=Category.COMMITMENT_UNMET)

    event = Event.objects.get()
    assert (event.kind, event.case_number) == ("credit.changed", "YZ20261120-0001")
    assert event.payload["record_number"] == record.number


def test_it_needs_the_right_unless_a_case_demands_the_record(by_clerk: Actor):
    with pytest.raises(NotAllowed):
        write(by_clerk)


# ---------------------------------------------------------------- what may not be recorded


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"level": "grave"}, "level"),
        ({"category": "gossip"}, "category"),
        ({"level": Level.POSITIVE}, "level"),
        ({"category": Category.COMMENDATION}, "level"),
        ({"document_number": " "}, "document_number"),
        ({"legal_basis": []}, "legal_basis"),
        ({"decided_on": date(2026, 11, 21)}, "decided_on"),
        ({"facts": "从业人员有家族病史"}, "facts"),
        ({"result": "不予行政处罚"}, "result"),
        ({"ban_until": date(2027, 11, 16)}, "ban_basis"),
    ],
)
def test_it_refuses_with_the_field(by_officer: Actor, changes: dict[str, Any], field: str):
    with pytest.raises(Invalid) as refusal:
        write(by_officer, **changes)

    assert list(refusal.value.errors) == [field]
    assert not CreditRecord.objects.exists()


def test_it_takes_a_decision_of_today(by_officer: Actor):
    assert write(by_officer, decided_on=TODAY).decided_on == TODAY


def test_it_refuses_the_same_document_twice(by_officer: Actor):
    first = write(by_officer)

    with pytest.raises(Refusal, match=first.number) as refusal:
        write(by_officer, subject=first.subject)

    assert refusal.value.code == "already_recorded"


def test_one_paper_may_speak_of_several_parties(by_officer: Actor):
    assert write(by_officer).number != write(by_officer).number


# ---------------------------------------------------------------- repair


def test_it_repairs_on_the_last_day_of_the_shortest_publicity(by_officer: Actor):
    record = CreditRecordFactory(minimum_until=TODAY)

    repaired = repair(record, by=by_officer, on=TODAY)

    assert (repaired.repair_state, repaired.repaired_on) == ("repaired", TODAY)
    assert AuditEntry.objects.filter(action="credit.repair").exists()


def test_it_does_not_repair_before_the_shortest_publicity_ends(by_officer: Actor):
    record = CreditRecordFactory(minimum_until=date(2026, 11, 21))

    with pytest.raises(Invalid, match="最短公示期至 2026-11-21"):
        repair(record, by=by_officer, on=TODAY)


def test_it_repairs_a_minor_fault_at_once(by_officer: Actor):
    assert repair(CreditRecordFactory(minor=True), by=by_officer, on=TODAY).repaired_on == TODAY


@pytest.mark.parametrize("on", [date(2026, 8, 19), date(2026, 11, 21)])
def test_it_repairs_between_decision_and_today(by_officer: Actor, on: date):
    with pytest.raises(Invalid) as refusal:
        repair(CreditRecordFactory(minor=True), by=by_officer, on=on)

    assert list(refusal.value.errors) == ["on"]


@pytest.mark.parametrize("ended", ["repaired", "expired", "revoked"])
def test_it_repairs_only_what_counts(by_officer: Actor, ended: str):
    record = CreditRecordFactory(**{ended: True})

    with pytest.raises(StateForbids):
        repair(record, by=by_officer, on=TODAY)


def test_a_commendation_needs_no_repair(by_officer: Actor):
    with pytest.raises(Invalid):
        repair(CreditRecordFactory(commended=True), by=by_officer, on=TODAY)


def test_repair_lifts_the_measures_the_same_day(by_officer: Actor):
    applied = JointMeasureFactory()
    other = JointMeasureFactory()

    repair(applied.record, by=by_officer, on=TODAY)

    applied.refresh_from_db()
    other.refresh_from_db()
    assert (applied.state, applied.ends_on) == (JointMeasure.State.LIFTED, TODAY)
    assert other.state == JointMeasure.State.ACTIVE


def test_repair_needs_the_right(by_clerk: Actor):
    with pytest.raises(NotAllowed):
        repair(CreditRecordFactory(), by=by_clerk, on=TODAY)


# ---------------------------------------------------------------- revocation


@pytest.mark.parametrize("state", [{}, {"repaired": True}, {"expired": True}])
def test_it_revokes_whatever_the_record_s_age(by_officer: Actor, state: dict[str, bool]):
    record = revoke(CreditRecordFactory(**state), by=by_officer, on=TODAY, reason="复议撤销处罚决定")

    assert (record.revoked_on, record.revoke_reason) == (TODAY, "复议撤销处罚决定")
    assert CreditRecord.objects.filter(pk=record.pk).exists()


def test_it_does_not_revoke_twice(by_officer: Actor):
    with pytest.raises(StateForbids):
        revoke(CreditRecordFactory(revoked=True), by=by_officer, on=TODAY, reason="再次撤销")


def test_it_does_not_revoke_without_a_reason(by_officer: Actor):
    with pytest.raises(Invalid) as refusal:
        revoke(CreditRecordFactory(), by=by_officer, on=TODAY, reason="  ")

    assert list(refusal.value.errors) == ["reason"]


def test_revocation_lifts_the_measures(by_officer: Actor):
    applied = JointMeasureFactory()

    revoke(applied.record, by=by_officer, on=TODAY, reason="复议撤销处罚决定")

    applied.refresh_from_db()
    assert applied.state == JointMeasure.State.LIFTED


# ---------------------------------------------------------------- the list asks the same questions in SQL


@pytest.mark.parametrize("trait", ["minor", "severe", "commended", "repaired", "expired", "revoked", "disputed"])
def test_the_list_finds_a_record_under_its_own_state_only(trait: str):
    record = CreditRecordFactory(**{trait: True})
    found = [state for state in CreditRecord.State if CreditRecord.objects.in_state(state, TODAY).exists()]

    assert found == [state_on(record, TODAY)]
