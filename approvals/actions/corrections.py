"""The one correction notice (补正告知) and its completion (RULES R1.01 ④, R1.03, R1.05)."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from approvals import policies
from approvals.actions import case_clocks, documents
from approvals.actions.cases import note, open_case, store
from approvals.actions.materials import put
from approvals.models import Application, ApplicationMaterial, Document
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.refusals import Invalid, Refusal
from shenguan.workdays import calendar

State = ApplicationMaterial.State
Request = tuple[int | None, str]  # id of the listed paper (ItemMaterial), or None for something else; what to mend


@transaction.atomic
def request(
    application: Application, *, by: Actor, requests: Sequence[Request], expected_version: int | None = None
) -> Application:
    """出具补正告知: everything at once, one time, within five working days of receipt.

    Raises Invalid without requests, for an unnamed or catch-all request (R2.07) or a paper the item does not list;
    Refusal on a second notice or after the fifth day, when the case counts as accepted.
    """
    transition = open_case(
        application,
        "request_correction",
        by=by,
        permission=Permission.APPLICATION_INTAKE,
        expected_version=expected_version,
    )
    policies.check_correction_given_once(application)
    policies.check_not_accepted_by_law(application)
    _check_requests(requests)
    wanted = _name_requests(application, requests)
    case_clocks.meet(application, "correction_deadline", on=calendar.today())
    store(application, transition)
    paper = documents.issue(application, Document.Kind.CORRECTION, by=by, at=timezone.now(), body={"requests": wanted})
    note(
        application,
        "request_correction",
        "application.correction_requested",
        by=by,
        summary=f"出具补正告知 {paper.number}，一次告知 {len(wanted)} 项。",
        payload={"count": len(wanted)},
        detail={"document": paper.number, "requests": wanted},
    )
    return application


@transaction.atomic
def complete(application: Application, *, by: Actor, expected_version: int | None = None) -> Application:
    """补正齐全: every paper named in the notice came in. The office must accept, dated today (R1.05).

    Raises Refusal while a named paper is still out.
    """
    transition = open_case(
        application,
        "complete_correction",
        by=by,
        permission=Permission.APPLICATION_INTAKE,
        expected_version=expected_version,
    )
    missing = application.materials.filter(state=State.REJECTED).select_related("material")
    if missing:
        names = "、".join(row.material.name for row in missing)
        raise Refusal("still_incomplete", f"补正告知所列材料尚未收齐：{names}。")
    application.corrected_on = calendar.today()
    store(application, transition, "corrected_on")
    note(
        application,
        "complete_correction",
        "application.corrected",
        by=by,
        summary=f"申请人于 {application.corrected_on} 补正齐全。",
    )
    return application


def _check_requests(requests: Sequence[Request]) -> None:
    if not requests:
        raise Invalid("请至少填写一项补正内容。", {"requests": ["请至少填写一项补正内容。"]})
    if not all(text.strip() for _, text in requests):
        raise Invalid("请逐项写明需要补正的内容。", {"requests": ["请逐项写明需要补正的内容。"]})
    policies.check_no_catch_all([text for _, text in requests], "requests")


def _name_requests(application: Application, requests: Sequence[Request]) -> list[dict[str, str]]:
    """Marks the papers the notice names; the notice's list as it is printed."""
    rows = {row.material_id: row for row in application.materials.select_related("material")}
    unknown = [paper for paper, _ in requests if paper is not None and paper not in rows]
    if unknown:
        raise Invalid("补正内容所选材料不在该事项的材料清单中。", {"requests": ["所选材料不在材料清单中。"]})
    wanted = []
    for paper, text in requests:
        row = rows[paper] if paper is not None else None
        if row is not None:
            put(row, State.REJECTED, file=row.file, note=text, received=False)
        wanted.append({"material": row.material.name if row is not None else "", "text": text.strip()})
    return wanted
