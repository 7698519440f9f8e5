"""Every action against every status: what the table allows happens, what it forbids answers 409 and changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from approvals.actions import (
    commitments,
    corrections,
    credit_checks,
    decisions,
    drafts,
    endings,
    examination,
    extensions,
    materials,
    pauses,
    permits,
    receipt,
    refusals,
    surveys,
    tolerance,
)
from approvals.actions.acceptance import accept
from approvals.lifecycle import APPLICATION, COMMITMENT_APPLICATION, PERMIT, REPORTED_APPLICATION
from approvals.models import Application, Permit
from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from shenguan.events.models import Event
from shenguan.lifecycle import mermaid
from shenguan.org.models import Staff
from shenguan.refusals import StateForbids
from shenguan.workdays import deadlines
from tests.factories.approvals import (
    ApplicationFactory,
    ApplicationMaterialFactory,
    CommitmentFactory,
    DecisionFactory,
    PermitFactory,
)
from tests.factories.ground import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

Status = Application.Status
Call = Callable[[Application, Actor], Any]


def _two_surveyors(case: Application) -> list[Staff]:
    return StaffFactory.create_batch(2, department=case.department, roles=[Role.SURVEYOR])


# Called by the system, which has every right, so that only the state decides.
CALLS: dict[str, Call] = {
    "edit": lambda case, by: drafts.update(case, by=by, remark="改"),
    "check_credit": lambda case, by: credit_checks.check(case, by=by),
    "collect_material": lambda case, by: materials.receive(ApplicationMaterialFactory(application=case), by=by),
    "receive": lambda case, by: receipt.receive(case, by=by),
    "sign_commitment": lambda case, by: commitments.sign(case, by=by, signed_by="苏子衡"),
    "accept": lambda case, by: accept(case, by=by),
    "request_correction": lambda case, by: corrections.request(case, by=by, requests=[(None, "补盖公章")]),
    "complete_correction": lambda case, by: corrections.complete(case, by=by),
    "refuse_acceptance": lambda case, by: refusals.refuse_acceptance(
        case, by=by, reason="不属本机关职权", right_office="市市场监管局"
    ),
    "not_required": lambda case, by: refusals.not_required(case, by=by, reason="依法不需要许可"),
    "supplement": lambda case, by: tolerance.supplement(
        case, by=by, row=ApplicationMaterialFactory(application=case, tolerated=True)
    ),
    "examine": lambda case, by: examination.examine(case, by=by, conclusion="pass", opinion="符合"),
    "survey": lambda case, by: surveys.record(
        case, by=by, surveyors=_two_surveyors(case), conclusion="pass", opinion="符合"
    ),
    "return_to_examination": lambda case, by: examination.send_back(case, by=by, reason="请补充意见"),
    "pause": lambda case, by: pauses.start(case, by=by, reason="testing", days=3),
    "resume": lambda case, by: pauses.end(case, by=by),
    "extend": lambda case, by: extensions.extend(case, by=by, reason="情况复杂"),
    "decide": lambda case, by: decisions.decide(case, by=by, result="granted"),
    "refuse": lambda case, by: decisions.decide(case, by=by, result="refused", reason="条件不符"),
    "issue": lambda case, by: permits.issue(case, by=by),
    "terminate": lambda case, by: endings.terminate(case, by=by, reason="申请人终止"),
    "withdraw": lambda case, by: endings.withdraw(case, by=by, reason="申请人撤回"),
}
ROWS = [(action, status) for action in APPLICATION for status in Status]
ALLOWED = [row for row in ROWS if row[1] in APPLICATION[row[0]].sources]
FORBIDDEN = [row for row in ROWS if row[1] not in APPLICATION[row[0]].sources]


def make(status: str, **more: Any) -> Application:
    """A case in `status`, for an item that every mode is open to."""
    trait = {} if status == Status.DRAFT else {str(status): True}
    return ApplicationFactory(variant__item__by_commitment=True, **trait, **more)


def prepare(case: Application, action: str) -> None:
    """What has to be there before, beyond the status."""
    if action == "issue":
        DecisionFactory(document__application=case)
    if action == "resume":
        for clock in (case.statutory_deadline, case.promised_deadline):
            deadlines.pause(clock, reason="testing", start_on=case.accepted_on, document="云审特〔2026〕1号")


@pytest.mark.parametrize(("action", "status"), ALLOWED)
def test_it_does_what_the_table_allows(action: str, status: str, system: Actor) -> None:
    case = make(status)
    prepare(case, action)

    CALLS[action](case, system)

    case.refresh_from_db()
    assert case.status == (APPLICATION[action].target or status)
    assert case.version == 2


@pytest.mark.parametrize(("action", "status"), FORBIDDEN)
def test_it_refuses_what_the_table_forbids(action: str, status: str, system: Actor) -> None:
    case = make(status)

    with pytest.raises(StateForbids) as refusal:
        CALLS[action](case, system)

    assert refusal.value.state == status
    case.refresh_from_db()
    assert (case.status, case.version) == (status, 1)
    assert not Event.objects.exists()


@pytest.mark.parametrize(("action", "target"), [("decide", Status.GRANTED), ("refuse", Status.CONCLUDED)])
def test_it_decides_a_commitment_without_examination(action: str, target: str, system: Actor) -> None:
    case = make(Status.ACCEPTED, mode=Application.Mode.COMMITMENT)
    CommitmentFactory(application=case)

    CALLS[action](case, system)

    assert case.status == target


def test_it_knows_every_action_of_every_table() -> None:
    assert CALLS.keys() == APPLICATION.keys() == COMMITMENT_APPLICATION.keys()


@pytest.mark.parametrize("action", sorted(APPLICATION.keys() - REPORTED_APPLICATION.keys() - {"edit", "receive"}))
def test_it_leaves_cases_of_own_systems_to_those_systems(action: str, system: Actor) -> None:
    case = make(Status.ACCEPTED, source=Application.Source.OWN_SYSTEM, source_case_id="WJ-1")

    with pytest.raises(StateForbids, match="自建系统"):
        CALLS[action](case, system)


def test_it_draws_the_diagram_from_the_table() -> None:
    assert "received --> accepted: 受理" in mermaid(APPLICATION, Status)


PERMIT_CALLS: dict[str, Callable[[Permit, Actor], Any]] = {
    "change": lambda permit, by: permits.change(permit, by=by, reason="名称变更"),
    "renew": lambda permit, by: permits.renew(
        permit, by=by, reason="延续", valid_to=permit.valid_to.replace(year=2040)
    ),
    "suspend": lambda permit, by: permits.suspend(permit, by=by, reason="暂扣", legal_basis="食品安全法"),
    "restore": lambda permit, by: permits.restore(permit, by=by, reason="暂扣期满"),
    "expire": lambda permit, by: permits.expire(permit, by=by, reason="期满未延续"),
    "revoke": lambda permit, by: permits.revoke(permit, by=by, reason="欺骗取得", legal_basis="行政许可法第六十九条"),
    "withdraw": lambda permit, by: permits.withdraw(permit, by=by, reason="法律修改", legal_basis="行政许可法第八条"),
    "cancel": lambda permit, by: permits.cancel(permit, by=by, reason="企业终止"),
}
PERMIT_ROWS = [(action, status) for action in PERMIT for status in Permit.Status]


def make_permit(action: str, status: str) -> Permit:
    trait = {} if status == Permit.Status.VALID else {str(status): True}
    permit = PermitFactory(**trait)
    if action == "expire":
        permit.valid_from = permit.valid_to = permit.valid_from.replace(year=2020)
        permit.save(update_fields=["valid_from", "valid_to"])
    return permit


@pytest.mark.parametrize(("action", "status"), [row for row in PERMIT_ROWS if row[1] in PERMIT[row[0]].sources])
def test_it_changes_permits_as_the_table_allows(action: str, status: str, system: Actor) -> None:
    permit = make_permit(action, status)

    PERMIT_CALLS[action](permit, system)

    permit.refresh_from_db()
    assert permit.status == (PERMIT[action].target or status)
    assert permit.events.count() == 1
    assert Event.objects.filter(kind="permit.changed").count() == 1


@pytest.mark.parametrize(("action", "status"), [row for row in PERMIT_ROWS if row[1] not in PERMIT[row[0]].sources])
def test_it_refuses_to_change_permits_otherwise(action: str, status: str, system: Actor) -> None:
    permit = make_permit(action, status)

    with pytest.raises(StateForbids):
        PERMIT_CALLS[action](permit, system)

    assert not permit.events.exists()
    assert not Event.objects.exists()
