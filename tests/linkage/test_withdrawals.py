"""Withdrawal by the approver: at once while nobody began, with the supervisor's consent afterwards."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from linkage.actions import clocks, pushes, withdrawals
from linkage.models import Push, PushWithdrawal
from shenguan.access.roles import Role
from shenguan.notify.models import Notice
from shenguan.refusals import Invalid, NotAllowed, Refusal, StaleVersion, StateForbids
from supervision.models import CheckTask, SupervisedObject
from tests.factories.ground import StaffFactory
from tests.factories.linkage import PushFactory
from tests.linkage.conftest import City, acting, build_city

pytestmark = pytest.mark.django_db


@pytest.fixture
def begun(clock, nudges) -> City:
    """A push the supervisor claimed by hand."""
    city = build_city(manual=True)
    city.extra["push"] = pushes.claim(city.route(), by=acting(city.liaison))
    Notice.objects.all().delete()
    return city


def ask(city: City, push: Push | None = None, **options) -> PushWithdrawal:
    push = push or city.extra["push"]
    return withdrawals.withdraw(push, by=acting(city.approver), reason="决定书已更正", **options)


def test_it_takes_back_at_once_what_nobody_began(city: City):
    push = city.route()

    kept = ask(city, push)

    push.refresh_from_db()
    assert (kept.status, push.status, push.is_open) == ("withdrawn", Push.Status.WITHDRAWN, False)
    assert not CheckTask.objects.open().exists()
    assert SupervisedObject.objects.get().status == "ended"
    assert set(Notice.objects.filter(kind="push.withdrawal").values_list("staff", flat=True)) == {
        city.liaison.pk,
        city.approver.pk,
    }


def test_it_asks_once_work_has_begun(begun: City):
    kept = ask(begun)

    push = Push.objects.get()
    assert (kept.status, push.status) == ("asked", Push.Status.CLAIMED)
    assert kept.deadline.due_on == date(2026, 11, 24)
    assert CheckTask.objects.open().exists()
    assert Notice.objects.get(kind="push.withdrawal").staff == begun.liaison


def test_the_supervisor_agrees(begun: City):
    ask(begun)

    push = withdrawals.agree(begun.extra["push"], by=acting(begun.liaison))

    kept = PushWithdrawal.objects.get()
    assert (push.status, kept.status, kept.decided_by) == (Push.Status.WITHDRAWN, "withdrawn", begun.liaison.name)
    assert kept.deadline.state == "met"
    assert not CheckTask.objects.open().exists()


def test_the_supervisor_refuses_with_a_reason(begun: City):
    ask(begun)

    push = withdrawals.refuse(begun.extra["push"], by=acting(begun.liaison), decision="已约定现场检查")

    assert (push.status, PushWithdrawal.objects.get().status) == (Push.Status.CLAIMED, "refused")
    assert Notice.objects.filter(staff=begun.approver, body="已约定现场检查").exists()


def test_a_refused_request_may_be_made_again(begun: City):
    ask(begun)
    withdrawals.refuse(begun.extra["push"], by=acting(begun.liaison), decision="已约定现场检查")

    assert ask(begun).status == "asked"


def test_it_refuses_without_a_reason(begun: City):
    ask(begun)
    with pytest.raises(Invalid):
        withdrawals.refuse(begun.extra["push"], by=acting(begun.liaison), decision="")


def test_it_is_asked_once(begun: City):
    ask(begun)

    with pytest.raises(Refusal) as refusal:
        ask(begun)

    assert refusal.value.code == "already_asked"


def test_there_is_nothing_to_agree_to_without_a_request(begun: City):
    with pytest.raises(Refusal) as refusal:
        withdrawals.agree(begun.extra["push"], by=acting(begun.liaison))

    assert refusal.value.code == "nothing_asked"


def test_it_is_agreed_to_once(begun: City):
    ask(begun)
    withdrawals.agree(begun.extra["push"], by=acting(begun.liaison))

    with pytest.raises(StateForbids):
        withdrawals.agree(begun.extra["push"], by=acting(begun.liaison))


def test_only_the_sender_takes_back(begun: City):
    with pytest.raises(NotAllowed):
        withdrawals.withdraw(begun.extra["push"], by=acting(StaffFactory(roles=[Role.DECIDER])), reason="误发")


def test_the_recipient_does_not_take_back(city: City):
    with pytest.raises(NotAllowed):
        withdrawals.withdraw(city.route(), by=acting(city.liaison), reason="误发")


def test_a_form_opened_before_the_claim_is_refused(begun: City):
    with pytest.raises(StaleVersion):
        ask(begun, expected_version=1)


@pytest.mark.parametrize("traits", [{"closed": True}, {"objected": True}, {"rerouted": True}])
def test_a_settled_or_disputed_push_is_not_taken_back(city: City, traits):
    with pytest.raises(StateForbids):
        ask(city, PushFactory(entry=city.entry, application=city.application, **traits))


def test_an_answer_that_is_late_is_chased_up_to_the_coordinator(begun: City, clock):
    ask(begun)
    Notice.objects.all().delete()
    clock.move_to(datetime(2026, 11, 25, 9, tzinfo=ZoneInfo("Asia/Shanghai")))

    clocks.escalate_due()

    late = Notice.objects.filter(kind="push.overdue", title="撤回请求待答复")
    assert set(late.values_list("staff", flat=True)) == {begun.liaison.pk, begun.coordinator.pk}


def test_a_request_lapses_with_its_push(begun: City, clock):
    ask(begun)
    Push.objects.update(status=Push.Status.CLOSED, is_open=False)
    clock.move_to(datetime(2026, 11, 25, 9, tzinfo=ZoneInfo("Asia/Shanghai")))

    clocks.escalate_due()

    assert PushWithdrawal.objects.get().status == "lapsed"
