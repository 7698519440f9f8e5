"""The applicant's commitment (告知承诺): signing it, and what the check afterwards found."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from approvals import commitment_text, policies
from approvals.actions import documents
from approvals.actions.cases import check_department, note, open_case, store
from approvals.models import Application, Commitment, Document
from shenguan import audit
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.refusals import Invalid, Refusal
from shenguan.workdays import calendar, deadlines
from shenguan.workdays.models import Deadline


@transaction.atomic
def sign(application: Application, *, by: Actor, signed_by: str, expected_version: int | None = None) -> Application:
    """Keeps the text written from the item, its digest and version, as signed today (R2.05, R2.06).

    Raises Invalid where item or credit do not allow the commitment mode (R2.04) or nobody signed;
    Refusal when it was signed before.
    """
    transition = open_case(
        application,
        "sign_commitment",
        by=by,
        permission=Permission.APPLICATION_INTAKE,
        expected_version=expected_version,
    )
    if not signed_by.strip():
        raise Invalid("请填写承诺人姓名。", {"signed_by": ["请填写承诺人姓名。"]})
    if hasattr(application, "commitment"):
        raise Refusal("signed_before", "告知承诺书已经签署。")
    policies.check_mode(application, Application.Mode.COMMITMENT)
    papers = application.materials.values_list("material__name", flat=True)
    policies.check_no_catch_all(papers, "commitment")
    today = calendar.today()
    text = commitment_text.render(application, signed_by=signed_by.strip(), signed_on=today)
    commitment = keep(application, text=text, signed_by=signed_by, signed_on=today)
    store(application, transition)
    paper = documents.issue(
        application,
        Document.Kind.COMMITMENT,
        by=by,
        at=timezone.now(),
        body={"text": text, "sha256": commitment.text_sha256, "version": commitment.template_version},
    )
    note(
        application,
        "sign_commitment",
        "application.committed",
        by=by,
        summary=f"申请人签署告知承诺书 {paper.number}，准予后 {commitment.check_days} 个工作日内核查。",
        detail={"document": paper.number, "sha256": commitment.text_sha256},
    )
    return application


def keep(application: Application, *, text: str, signed_by: str, signed_on: date) -> Commitment:
    """Stores a signed text; also for texts a department's own system sends. The application is open and locked."""
    return Commitment.objects.create(
        application=application,
        text=text,
        text_sha256=commitment_text.digest(text),
        template_version=commitment_text.VERSION,
        check_days=commitment_text.check_days_of(application),
        signed_by=signed_by.strip()[:60],
        signed_on=signed_on,
    )


@transaction.atomic
def record_result(
    application: Application, *, by: Actor, result: Commitment.Result, on: date | None = None
) -> Commitment:
    """What the check of the promise found (R2.11), as the supervisor reported it on `on` (default today).

    The check clock stops. A later result replaces an earlier one, e.g. 属实 after 不符可整改. The caller has checked
    the supervisor's right; here the actor must belong to the approving department or be the system.
    """
    check_department(application.department, by)
    commitment = Commitment.objects.select_for_update().get(application=application)
    commitment.result = result
    commitment.save(update_fields=["result"])
    deadline = commitment.check_deadline
    if deadline is not None and deadline.state == Deadline.State.OPEN:
        deadlines.meet(deadline, on=on or calendar.today())
    audit.record(
        "application.record_commitment_result", by=by, target=application, detail={"result": Commitment.Result(result)}
    )
    return commitment
