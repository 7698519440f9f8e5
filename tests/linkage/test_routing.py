"""Routing approvals: who receives what, with which owner and clock."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.models import ApprovalItem, ItemVariant
from linkage.actions import routing
from linkage.actions.handlers import HANDLERS
from linkage.models import LinkageEntry, Push, Routing, UnmappedEvent
from shenguan.access.roles import Role
from shenguan.events.models import Event, PendingEvent
from shenguan.identifiers.models import NumberSeries
from shenguan.notify.models import Notice
from supervision.models import CheckTask, SupervisedObject
from tests.factories.approvals import ApplicationFactory
from tests.factories.ground import OfficeFactory, StaffFactory
from tests.factories.linkage import EndpointFactory, LinkageEntryFactory, ListVersionFactory
from tests.factories.supervision import SupervisedObjectFactory
from tests.linkage.conftest import City, build_city, happen, route_all

pytestmark = pytest.mark.django_db


def test_it_pushes_a_concluded_case_to_the_named_liaison_at_once(city: City):
    push = city.route()

    assert (push.department, push.owner, push.status) == (city.entry.department, city.liaison, Push.Status.CLAIMED)
    assert (push.claimed_by, push.number, push.sequence) == (city.liaison.name, "TS20261120-0001", 1)
    assert push.list_version == city.entry.version


def test_it_registers_the_holder_and_opens_the_first_check(city: City):
    push = city.route()

    task = CheckTask.objects.get(push_number=push.number)
    assert task.object == SupervisedObject.objects.get(case_number=city.application.number)
    assert (push.next_step, push.due_on, task.due_on) == (Push.NextStep.FIRST_CHECK, task.due_on, date(2026, 12, 18))
    assert task.assignee == city.liaison


def test_it_opens_a_commitment_check_counted_from_the_decision(city: City):
    ApprovalItem.objects.update(commitment_check_days=10)

    push = city.route(by_commitment=True)

    kinds = set(CheckTask.objects.values_list("kind", flat=True))
    assert kinds == {CheckTask.Kind.FIRST_CHECK, CheckTask.Kind.COMMITMENT_CHECK}
    assert (push.next_step, push.due_on) == (Push.NextStep.COMMITMENT_CHECK, date(2026, 12, 4))


def test_it_asks_only_to_read_where_the_list_leaves_checks_to_draws(city: City):
    LinkageEntry.objects.update(first_check_days=None)

    push = city.route()

    assert (push.next_step, push.due_on) == (Push.NextStep.READ, date(2026, 11, 23))
    assert not CheckTask.objects.exists()


def test_it_waits_for_a_claim_where_the_list_says_so(clock, nudges):
    push = build_city(manual=True).route()

    assert (push.status, push.next_step, push.due_on) == (
        Push.Status.WAITING_CLAIM,
        Push.NextStep.CLAIM,
        date(2026, 11, 25),
    )
    assert not CheckTask.objects.exists()
    assert SupervisedObject.objects.count() == 1


def test_it_tells_the_owner_after_the_push_exists(city: City):
    push = city.route()

    notice = Notice.objects.get(staff=city.liaison)
    assert push.number in notice.url


def test_it_leaves_exactly_one_routing_and_no_pending_event(city: City):
    event = city.happen()

    route_all()

    assert Routing.objects.get(event=event).push_count == 1
    assert not PendingEvent.objects.exists()


def test_it_pushes_at_acceptance_only_to_be_read(clock, nudges):
    push = build_city(both_stages=True).route("approval.accepted")

    assert (push.status, push.next_step) == (Push.Status.CLAIMED, Push.NextStep.READ)
    assert not SupervisedObject.objects.exists()


def test_it_says_why_nothing_is_pushed_at_acceptance(city: City):
    event = city.happen("approval.accepted")

    route_all()

    routing_row = Routing.objects.get(event=event)
    assert routing_row.outcome == Routing.Outcome.NOT_APPLICABLE
    assert "受理环节不推送" in routing_row.reason


def test_it_closes_the_accepted_push_with_the_conclusion(clock, nudges):
    city = build_city(both_stages=True)
    accepted = city.route("approval.accepted")

    city.route()

    accepted.refresh_from_db()
    assert (accepted.status, accepted.is_open, accepted.due_on) == (Push.Status.CLOSED, False, None)


def test_it_lets_an_overtaken_acceptance_arrive_closed(clock, nudges):
    city = build_city(both_stages=True)
    city.route()

    late = city.route("approval.accepted")

    assert (late.status, late.is_open, late.due_on) == (Push.Status.CLOSED, False, None)


def test_it_routes_two_events_of_one_case_in_order_in_one_drain(clock, nudges):
    city = build_city(both_stages=True)
    city.happen("approval.accepted")
    city.happen()

    route_all()

    assert list(Push.objects.order_by("id").values_list("kind", "status")) == [
        ("approval.accepted", Push.Status.CLOSED),
        ("approval.concluded", Push.Status.CLAIMED),
    ]


def test_it_tells_those_who_heard_of_the_acceptance_about_a_refusal(clock, nudges):
    city = build_city(both_stages=True)
    accepted = city.route("approval.accepted")

    push = city.route(result="refused")

    accepted.refresh_from_db()
    assert accepted.status == Push.Status.CLOSED
    assert push.next_step == Push.NextStep.READ
    assert not SupervisedObject.objects.exists()


def test_it_pushes_no_refusal_to_those_who_never_heard(city: City):
    city.happen(result="refused")

    route_all()

    assert Routing.objects.get().outcome == Routing.Outcome.NOT_APPLICABLE
    assert not Push.objects.exists()


def test_it_puts_an_item_without_entry_on_the_worklist(city: City):
    stranger = ApplicationFactory(concluded=True)

    event = happen(stranger, "approval.concluded")
    route_all()

    waiting = UnmappedEvent.objects.get(event=event)
    assert (waiting.owner, waiting.deadline.due_on) == (city.coordinator, date(2026, 11, 23))
    assert Routing.objects.get(event=event).outcome == Routing.Outcome.UNMAPPED
    assert Notice.objects.filter(staff=city.coordinator, kind="unmapped.opened").exists()


def test_it_gives_the_worklist_to_the_list_administrator_of_the_department(city: City):
    stranger = ApplicationFactory(concluded=True)
    keeper = StaffFactory(department=stranger.department, roles=[Role.LIST_ADMIN])

    happen(stranger, "approval.concluded")
    route_all()

    assert UnmappedEvent.objects.get().owner == keeper


def test_it_puts_a_concluded_case_outside_all_situations_on_the_worklist(city: City):
    LinkageEntry.objects.update(condition="设有食堂")

    city.happen()
    route_all()

    assert UnmappedEvent.objects.get().reason == "清单列有该事项，但没有与本办件适用情形相符的条目"


def test_it_pushes_by_the_situation_the_clerk_chose(city: City):
    LinkageEntry.objects.update(condition="设有食堂")

    assert city.route(situations=["设有食堂"]).department == city.entry.department


def test_it_does_not_push_items_a_department_supervises_itself(city: City):
    ApprovalItem.objects.update(linkage_state=ApprovalItem.LinkageState.UNIFIED)

    city.happen()
    route_all()

    assert "审管一体" in Routing.objects.get().reason
    assert not Push.objects.exists()


def test_it_pushes_to_every_department_on_the_list_in_one_event(city: City):
    other = LinkageEntryFactory(version=city.entry.version, approval_item=city.entry.approval_item)

    city.happen()
    route_all()

    assert set(Push.objects.values_list("department_id", flat=True)) == {
        city.entry.department_id,
        other.department_id,
    }


def test_it_keeps_the_list_version_a_case_began_under(clock, nudges):
    city = build_city(both_stages=True)
    city.route("approval.accepted")
    city.entry.version.effective_to = date(2026, 11, 19)
    city.entry.version.status = "retired"
    city.entry.version.save(update_fields=["effective_to", "status"])
    newer = ListVersionFactory(effective_from=date(2026, 11, 20))
    LinkageEntryFactory(version=newer, approval_item=city.entry.approval_item)

    assert city.route().list_version == city.entry.version


def test_it_ignores_a_list_that_is_not_yet_in_force(city: City):
    city.entry.version.effective_from = date(2026, 11, 21)
    city.entry.version.save(update_fields=["effective_from"])

    city.happen()
    route_all()

    assert UnmappedEvent.objects.get().reason == "没有正在生效的审管联动事项清单"


def test_it_numbers_pushes_per_recipient_without_gaps(city: City):
    for _ in range(3):
        application = ApplicationFactory(concluded=True, variant=city.application.variant)
        happen(application, "approval.concluded")

    route_all()

    assert list(Push.objects.order_by("id").values_list("sequence", flat=True)) == [1, 2, 3]
    assert NumberSeries.objects.get(key=f"seq:{city.entry.department.code}", year=0).last == 3


def test_it_queues_a_delivery_for_a_department_with_a_system(city: City, nudges, committing):
    EndpointFactory(department=city.entry.department)

    with committing():
        push = city.route()

    assert push.deliveries.get().case_number == push.case_number
    assert "linkage.tasks.deliver_due" in nudges


def test_it_gives_an_absent_liaisons_push_to_the_office_head(city: City):
    city.liaison.status = "away"
    city.liaison.save(update_fields=["status"])
    StaffFactory(department=city.entry.department, roles=[Role.SUPERVISION_HEAD])
    head = StaffFactory(department=city.entry.department, office=city.entry.office, roles=[Role.SUPERVISION_HEAD])

    assert city.route().owner == head


def test_it_gives_a_department_without_people_to_the_coordinator(city: City):
    city.liaison.status = "away"
    city.liaison.save(update_fields=["status"])
    StaffFactory(department=city.entry.department, office=OfficeFactory(department=city.entry.department))

    assert city.route().owner == city.coordinator


def test_it_marks_focus_objects(city: City):
    city.route(credit_flag="focus")

    assert SupervisedObject.objects.get().is_focus


def test_it_makes_a_change_of_a_known_permit_news_only(city: City):
    ItemVariant.objects.update(kind=ItemVariant.Kind.CHANGE)
    SupervisedObjectFactory(
        subject=city.application.subject, item=city.entry.supervision_item, case_number="YZ20250101-0001"
    )

    push = city.route()

    assert push.next_step == Push.NextStep.READ
    assert SupervisedObject.objects.count() == 1


def test_it_makes_a_cancellation_no_duty(city: City):
    ItemVariant.objects.update(kind=ItemVariant.Kind.CANCELLATION)

    assert city.route().next_step == Push.NextStep.READ
    assert not SupervisedObject.objects.exists()


def test_it_never_puts_an_id_number_or_phone_into_a_push(city: City):
    push = city.route()

    assert city.application.subject.phone not in str(push.payload)


def test_it_keeps_a_poisoned_event_apart_and_routes_the_others(city: City):
    broken = happen(ApplicationFactory(concluded=True), "approval.concluded", situations=7)
    LinkageEntryFactory(
        version=city.entry.version, approval_item__code=Event.objects.get(pk=broken.pk).payload["item_code"]
    )

    push = city.route()

    pending = PendingEvent.objects.get()
    assert pending.event == broken
    assert (pending.attempts, "TypeError" in pending.last_error) == (1, True)
    assert push.status == Push.Status.CLAIMED


def test_it_tries_a_poisoned_event_again_only_later(city: City, clock):
    broken = happen(ApplicationFactory(concluded=True), "approval.concluded", situations=7)
    route_all()

    assert routing.route_pending() == 0
    clock.shift(10)
    assert routing.route_pending() == 1
    assert PendingEvent.objects.get(event=broken).attempts == 2


def test_it_tells_the_coordinator_of_an_event_that_keeps_failing(city: City, clock):
    happen(ApplicationFactory(concluded=True), "approval.concluded", situations=7)
    for _ in range(routing.ALARM_AT):
        route_all()
        clock.shift(3600)

    assert Notice.objects.filter(staff=city.coordinator, kind="routing.failing").count() == 1


def test_it_keeps_an_event_of_an_unknown_case_pending(city: City):
    city.application.number = "YZ-GONE"

    happen(city.application, "approval.concluded")
    route_all()

    assert "不存在" in PendingEvent.objects.get().last_error


def test_it_keeps_an_event_without_handler_pending(city: City, monkeypatch):
    monkeypatch.delitem(HANDLERS, "consultation.opened")
    city.happen("consultation.opened")
    route_all()

    assert "没有处理" in PendingEvent.objects.get().last_error


def test_it_uses_up_no_number_for_a_batch_that_failed(city: City, monkeypatch):
    city.happen()
    monkeypatch.setattr("linkage.actions.outgoing.deliver", lambda *_: 1 / 0)
    route_all()

    assert not Push.objects.exists()
    assert not NumberSeries.objects.filter(key__startswith="seq:").exists()
    assert not SupervisedObject.objects.exists()


def test_it_asks_the_database_no_more_for_many_events_than_for_few(clock, nudges, django_assert_num_queries):
    city = build_city(both_stages=True)
    cases = ApplicationFactory.create_batch(8, concluded=True, variant=city.application.variant)
    for kind in ("approval.accepted", "approval.concluded"):
        city.route(kind)  # the first numbers of a series cost two statements more
        happen(cases[0], kind)
        with CaptureQueriesContext(connection) as few:
            routing.route_pending()
        for case in cases[1:]:
            happen(case, kind)
        with django_assert_num_queries(len(few)):
            routing.route_pending()
    assert Push.objects.count() == 2 * len(cases) + 2
