"""Exchange contracts: drawn up, confirmed by both sides, in force, ended; and what they keep from whose system."""

from datetime import date
from typing import Any

import pytest
from pytest_django import Settings

from linkage.actions import contracts, outgoing, replays, withholding
from linkage.actions.context import Context
from linkage.contracts import terms_on
from linkage.lifecycle import CONTRACT
from linkage.models import Delivery, Endpoint, ExchangeContract, Push, WithheldPush
from shenguan.access.roles import Role
from shenguan.notify.models import Notice
from shenguan.org.models import Staff
from shenguan.refusals import Invalid, NotAllowed, Refusal, StaleVersion, StateForbids
from tests.factories.access import MachineClientFactory, calling_as
from tests.factories.contracts import ExchangeContractFactory
from tests.factories.ground import StaffFactory
from tests.factories.linkage import EndpointFactory, PushFactory
from tests.linkage.conftest import acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "nudges")]
DAY = date(2026, 11, 20)
Status = ExchangeContract.Status
TERMS: dict[str, Any] = {
    "kinds": ["approval.concluded"],
    "data_items": "事项、相对人",
    "modes": ["portal", "webhook"],
    "procedure": "逐件推送",
    "limit_days": 0,
    "frequency": "real_time",
    "confidentiality": "internal",
    "purpose": "事中事后监管",
    "valid_from": DAY,
    "valid_to": None,
}


@pytest.fixture
def endpoint() -> Endpoint:
    return EndpointFactory()


@pytest.fixture
def head(endpoint: Endpoint) -> Staff:
    return StaffFactory(department=endpoint.department, roles=[Role.SUPERVISION_HEAD])


def agreed(coordinator: Staff, head: Staff, **terms: Any) -> ExchangeContract:
    """A contract through all its steps."""
    made = contracts.draft(
        by=acting(coordinator), department=head.department, direction="to_department", **TERMS | terms
    )
    contracts.propose(made, by=acting(coordinator))
    return contracts.confirm(made, by=acting(head))


def deliver(push: Push) -> None:
    outgoing.deliver([push], Context())


def push_to(endpoint: Endpoint, kind: str = "approval.concluded") -> Push:
    return PushFactory(department=endpoint.department, kind=kind)


def test_a_contract_holds_once_both_sides_confirmed(coordinator: Staff, head: Staff) -> None:
    made = agreed(coordinator, head)

    assert (made.status, made.edition, made.proposed_by, made.confirmed_by) == (
        Status.IN_FORCE,
        1,
        coordinator.name,
        head.name,
    )
    assert Notice.objects.filter(staff=head, kind="contract.changed").exists()


def test_the_next_edition_ends_the_one_before(coordinator: Staff, head: Staff) -> None:
    first = agreed(coordinator, head, valid_from=date(2026, 1, 1))
    second = agreed(coordinator, head, kinds=["permit.changed"])

    first.refresh_from_db()
    assert (first.status, first.valid_to) == (Status.ENDED, date(2026, 11, 19))
    assert terms_on(DAY, [head.department_id])[head.department_id].number == second.number


def test_an_edition_for_later_leaves_the_present_one_until_then(coordinator: Staff, head: Staff) -> None:
    first = agreed(coordinator, head)
    second = agreed(coordinator, head, valid_from=date(2026, 12, 1))

    numbers = [terms_on(day, [head.department_id])[head.department_id].number for day in (DAY, date(2026, 12, 1))]
    first.refresh_from_db()
    assert (first.status, first.valid_to, numbers) == (
        Status.IN_FORCE,
        date(2026, 11, 30),
        [first.number, second.number],
    )


def test_there_is_one_in_the_making(coordinator: Staff, head: Staff) -> None:
    ExchangeContractFactory(department=head.department)

    with pytest.raises(Refusal) as refused:
        agreed(coordinator, head)
    assert refused.value.code == "contract_in_the_making"


def test_another_department_does_not_confirm(coordinator: Staff, head: Staff) -> None:
    made = ExchangeContractFactory(department=head.department, status=Status.PROPOSED)
    stranger = StaffFactory(roles=[Role.SUPERVISION_HEAD])

    with pytest.raises(NotAllowed):
        contracts.confirm(made, by=acting(stranger))


def test_the_platform_does_not_confirm_for_the_department(coordinator: Staff, head: Staff) -> None:
    made = ExchangeContractFactory(department=head.department, status=Status.PROPOSED)

    with pytest.raises(NotAllowed):
        contracts.confirm(made, by=acting(coordinator))


def test_sent_back_it_is_a_draft_with_a_reason(coordinator: Staff, head: Staff) -> None:
    made = ExchangeContractFactory(department=head.department, status=Status.PROPOSED)

    contracts.send_back(made, by=acting(head), reason="请限定数据项")

    made.refresh_from_db()
    assert (made.status, made.note, made.proposed_at) == (Status.DRAFT, "请限定数据项", None)


def test_a_draft_somebody_else_changed_is_not_overwritten(coordinator: Staff, head: Staff) -> None:
    made = ExchangeContractFactory(department=head.department)
    contracts.edit(made, by=acting(coordinator), expected_version=1, purpose="监管")

    with pytest.raises(StaleVersion):
        contracts.edit(made, by=acting(coordinator), expected_version=1, purpose="统计")


@pytest.mark.parametrize(
    ("field", "terms"),
    [
        ("kinds", {"kinds": []}),
        ("kinds", {"kinds": ["cases"]}),
        ("modes", {"modes": []}),
        ("purpose", {"purpose": " "}),
        ("valid_to", {"valid_to": date(2026, 11, 19)}),
    ],
)
def test_a_mistake_in_the_terms_is_named(coordinator: Staff, head: Staff, field: str, terms: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        agreed(coordinator, head, **terms)
    assert list(refused.value.errors) == [field]
    assert not ExchangeContract.objects.exists()


@pytest.mark.parametrize("state", Status.values)
@pytest.mark.parametrize("action", CONTRACT)
def test_every_step_in_every_state(action: str, state: str, coordinator: Staff, head: Staff) -> None:
    made = ExchangeContractFactory(in_force=True, department=head.department, status=state)
    calls = {
        "edit": lambda: contracts.edit(made, by=acting(coordinator), purpose="监管"),
        "propose": lambda: contracts.propose(made, by=acting(coordinator)),
        "confirm": lambda: contracts.confirm(made, by=acting(head)),
        "send_back": lambda: contracts.send_back(made, by=acting(head), reason="改"),
        "end": lambda: contracts.end(made, by=acting(head), reason="停用系统"),
    }
    if state in CONTRACT[action].sources:
        calls[action]()
    else:
        with pytest.raises(StateForbids):
            calls[action]()
    made.refresh_from_db()
    assert made.status == ((CONTRACT[action].target or state) if state in CONTRACT[action].sources else state)


def test_without_any_contract_a_registered_system_gets_its_pushes(endpoint: Endpoint) -> None:
    deliver(push_to(endpoint))

    assert Delivery.objects.count() == 1


def test_a_city_may_demand_a_contract(endpoint: Endpoint, settings: Settings) -> None:
    settings.CONTRACTS_REQUIRED = True

    deliver(push_to(endpoint))

    assert not Delivery.objects.exists()
    assert WithheldPush.objects.get().reason == "没有生效的数据共享协议"


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        ({"kinds": ["permit.changed"]}, "不含“办结告知”"),
        ({"modes": ["portal", "api"]}, "未约定“推送到部门系统”方式"),
        ({"valid_to": date(2026, 11, 19)}, "没有生效"),
        ({"valid_from": date(2026, 11, 21)}, "没有生效"),
        ({"status": Status.ENDED}, "没有生效"),
    ],
)
def test_what_no_contract_covers_is_withheld_and_says_why(endpoint: Endpoint, terms: dict[str, Any], why: str) -> None:
    ExchangeContractFactory(in_force=True, department=endpoint.department, **terms)
    push = push_to(endpoint)

    deliver(push)

    assert not Delivery.objects.exists()
    assert why in WithheldPush.objects.get(push=push).reason


def test_a_push_withheld_before_is_withheld_once(endpoint: Endpoint) -> None:
    ExchangeContractFactory(in_force=True, department=endpoint.department, kinds=["policy.changed"])
    push = push_to(endpoint)

    deliver(push)
    deliver(push)

    assert WithheldPush.objects.count() == 1


def test_the_last_day_still_counts(endpoint: Endpoint) -> None:
    ExchangeContractFactory(in_force=True, department=endpoint.department, valid_to=DAY)

    deliver(push_to(endpoint))

    assert Delivery.objects.count() == 1


def test_a_kind_younger_than_the_contract_counts_as_other(endpoint: Endpoint) -> None:
    made = ExchangeContractFactory(in_force=True, department=endpoint.department)
    deliver(push_to(endpoint, "freeze.requested"))
    ExchangeContract.objects.filter(pk=made.pk).update(kinds=["approval.concluded"])
    deliver(push_to(endpoint, "freeze.requested"))

    assert (Delivery.objects.count(), WithheldPush.objects.count()) == (1, 1)


def test_a_department_without_a_system_has_nothing_withheld() -> None:
    push = PushFactory()
    ExchangeContractFactory(in_force=True, department=push.department, kinds=["permit.changed"])

    deliver(push)

    assert not WithheldPush.objects.exists()


def test_a_contract_entering_force_releases_what_it_covers(endpoint: Endpoint, coordinator: Staff, head: Staff) -> None:
    ExchangeContractFactory(in_force=True, department=endpoint.department, kinds=["policy.changed"])
    covered, other = push_to(endpoint), push_to(endpoint, "permit.changed")
    deliver(covered)
    deliver(other)
    made = contracts.draft(by=acting(coordinator), department=head.department, direction="to_department", **TERMS)

    contracts.confirm(contracts.propose(made, by=acting(coordinator)), by=acting(head))

    assert list(Delivery.objects.values_list("push", flat=True)) == [covered.pk]
    assert WithheldPush.objects.get(push=covered).status == WithheldPush.Status.RELEASED
    assert made.number in WithheldPush.objects.get(push=other).reason


def test_releasing_twice_sends_once(endpoint: Endpoint, coordinator: Staff) -> None:
    made = ExchangeContractFactory(in_force=True, department=endpoint.department, kinds=["policy.changed"])
    deliver(push_to(endpoint))
    ExchangeContract.objects.filter(pk=made.pk).update(kinds=["approval.concluded"])

    assert withholding.release(endpoint.department, by=acting(coordinator)) == (1, 0)
    assert withholding.release(endpoint.department, by=acting(coordinator)) == (0, 0)
    assert Delivery.objects.count() == 1


def test_a_replay_does_not_go_around_the_contract(endpoint: Endpoint, coordinator: Staff) -> None:
    ExchangeContractFactory(in_force=True, department=endpoint.department, kinds=["policy.changed"])
    push_to(endpoint)

    assert replays.replay(by=acting(coordinator), recipient=endpoint.department) == 0


def test_the_terms_of_many_departments_are_one_query(django_assert_num_queries) -> None:
    for _ in range(5):
        ExchangeContractFactory(in_force=True)

    with django_assert_num_queries(1):
        terms_on(DAY, range(1, 1000))


def test_a_system_without_the_api_in_its_contract_reads_nothing() -> None:
    push = PushFactory()
    ExchangeContractFactory(in_force=True, department=push.department, modes=["portal", "webhook"])
    caller = calling_as(MachineClientFactory(department=push.department))

    answer = caller.get("/api/v1/pushes/")

    assert (answer.status_code, answer.json()["code"]) == (403, "outside_contract")


def test_a_system_reads_no_details_of_a_kind_outside_its_contract() -> None:
    push = PushFactory(kind="approval.concluded")
    known = PushFactory(department=push.department, kind="permit.changed")
    ExchangeContractFactory(in_force=True, department=push.department, kinds=["permit.changed"])
    caller = calling_as(MachineClientFactory(department=push.department))

    refused = caller.post(f"/api/v1/pushes/{push.number}/claim/", {}, format="json")

    assert (refused.status_code, refused.json()["code"]) == (403, "outside_contract")
    assert caller.get(f"/api/v1/pushes/{known.number}/").status_code == 200
    assert len(caller.get("/api/v1/pushes/").json()["results"]) == 2
