"""延长审批期限."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from approvals.actions import extensions
from approvals.models import Application, Document, ItemVariant
from shenguan.access.actors import Actor
from shenguan.refusals import Invalid, NotAllowed, Refusal
from tests.factories.approvals import ApplicationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def accepted(variant: ItemVariant) -> Application:
    """Accepted today: promised until 27 November, by law until 4 December."""
    return ApplicationFactory(accepted=True, variant=variant)


def test_it_adds_ten_working_days_with_a_notice(accepted: Application, decider: Actor) -> None:
    extensions.extend(accepted, by=decider, reason="需核实供货来源")

    assert accepted.statutory_deadline.due_on == date(2026, 12, 18)
    assert accepted.promised_deadline.due_on == date(2026, 12, 11)
    assert accepted.documents.get(kind=Document.Kind.EXTENSION).body["reason"] == "需核实供货来源"


def test_it_is_possible_once(accepted: Application, decider: Actor) -> None:
    extensions.extend(accepted, by=decider, reason="需核实供货来源")

    with pytest.raises(Refusal) as refusal:
        extensions.extend(accepted, by=decider, reason="再核实")

    assert refusal.value.code == "already_extended"


def test_it_is_approved_on_the_last_day_at_the_latest(accepted: Application, decider: Actor, clock: Any) -> None:
    clock.move_to(datetime(2026, 12, 4, 17, tzinfo=ZoneInfo("Asia/Shanghai")))

    extensions.extend(accepted, by=decider, reason="需核实供货来源")

    assert accepted.statutory_deadline.due_on == date(2026, 12, 18)


def test_it_does_not_mend_a_broken_promise(accepted: Application, decider: Actor, clock: Any) -> None:
    clock.move_to(datetime(2026, 12, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai")))

    extensions.extend(accepted, by=decider, reason="需核实供货来源")

    assert accepted.promised_deadline.due_on == date(2026, 11, 27)


def test_it_comes_too_late_the_day_after(accepted: Application, decider: Actor, clock: Any) -> None:
    clock.move_to(datetime(2026, 12, 5, 9, tzinfo=ZoneInfo("Asia/Shanghai")))

    with pytest.raises(Refusal) as refusal:
        extensions.extend(accepted, by=decider, reason="需核实供货来源")

    assert refusal.value.code == "extension_too_late"


def test_it_needs_a_reason(accepted: Application, decider: Actor) -> None:
    with pytest.raises(Invalid):
        extensions.extend(accepted, by=decider, reason=" ")


def test_it_is_approved_by_who_decides(accepted: Application, examiner: Actor) -> None:
    with pytest.raises(NotAllowed):
        extensions.extend(accepted, by=examiner, reason="需核实供货来源")
