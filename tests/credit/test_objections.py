"""Objections: marked at once, decided in time, right ones void the record."""

from datetime import date

import pytest

from credit.actions.objections import decide_objection, raise_objection
from credit.models import CreditRecord, JointMeasure
from credit.policies import state_on
from shenguan.access.actors import Actor
from shenguan.refusals import Invalid, NotAllowed, StateForbids
from tests.factories.credit import CreditRecordFactory, JointMeasureFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TODAY = date(2026, 11, 20)


def dispute(record: CreditRecord, by: Actor, **more) -> CreditRecord:
    return raise_objection(record, by=by, **({"on": TODAY, "reason": "处罚对象认定有误"} | more))


def decide(record: CreditRecord, by: Actor, upheld: bool, **more) -> CreditRecord:
    return decide_objection(record, by=by, upheld=upheld, **({"on": TODAY, "decision": "经核查"} | more))


def test_it_marks_the_record_and_sets_the_day_of_decision(by_officer: Actor):
    record = dispute(CreditRecordFactory(), by_officer)

    assert (record.objection, record.objection_on) == ("running", TODAY)
    assert record.objection_due_on == date(2026, 11, 27)


def test_a_right_objection_voids_the_record_and_its_measures(by_officer: Actor):
    applied = JointMeasureFactory(record__disputed=True)

    record = decide(applied.record, by_officer, upheld=True)

    applied.refresh_from_db()
    assert state_on(record, TODAY) == CreditRecord.State.REVOKED
    assert record.revoked_on == TODAY
    assert applied.state == JointMeasure.State.LIFTED


def test_a_wrong_objection_lets_the_record_count_again(by_officer: Actor):
    record = decide(CreditRecordFactory(disputed=True), by_officer, upheld=False)

    assert (record.objection, state_on(record, TODAY)) == ("rejected", CreditRecord.State.EFFECTIVE)


def test_a_rejected_objection_may_be_raised_again(by_officer: Actor):
    rejected = decide(CreditRecordFactory(disputed=True), by_officer, upheld=False)

    assert dispute(rejected, by_officer).objection == "running"


@pytest.mark.parametrize("state", [{"disputed": True}, {"repaired": True}, {"revoked": True}, {"expired": True}])
def test_it_is_raised_only_against_a_record_that_counts(by_officer: Actor, state: dict[str, bool]):
    with pytest.raises(StateForbids):
        dispute(CreditRecordFactory(**state), by_officer)


def test_it_is_decided_only_while_it_runs(by_officer: Actor):
    with pytest.raises(StateForbids):
        decide(CreditRecordFactory(), by_officer, upheld=True)


def test_it_needs_a_reason(by_officer: Actor):
    with pytest.raises(Invalid) as refusal:
        dispute(CreditRecordFactory(), by_officer, reason=" ")

    assert list(refusal.value.errors) == ["reason"]


def test_it_is_not_decided_before_it_was_raised(by_officer: Actor):
    record = dispute(CreditRecordFactory(), by_officer)

    with pytest.raises(Invalid) as refusal:
        decide(record, by_officer, upheld=True, on=date(2026, 11, 19))

    assert list(refusal.value.errors) == ["on"]


def test_it_needs_the_right(by_clerk: Actor):
    with pytest.raises(NotAllowed):
        dispute(CreditRecordFactory(), by_clerk)
