"""What all actions on an application share: opening it under lock, storing it, and writing down what happened."""

from collections.abc import Mapping, Sequence
from typing import Any

from approvals.lifecycle import table_of
from approvals.models import Application, ApplicationStep
from credit.actions import freezes
from shenguan import audit, events
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.audit import Act
from shenguan.lifecycle import Transition, allowed_actions, check_move
from shenguan.org.models import Department
from shenguan.refusals import NotAllowed, StaleVersion, StateForbids

Status = Application.Status


def open_case(
    application: Application,
    action: str,
    *,
    by: Actor,
    permission: Permission,
    expected_version: int | None = None,
) -> Transition:
    """Locks and refreshes the row for `action`, to be called first in the action's transaction.

    The state is checked before the version: a second click learns that the thing is done already.
    """
    by.require(permission)
    application.refresh_from_db(from_queryset=Application.objects.select_for_update())
    transition = check_open(application, action, by=by)
    if expected_version is not None and expected_version != application.version:
        raise StaleVersion()
    return transition


def check_open(application: Application, action: str, *, by: Actor) -> Transition:
    """Department and state on the row as it was read, for asking before anything is locked; see `open_case`."""
    check_department(application.department, by)
    table = table_of(application)
    if action not in table:
        raise StateForbids(
            "该办件在部门自建系统办理，请在自建系统中操作后报送。",
            state=application.status,
            allowed=allowed_actions(table, application.status),
        )
    return check_move(table, action, application.status, Status)


def check_department(department: Department, by: Actor) -> None:
    """Raises NotAllowed unless the actor works for the department that owns the row. Periodic jobs work for all."""
    if by.kind != "system" and (by.department is None or by.department.pk != department.pk):
        raise NotAllowed(f"该事项由{department}办理，您不能代为操作。", code="other_department")


def check_not_held(application: Application, *, by: Actor) -> None:
    """Raises Refusal while a freeze stands against granting or issuing this case (ADR 0021). The case is locked."""
    freezes.check_not_held(
        subject_id=application.subject_id,
        department_id=application.department_id,
        item_code=application.item.code,
        case_number=application.number or "",
        by=by,
    )


def store(application: Application, transition: Transition, *fields: str) -> None:
    """Writes `fields` and the status the transition leads to; the version grows, so that open forms become stale."""
    if transition.target:
        application.status = transition.target
    application.version += 1
    application.save(update_fields=["status", "version", *fields])


def add_step(
    application: Application,
    stage: ApplicationStep.Stage,
    *,
    by: Actor,
    at: Any,
    conclusion: str = "",
    opinion: str = "",
) -> ApplicationStep:
    """One of the five stages done by this person."""
    return application.steps.create(
        stage=stage,
        staff_key=by.key,
        staff_name=by.name[:150],
        conclusion=conclusion,
        opinion=opinion,
        done_at=at,
    )


def note(
    application: Application,
    action: str,
    kind: str,
    *,
    by: Actor,
    summary: str,
    payload: Mapping[str, Any] | None = None,
    detail: Mapping[str, Any] | None = None,
    before: Sequence[Act] = (),
) -> None:
    """Audit entry and event of one act; `summary` is the sentence both sides read on the timeline.

    `before` are acts of the same moment that still want their entries.
    """
    audit.record_many([*before, Act(f"application.{action}", application, detail=detail or {})], by=by)
    events.record(
        kind,
        by=by,
        case_number=application.number or "",
        summary=summary,
        payload={"application_id": application.pk, **(payload or {})},
        department=application.department,
        subject_id=application.subject_id,
    )
