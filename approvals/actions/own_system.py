"""Cases that a department handles in its own system (自建系统) and reports here (CONTRACT §3 `POST cases/`).

One row per department and source case number. A stage reported again changes nothing; a conclusion that arrives before
its acceptance brings the acceptance with it, in the right order; a late acceptance then finds the case concluded.
"""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from approvals import payloads
from approvals.actions import case_clocks, commitments, decisions, permits
from approvals.actions.cases import check_open, note, store
from approvals.actions.numbers import case_number, case_series, issuing_word
from approvals.actions.reported import ACCEPTED, CONCLUDED, ReportedCase, ReportedDocument
from approvals.law import REMEDY
from approvals.models import Application, ApprovalItem, Decision, Document, ItemVariant, Permit
from approvals.models.application import ApplicationQuerySet
from approvals.models.permit import FOREVER
from approvals.selectors.credit_terms import terms_of
from credit.actions import checks, freezes
from credit.models import CreditCheck, Subject
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.audit import Act
from shenguan.identifiers import series
from shenguan.org.models import Department
from shenguan.refusals import Invalid, Refusal
from shenguan.workdays import calendar

Status = Application.Status
Result = Application.Result
CASE_NUMBER_LENGTH = 40  # what the journal of events holds


def report_case(*, by: Actor, subject: Subject, case: ReportedCase) -> tuple[Application, bool]:
    """Takes one stage in; the case, and whether it was new here (201) or known (200).

    Raises Invalid for an item the department does not implement, a conclusion without result or date, a date in the
    future, or a grant of an item with a permit but without its number.
    """
    if by.department is None:
        raise Invalid("请以部门身份报送办件。", {"department": ["请以部门身份报送办件。"]})
    variant = _variant_of(case, by.department)
    _check_case(case)
    known = _find(by.department, case.source_case_id)
    if known is not None:
        return _go_on(known, case, by=by), False
    credit = _credit_of(by, by.department, variant.item, subject, case)
    try:
        return _accept(by.department, variant, subject, case, credit, by=by), True
    except (IntegrityError, Refusal) as error:
        if isinstance(credit, checks.Answer):  # credit was asked about, and that stays on record (R11.07)
            checks.keep(credit, by=by)
        known = _find(by.department, case.source_case_id) if isinstance(error, IntegrityError) else None
        if known is None:
            raise
    return _go_on(known, case, by=by), False  # the same case was reported twice at the same moment; the other call won


@transaction.atomic
def _accept(
    department: Department,
    variant: ItemVariant,
    subject: Subject,
    case: ReportedCase,
    credit: CreditCheck | checks.Answer,
    *,
    by: Actor,
) -> Application:
    """The new case, accepted; and concluded in the same transaction when that is what was reported."""
    by.require(Permission.APPLICATION_INTAKE)
    application = _row(department, variant, subject, case, by=by)
    acts = _number(application, credit, getattr(variant, "case_prefix", None), by=by)
    if case.stage == ACCEPTED:
        application.statutory_deadline, application.promised_deadline = case_clocks.start_handling(application)
    application.save(force_insert=True)
    if case.by_commitment:
        day = application.accepted_on or calendar.today()
        commitments.keep(application, text=case.commitment_text, signed_by=subject.name, signed_on=day)
    note(
        application,
        "report_acceptance",
        "approval.accepted",
        by=by,
        summary=f"{case.mark}报送受理：{variant.name}（{department}，来源办件号 {case.source_case_id}）。",
        payload=payloads.approval(application, stage=ACCEPTED) | {"via": case.via},
        detail={"source_case_id": case.source_case_id},
        before=acts,
    )
    if case.stage == CONCLUDED:
        _conclude(application, case, by=by)
    return application


def _row(
    department: Department, variant: ItemVariant, subject: Subject, case: ReportedCase, *, by: Actor
) -> Application:
    """The case as it was told, without number, credit check and clocks; not stored yet."""
    now, today = timezone.now(), calendar.today()
    day = min(case.accepted_on or case.decided_on or today, today)
    return Application(
        department=department,
        item=variant.item,
        variant=variant,
        subject=subject,
        source=Application.Source.OWN_SYSTEM,
        source_case_id=case.source_case_id,
        status=Status.ACCEPTED,
        mode=Application.Mode.COMMITMENT if case.by_commitment else Application.Mode.STANDARD,
        situations=list(case.situations),
        agent_name=case.contact,
        agent_phone=case.phone,
        address=case.address or subject.business_address or subject.registered_address,
        created_by=by.key,
        created_by_name=by.name[:150],
        received_at=now,
        received_on=day,
        accepted_at=now,
        accepted_on=day,
    )


def _number(
    application: Application, credit: CreditCheck | checks.Answer, prefix: str | None, *, by: Actor
) -> list[Act]:
    """Gives the case its number and its credit check; the acts that are still to be recorded.

    Both numbers are taken at once and as late as may be: every other case of the day waits for these series.
    """
    department, today = application.department, calendar.today()
    word = prefix or issuing_word(department).case_prefix
    mine, its = case_series(department, today), checks.series_of(today)
    is_new = isinstance(credit, checks.Answer)
    taken = series.take_many({mine: 1, its: 1} if is_new else {mine: 1}, today.year)
    application.number = case_number(word, today, taken[mine][0])
    if not isinstance(credit, checks.Answer):
        application.credit_check = credit
        return []
    application.credit_check, act = checks.write(credit, today, taken[its][0], by=by)
    return [act]


def _go_on(known: Application, case: ReportedCase, *, by: Actor) -> Application:
    """What a report changes about a case that is here already: at most its conclusion is new."""
    if case.stage == CONCLUDED:
        return _conclude_known(known, case, by=by)
    return _whole(known)


@transaction.atomic
def _conclude_known(known: Application, case: ReportedCase, *, by: Actor) -> Application:
    """Concludes the locked row; a second report that was waiting for the lock finds it done."""
    application = _whole(known, Application.objects.select_for_update(of=("self",)))
    if application.status == Status.ACCEPTED:
        _conclude(application, case, by=by)
    return application


def _whole(known: Application, rows: ApplicationQuerySet | None = None) -> Application:
    """The case with everything its conclusion and its answer speak of, by one query."""
    whole = (Application.objects if rows is None else rows).select_related(
        "item", "variant", "subject", "department", "credit_check", "statutory_deadline", "promised_deadline"
    )
    return whole.get(pk=known.pk)


def _conclude(application: Application, case: ReportedCase, *, by: Actor) -> None:
    """Decision, permit, clocks and the event. The row is locked, or nobody else can see it yet."""
    by.require(Permission.APPLICATION_DECIDE)
    transition = check_open(application, "report_conclusion", by=by)
    application.result = Result(case.result)
    application.decided_on = case.decided_on
    application.concluded_at = timezone.now()
    case_clocks.meet(application, *case_clocks.HANDLING, on=case.decided_on or calendar.today())
    store(application, transition, "result", "decided_on", "concluded_at")
    papers = _keep_papers(application, case, by=by)
    _keep_decision(application, papers[0], by=by)
    permit = None
    if case.result == Result.GRANTED:
        permit = _keep_permit(application, case)
        if application.mode == Application.Mode.COMMITMENT and hasattr(application, "commitment"):
            decisions.start_commitment_check(application)
    what = application.get_result_display()
    passed = _freezes_passed(application, by=by) if case.result == Result.GRANTED else []
    remark = f"作出于冻结期间（{'、'.join(passed)}）。" if passed else ""
    note(
        application,
        "report_conclusion",
        "approval.concluded",
        by=by,
        summary=f"{case.mark}报送办结：{what}{f'，{permit.name} {permit.number}' if permit else ''}。{remark}",
        payload=payloads.approval(application, stage=CONCLUDED, result=case.result, permit=permit) | {"via": case.via},
        detail={"source_case_id": case.source_case_id, "result": case.result},
    )


def _freezes_passed(application: Application, *, by: Actor) -> list[str]:
    """The freezes a grant of the department's own system passed by; both their sides are told (ADR 0049)."""
    return freezes.tell_passed(
        subject_id=application.subject_id,
        department_id=application.department_id,
        item_code=application.item.code,
        case_number=application.number or "",
        what=application.get_result_display(),
        by=by,
    )


def _find(department: Department, source_case_id: str) -> Application | None:
    """The case by its key only: most reported cases are not here, and looking is all it costs them."""
    return Application.objects.filter(department=department, source_case_id=source_case_id).only("pk").first()


def _variant_of(case: ReportedCase, department: Department) -> ItemVariant:
    """The item's first variant, 新办 where it has one: reported cases name the item only.

    Item, variants and the prefix of the department's case numbers (`case_prefix`, None before the first) by one query.
    """
    found = ItemVariant.objects.filter(item__code=case.item_code, item__is_active=True).select_related("item")
    rows = list(found.annotate(case_prefix=F("item__implementing_department__issuing_word__case_prefix")))
    item = rows[0].item if rows else ApprovalItem.objects.filter(code=case.item_code, is_active=True).first()
    if item is None:
        raise Invalid("没有这个事项，或者已经停用。", {"item_code": [f"没有事项 {case.item_code}。"]})
    if item.implementing_department_id != department.pk:
        text = f"{item.name}不由{department}实施。"
        raise Invalid(text, {"item_code": [text]}, code="item_of_other_department")
    variants = {variant.kind: variant for variant in rows}
    if not variants:
        raise Invalid("该事项没有业务办理项。", {"item_code": ["该事项没有业务办理项。"]})
    return variants.get(ItemVariant.Kind.NEW) or next(iter(variants.values()))


def _check_case(case: ReportedCase) -> None:
    errors: dict[str, list[str]] = {}
    if case.stage not in (ACCEPTED, CONCLUDED):
        errors["stage"] = ["阶段应为 accepted 或 concluded。"]
    if case.decided_on and case.decided_on > calendar.today():
        errors["decided_on"] = ["决定日期不能晚于今天。"]
    if case.accepted_on and case.accepted_on > (case.decided_on or calendar.today()):
        errors["accepted_on"] = ["受理日期不能晚于决定日期和今天。"]
    if case.by_commitment and not case.commitment_text.strip():
        errors["commitment_text"] = ["告知承诺办件须报送承诺书全文。"]
    if case.stage == CONCLUDED:
        if case.result not in Result.values:
            errors["result"] = ["办结须报送结果 granted 或 refused。"]
        if case.decided_on is None:
            errors["decided_on"] = ["办结须报送决定日期。"]
        if case.permit and case.permit.valid_to and case.permit.valid_to < _permit_start(case):
            errors["permit.valid_to"] = ["有效期至不能早于有效期自。"]
    if errors:
        raise Invalid("报送的办件有误，请按 errors 逐项修改。", errors)


def _credit_of(
    by: Actor, department: Department, item: ApprovalItem, subject: Subject, case: ReportedCase
) -> CreditCheck | checks.Answer:
    """The check the department asked for under its own case number, else the answer to one asked now (R6.01).

    Its case number is the source's with the department before it, so that nobody writes on another case's timeline.
    """
    asked = CreditCheck.objects.filter(
        department=department, case_number=case.source_case_id, subject=subject, item_code=item.code
    )
    known = asked.first() if asked.exists() else None  # most departments let the report ask
    number = f"{department.code}:{case.source_case_id}"[:CASE_NUMBER_LENGTH]
    return known or checks.ask(by=by, terms=terms_of(item), subject=subject, case_number=number)


def _permit_start(case: ReportedCase) -> date:
    start = case.permit.valid_from if case.permit else None
    return start or case.decided_on or calendar.today()


def _keep_papers(application: Application, case: ReportedCase, *, by: Actor) -> list[Document]:
    """The department's papers under their own numbers; without any the permit or case number stands in (RULES 5.1)."""
    granted = case.result == Result.GRANTED
    kind = Document.Kind.GRANT if granted else Document.Kind.REFUSAL
    fallback = ReportedDocument(kind.label, case.permit.number if case.permit else case.source_case_id)
    given = list(case.documents) or [fallback]
    if Document.objects.filter(number__in=[paper.number for paper in given]).exists():
        raise Invalid("文书号已经登记在其他办件。", {"documents": ["文书号已经登记在其他办件。"]})
    return [
        Document.objects.create(
            application=application,
            kind=kind,
            number=paper.number,
            title=paper.name,
            body={"source_case_id": case.source_case_id},
            issued_by=by.name[:150],
            issued_at=timezone.now(),
        )
        for paper in given
    ]


def _keep_decision(application: Application, paper: Document, *, by: Actor) -> None:
    refused = application.result == Result.REFUSED
    Decision.objects.create(
        application=application,
        document=paper,
        result=application.result,
        reason=f"见自建系统出具的{paper.title}" if refused else "",
        remedy=REMEDY if refused else "",
        decided_by=by.key,
        decided_by_name=by.name[:150],
        decided_at=timezone.now(),
    )


def _keep_permit(application: Application, case: ReportedCase) -> Permit | None:
    """None where the item leads to no permit document."""
    if case.permit is None:
        return None
    if Permit.objects.filter(department=application.department, number=case.permit.number).exists():
        raise Invalid("证照编号已经登记在其他办件。", {"permit.number": ["证照编号已经登记在其他办件。"]})
    return permits.create(
        application,
        number=case.permit.number,
        name=case.permit.name or application.item.permit_name or application.item.name,
        valid_from=_permit_start(case),
        valid_to=case.permit.valid_to or FOREVER,
        content=application.variant.name,
    )
