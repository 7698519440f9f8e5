"""Claiming, reading, assigning and noting."""

from datetime import date

import pytest

from linkage.actions import pushes
from linkage.models import Push, PushNote
from shenguan.access.roles import Role
from shenguan.audit.models import AuditEntry
from shenguan.events.models import Event
from shenguan.notify.models import Notice
from shenguan.refusals import Invalid, NotAllowed, StaleVersion, StateForbids
from supervision.models import CheckTask
from tests.factories.ground import StaffFactory
from tests.factories.linkage import PushFactory
from tests.linkage.conftest import City, acting, build_city

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(clock, nudges) -> Push:
    """A granted case that waits for its claim."""
    return build_city(manual=True).route()


def test_it_claims_a_push_and_starts_the_first_check(waiting: Push):
    push = pushes.claim(waiting, by=acting(waiting.owner))

    assert (push.status, push.claimed_by, push.next_step) == (
        Push.Status.CLAIMED,
        waiting.owner.name,
        Push.NextStep.FIRST_CHECK,
    )
    assert push.due_on == CheckTask.objects.get(push_number=push.number).due_on == date(2026, 12, 18)


def test_it_meets_the_claim_clock(waiting: Push):
    clock = waiting.deadline

    pushes.claim(waiting, by=acting(waiting.owner))

    clock.refresh_from_db()
    assert (clock.state, clock.met_on) == ("met", date(2026, 11, 20))


def test_it_makes_a_colleague_who_claims_the_handler(waiting: Push):
    colleague = StaffFactory(department=waiting.department, roles=[Role.INSPECTOR])

    push = pushes.claim(waiting, by=acting(colleague))

    assert (push.assignee, push.owner) == (colleague, waiting.owner)


def test_it_refuses_a_second_claim_and_names_what_is_allowed(waiting: Push):
    pushes.claim(waiting, by=acting(waiting.owner))

    with pytest.raises(StateForbids) as refusal:
        pushes.claim(waiting, by=acting(waiting.owner))

    assert refusal.value.state == Push.Status.CLAIMED
    assert "feedback" in refusal.value.allowed
    assert "claim" not in refusal.value.allowed


def test_it_refuses_a_claim_by_a_neighbouring_department(waiting: Push):
    with pytest.raises(NotAllowed):
        pushes.claim(waiting, by=acting(StaffFactory(roles=[Role.LIAISON])))

    waiting.refresh_from_db()
    assert waiting.status == Push.Status.WAITING_CLAIM


def test_it_refuses_a_claim_without_the_right(waiting: Push):
    clerk = StaffFactory(department=waiting.department, roles=[Role.EXAMINER])

    with pytest.raises(NotAllowed):
        pushes.claim(waiting, by=acting(clerk))


def test_it_refuses_a_claim_from_a_stale_form(waiting: Push):
    with pytest.raises(StaleVersion):
        pushes.claim(waiting, by=acting(waiting.owner), expected_version=waiting.version - 1)


def test_it_audits_a_claim_and_puts_it_on_the_timeline(waiting: Push):
    pushes.claim(waiting, by=acting(waiting.owner))

    assert AuditEntry.objects.filter(action="push.claimed", label=waiting.number).count() == 1
    assert waiting.owner.name in Event.objects.get(kind="push.claimed").summary


def test_it_undoes_a_claim_whose_check_cannot_be_opened(waiting: Push, monkeypatch):
    monkeypatch.setattr("linkage.actions.duties.tasks.open_checks", lambda *_, **__: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        pushes.claim(waiting, by=acting(waiting.owner))

    waiting.refresh_from_db()
    assert waiting.status == Push.Status.WAITING_CLAIM


def test_it_keeps_a_duty_in_hand_after_reading(city: City):
    city.entry.first_check_days = None
    city.entry.save(update_fields=["first_check_days"])

    push = pushes.read(city.route(), by=acting(city.liaison))

    assert (push.status, push.next_step, push.is_open) == (Push.Status.CLAIMED, Push.NextStep.NONE, False)
    assert push.read_at is not None


def test_it_lets_a_read_announcement_await_the_conclusion(clock, nudges):
    city = build_city(both_stages=True)

    push = pushes.read(city.route("approval.accepted"), by=acting(city.liaison))

    assert (push.status, push.next_step, push.is_open) == (Push.Status.CLAIMED, Push.NextStep.AWAIT, False)


def test_it_closes_news_by_reading():
    push = PushFactory(kind="permit.changed")

    push = pushes.read(push, by=acting(push.owner))

    assert (push.status, push.closed_at is not None) == (Push.Status.CLOSED, True)


def test_it_refuses_reading_while_a_check_is_due(city: City):
    push = city.route()

    with pytest.raises(StateForbids) as refusal:
        pushes.read(push, by=acting(city.liaison))

    assert "首次检查" in refusal.value.message


def test_it_assigns_a_push_and_its_checks_to_a_colleague(city: City):
    push = city.route()
    colleague = StaffFactory(department=push.department, roles=[Role.INSPECTOR])

    pushes.assign(push, by=acting(city.liaison), assignee=colleague)

    assert CheckTask.objects.get(push_number=push.number).assignee == colleague
    assert Notice.objects.filter(staff=colleague).exists()


@pytest.mark.parametrize(
    ("person", "words"),
    [
        ({"roles": [Role.INSPECTOR]}, "不是本部门人员"),
        ({"roles": [Role.INSPECTOR], "away": True, "own": True}, "已离岗"),
        ({"roles": [Role.CREDIT_ADMIN], "own": True}, "没有“查看联动待办”权限"),
    ],
)
def test_it_refuses_an_assignee_who_cannot_work_on_it(person, words):
    push = PushFactory()
    owner = acting(push.owner)
    fields = {"department": push.department} if person.pop("own", False) else {}

    with pytest.raises(Invalid) as refusal:
        pushes.assign(push, by=owner, assignee=StaffFactory(**fields, **person))

    assert words in refusal.value.errors["assignee"][0]


def test_it_keeps_a_note_of_either_side():
    push = PushFactory(closed=True)

    pushes.note(push, by=acting(push.entry.approval_liaison), text="请补充平面图")

    note = PushNote.objects.get()
    assert (note.text, note.is_late, note.status_then) == ("请补充平面图", False, Push.Status.CLOSED)


def test_it_refuses_a_note_by_a_department_that_has_nothing_to_do_with_it():
    push = PushFactory()

    with pytest.raises(NotAllowed):
        pushes.note(push, by=acting(StaffFactory(roles=[Role.LIAISON])), text="看看")

    assert not PushNote.objects.exists()


def test_it_refuses_an_empty_note():
    push = PushFactory()

    with pytest.raises(Invalid):
        pushes.note(push, by=acting(push.owner), text="  ")
