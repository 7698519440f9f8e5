"""容缺: the missing papers coming in, or their time running out (RULES R3.03 – R3.08)."""

from django.db import transaction
from django.utils import timezone

from approvals.actions import case_clocks, documents, endings
from approvals.actions.cases import note, open_case, store
from approvals.actions.materials import put
from approvals.law import LICENSING_LAW
from approvals.models import Application, ApplicationMaterial, Document
from credit.actions import records
from credit.models import CreditRecord
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.files.models import StoredFile
from shenguan.refusals import Invalid, Refusal
from shenguan.workdays import calendar
from shenguan.workdays.models import Deadline

State = ApplicationMaterial.State


@transaction.atomic
def supplement(
    application: Application,
    *,
    by: Actor,
    row: ApplicationMaterial,
    file: StoredFile | None = None,
    expected_version: int | None = None,
) -> Application:
    """A tolerated paper came in; with the last one the tolerance clock stops. Without `file` it was seen on paper.

    Raises Invalid for a paper of another case or one nobody waits for; Refusal after the due date (R3.06).
    """
    transition = open_case(
        application, "supplement", by=by, permission=Permission.APPLICATION_INTAKE, expected_version=expected_version
    )
    row.refresh_from_db()
    if row.application_id != application.pk or row.state != State.TOLERATED:
        raise Invalid("该材料不在容缺待补之列。", {"material": ["该材料不在容缺待补之列。"]})
    if is_overdue(application):
        raise Refusal("tolerance_overdue", "容缺补正期限已过，应当终止办理。")
    put(row, State.RECEIVED, file=file or row.file, note=row.note, received=True)
    waiting = application.materials.filter(state=State.TOLERATED).count()
    if not waiting:
        case_clocks.meet(application, "tolerance_deadline", on=calendar.today())
    store(application, transition)
    rest = f"，还差 {waiting} 份" if waiting else "，容缺材料已补齐"
    note(
        application,
        "supplement",
        "application.supplemented",
        by=by,
        summary=f"补交容缺材料“{row.material.name}”{rest}。",
        detail={"material": row.material.name},
    )
    return application


@transaction.atomic
def expire(application: Application, *, by: Actor) -> Application:
    """终止办理: the papers did not come in time. The applicant's promise is broken, which goes to credit (R3.06).

    Raises Refusal while the time runs.
    """
    transition = open_case(application, "terminate", by=by, permission=Permission.APPLICATION_INTAKE)
    if not is_overdue(application):
        raise Refusal("tolerance_not_overdue", "容缺补正期限未届满，不能以逾期为由终止办理。")
    names = list(application.materials.filter(state=State.TOLERATED).values_list("material__name", flat=True))
    missing = "、".join(names)
    case_clocks.cancel_all(application)
    application.concluded_at = timezone.now()
    store(application, transition, "concluded_at")
    paper = documents.issue(
        application, Document.Kind.TERMINATION, by=by, at=application.concluded_at, body={"missing": names}
    )
    endings.note_end(
        application,
        "expire_tolerance",
        by=by,
        result="terminated",
        summary=f"容缺逾期未补交{missing}，终止办理，出具 {paper.number}。",
        detail={"document": paper.number, "missing": names},
    )
    records.record_fact(
        by=by,
        subject=application.subject,
        authority=application.department,
        level=CreditRecord.Level.GENERAL,
        category=CreditRecord.Category.TOLERANCE_OVERDUE,
        document_name=Document.Kind.TERMINATION.label,
        document_number=paper.number,
        decided_on=calendar.today(),
        facts=f"容缺受理后逾期未补交{missing}",
        result="终止办理",
        legal_basis=[f"{LICENSING_LAW}第三十二条"],
        related_item_code=application.item.code,
        case_number=application.number or "",
    )
    return application


def is_overdue(application: Application) -> bool:
    """Whether the last day for the missing papers is over."""
    deadline = application.tolerance_deadline
    return deadline is not None and deadline.state == Deadline.State.OPEN and calendar.today() > deadline.due_on
