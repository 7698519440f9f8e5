"""Time that does not count."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from approvals.actions import pauses
from approvals.models import Application, Document, ItemVariant
from shenguan.access.actors import Actor
from shenguan.refusals import Invalid, Refusal
from tests.factories.approvals import ApplicationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def accepted(variant: ItemVariant) -> Application:
    """Accepted today: promised until 27 November, by law until 4 December."""
    return ApplicationFactory(accepted=True, variant=variant)


def test_it_stops_both_clocks_with_a_notice(accepted: Application, examiner: Actor) -> None:
    pauses.start(accepted, by=examiner, reason="testing", days=3)

    notice = accepted.documents.get(kind=Document.Kind.PAUSE)
    for clock in (accepted.statutory_deadline, accepted.promised_deadline):
        clock.refresh_from_db()
        assert clock.is_paused
        assert clock.pauses.get().document == notice.number
    assert notice.body["days"] == 3


def test_it_moves_both_due_days(accepted: Application, examiner: Actor, clock: Any) -> None:
    clock.move_to(datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai")))
    pauses.start(accepted, by=examiner, reason="expert_review", days=3)
    clock.move_to(datetime(2026, 11, 25, 9, tzinfo=ZoneInfo("Asia/Shanghai")))

    pauses.end(accepted, by=examiner)

    accepted.refresh_from_db()
    assert accepted.promised_deadline.due_on == date(2026, 12, 2)
    assert accepted.statutory_deadline.due_on == date(2026, 12, 9)


@pytest.mark.parametrize("reason", ["补正", "内部会议", "系统故障"])
def test_it_stops_for_no_other_reason(accepted: Application, examiner: Actor, reason: str) -> None:
    with pytest.raises(Invalid) as refusal:
        pauses.start(accepted, by=examiner, reason=reason, days=3)

    assert refusal.value.code == "pause_reason"
    assert not accepted.documents.exists()


def test_it_tells_how_long_it_takes(accepted: Application, examiner: Actor) -> None:
    with pytest.raises(Invalid) as refusal:
        pauses.start(accepted, by=examiner, reason="testing", days=0)

    assert refusal.value.errors.keys() == {"days"}


def test_it_ends_only_what_runs(accepted: Application, examiner: Actor) -> None:
    with pytest.raises(Refusal) as refusal:
        pauses.end(accepted, by=examiner)

    assert refusal.value.code == "not_paused"


def test_it_does_not_mend_a_broken_promise(accepted: Application, examiner: Actor, clock: Any) -> None:
    clock.move_to(datetime(2026, 11, 30, 9, tzinfo=ZoneInfo("Asia/Shanghai")))

    pauses.start(accepted, by=examiner, reason="testing", days=3)

    assert accepted.statutory_deadline.is_paused
    assert not accepted.promised_deadline.is_paused


def test_it_comes_too_late_after_the_statutory_day(accepted: Application, examiner: Actor, clock: Any) -> None:
    clock.move_to(datetime(2026, 12, 7, 9, tzinfo=ZoneInfo("Asia/Shanghai")))

    with pytest.raises(Invalid):
        pauses.start(accepted, by=examiner, reason="testing", days=3)


def test_it_does_not_end_on_a_day_to_come(accepted: Application, examiner: Actor) -> None:
    pauses.start(accepted, by=examiner, reason="hearing", days=3)

    with pytest.raises(Invalid) as refusal:
        pauses.end(accepted, by=examiner, end_on=date(2026, 11, 21))

    assert "end_on" in refusal.value.errors
