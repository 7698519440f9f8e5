"""Freezing approvals of a party while an enforcement case is open: asked for, answered, extended, lifted, expired.

A freeze puts off grants and issuing, never acceptance (RULES §6.1), and never stops the statutory clocks: R1.11 names
the only reasons for that. Every step is told to both sides by linkage (ADR 0021).
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypedDict

from django.db import transaction
from django.utils import timezone

from credit import dealings
from credit.lifecycle import FREEZE
from credit.models import Freeze, FreezeOverride, Subject
from shenguan import audit, events, texts
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.files.models import StoredFile
from shenguan.identifiers import series
from shenguan.lifecycle import check_move
from shenguan.org.models import Department
from shenguan.refusals import Invalid, NotAllowed, Refusal, StaleVersion
from shenguan.workdays import calendar

LONGEST_DAYS = 30  # 自然日 at a time, after 行政强制法第二十五条: thirty days, extended once by at most thirty
JOB = Actor.system("credit.expire_freezes")


class Grounds(TypedDict):
    """Why approvals should wait, as the enforcing department states it."""

    enforcement_case: str
    legal_basis: str
    reason: str
    until_on: date


@transaction.atomic
def request(
    subject: Subject,
    *,
    by: Actor,
    approving_department: Department,
    items: Sequence[tuple[str, str]],
    grounds: Grounds,
    file: StoredFile | None = None,
    push_number: str = "",
) -> Freeze:
    """Asks `approving_department` to put off grants to the party; `items` are (code, name), empty for all of them.

    Raises NotAllowed without the right or without dealings with the party, Invalid by field, Refusal when the same
    enforcement case has asked already.
    """
    by.require(Permission.PUSH_FEEDBACK)
    if by.department is None or (by.staff is not None and not dealings.may_know(by.staff, subject)):
        raise NotAllowed("本部门没有涉及该主体的业务，不能请求冻结其审批。", code="no_dealings")
    _check_grounds(grounds)
    if by.department.pk == approving_department.pk:
        _invalid("approving_department", "本部门自行审批的事项由本部门直接处理，无需请求冻结。")
    Subject.objects.select_for_update(of=("self",)).get(pk=subject.pk)  # two requests of one case wait for each other
    known = Freeze.objects.open().filter(
        subject=subject,
        department=by.department,
        approving_department=approving_department,
        enforcement_case=grounds["enforcement_case"].strip(),
    )
    if first := known.first():
        raise Refusal("already_requested", f"该案已请求冻结（{first.number}），如需调整请撤回或解除后重新请求。")
    day = calendar.today()
    [number] = series.take(f"freeze:{day.year}", day.year)
    freeze = Freeze.objects.create(
        subject=subject,
        department=by.department,
        approving_department=approving_department,
        file=file,
        number=f"DJ{day.year}{number:05d}",
        item_codes=[code for code, _ in items],
        item_names=[name for _, name in items],
        enforcement_case=grounds["enforcement_case"].strip(),
        legal_basis=grounds["legal_basis"].strip(),
        reason=grounds["reason"].strip(),
        until_on=grounds["until_on"],
        push_number=push_number,
        requested_by=by.name,
        requested_by_key=by.key,
        requested_at=timezone.now(),
    )
    _tell(freeze, "freeze.requested", by=by, change="requested", summary=f"请求暂停审批：{freeze.reason}")
    return freeze


@transaction.atomic
def answer(number: str, *, by: Actor, adopted: bool, text: str) -> Freeze:
    """The approving department adopts the request or declines it with a reason; called by the answer to its push.

    Raises Invalid without a text, StateForbids unless it waits for an answer, NotAllowed for another department.
    """
    freeze = _locked(number)
    _check_department(freeze.approving_department, by)
    action = "adopt" if adopted else "decline"
    _move(freeze, action)
    text = texts.check_text("text", text, "请填写答复理由。")
    freeze.answered_by, freeze.answered_at, freeze.answer_text = by.name, timezone.now(), text
    _save(freeze, "answered_by", "answered_at", "answer_text")
    label = f"采纳，冻结至 {freeze.until_on}" if adopted else "不采纳"
    _tell(freeze, "freeze.answered", by=by, change=action, summary=f"{label}：{text}")
    return freeze


@transaction.atomic
def withdraw(number: str, *, by: Actor, reason: str, expected_version: int | None = None) -> Freeze:
    """The requesting department takes the request back before it is answered. Raises as `lift`."""
    freeze = _mine(number, by, expected_version)
    _move(freeze, "withdraw")
    return _end(freeze, "withdraw", by=by, reason=reason)


@transaction.atomic
def lift(number: str, *, by: Actor, reason: str, expected_version: int | None = None) -> Freeze:
    """Ends the freeze before its day: by the requesting department or a coordinator.

    Raises NotAllowed, StaleVersion, StateForbids unless in force, Invalid without a reason.
    """
    freeze = _mine(number, by, expected_version, or_coordinator=True)
    _move(freeze, "lift")
    return _end(freeze, "lift", by=by, reason=reason)


@transaction.atomic
def extend(number: str, *, by: Actor, until_on: date, reason: str, expected_version: int | None = None) -> Freeze:
    """A later last day, once, by at most LONGEST_DAYS. Raises as `lift`; Refusal the second time."""
    freeze = _mine(number, by, expected_version)
    _move(freeze, "extend")
    if freeze.extended_at is not None:
        raise Refusal("extended_before", f"{freeze.number} 已延长过一次，不能再次延长；到期后自动结束。")
    reason = texts.check_text("reason", reason, "请填写延长理由。")
    latest = freeze.until_on + timedelta(LONGEST_DAYS)
    if not freeze.until_on < until_on <= latest:
        _invalid("until_on", f"延长后的日期应晚于 {freeze.until_on}，不晚于 {latest}。")
    freeze.until_on, freeze.extension_reason = until_on, reason
    freeze.extended_by, freeze.extended_at = by.name, timezone.now()
    _save(freeze, "until_on", "extension_reason", "extended_by", "extended_at")
    _tell(freeze, "freeze.changed", by=by, change="extend", summary=f"延长冻结至 {until_on}：{reason}")
    return freeze


@transaction.atomic
def override(number: str, *, by: Actor, case_number: str, reason: str) -> FreezeOverride:
    """Lets one case of the party through in spite of the freeze, on the approving department's own responsibility.

    Whoever lets it through may not decide or issue it (`check_not_held`). Raises NotAllowed, StateForbids,
    Invalid without case or reason, Refusal when the case was let through before.
    """
    by.require(Permission.FREEZE_OVERRIDE)
    freeze = _locked(number)
    _check_department(freeze.approving_department, by)
    _move(freeze, "override")
    reason = texts.check_text("reason", reason, "请写明仍须办理的理由和依据。")
    case_number = texts.check_text("case_number", case_number, "请选择要放行的办件。")
    if freeze.overrides.filter(case_number=case_number).exists():
        raise Refusal("overridden_before", f"办件 {case_number} 已放行，无需重复办理。")
    kept = FreezeOverride.objects.create(
        freeze=freeze, case_number=case_number, reason=reason, by_key=by.key, by_name=by.name, at=timezone.now()
    )
    _save(freeze)
    _tell(
        freeze,
        "freeze.changed",
        by=by,
        change="override",
        summary=f"个案放行办件 {case_number}：{reason}",
        case=case_number,
    )
    return kept


def check_not_held(*, subject_id: int, department_id: int, item_code: str, case_number: str, by: Actor) -> None:
    """Raises Refusal while a freeze stands against granting or issuing this case. Call it in the transaction.

    Open requests are locked as well, so that none is adopted between the question and the grant. A case that somebody
    else of the department let through goes on.
    """
    today = calendar.today()
    rows = Freeze.objects.open().filter(subject_id=subject_id, approving_department_id=department_id)
    for freeze in rows.select_for_update(of=("self",)).order_by("pk"):
        if freeze.status != Freeze.Status.ACTIVE or freeze.until_on < today or not freeze.covers(item_code):
            continue
        passed = freeze.overrides.filter(case_number=case_number).first()
        if passed is None:
            raise Refusal("frozen", held_sentence(freeze))
        if passed.by_key == by.key:
            raise Refusal("own_override", f"该办件由您放行（{freeze.number}），须由其他人员作出决定或制证送达。")


def tell_passed(
    *, subject_id: int, department_id: int, item_code: str, case_number: str, what: str, by: Actor
) -> list[str]:
    """What was decided elsewhere while a freeze stood: a fact is not refused, but both sides are told (ADR 0049).

    Numbers of the freezes it passed by; those that let the case through are not among them. In the transaction that
    takes the fact in.
    """
    rows = Freeze.objects.in_force(calendar.today()).filter(
        subject_id=subject_id, approving_department_id=department_id
    )
    passed = []
    for freeze in rows.select_related("subject", "department", "approving_department", "file").order_by("pk"):
        if freeze.covers(item_code) and not freeze.overrides.filter(case_number=case_number).exists():
            summary = (
                f"冻结期间{freeze.approving_department}报送：{what}（办件 {case_number}）。事实已照收，请双方核实。"
            )
            _tell(freeze, "freeze.changed", by=by, change="passed", summary=summary, case=case_number)
            passed.append(freeze.number)
    return passed


def held_sentence(freeze: Freeze) -> str:
    """What a freeze means for a grant, and the ways on."""
    return (
        f"{freeze.department}因立案查处（{freeze.enforcement_case}）请求暂停该主体的审批，已采纳，"
        f"冻结至 {freeze.until_on}"
        f"（{freeze.number}）。期间不作出准予决定、不制证送达；法定期限照常计算，确须办理的由有权人员说明理由后个案放行。"
    )


def expire_due(limit: int = 100) -> int:
    """Ends what is past its last day, answered or not; how many. Safe beside other workers."""
    late = Freeze.objects.open().filter(until_on__lt=calendar.today()).order_by("pk").values_list("number", flat=True)
    return sum(_expire(number) for number in list(late[:limit]))


@transaction.atomic
def _expire(number: str) -> bool:
    freeze = _locked(number)
    if freeze.status not in FREEZE["expire"].sources or freeze.until_on >= calendar.today():
        return False  # somebody was faster
    _move(freeze, "expire")
    _end(freeze, "expire", by=JOB, reason=f"冻结至 {freeze.until_on}，到期自动结束")
    return True


def _end(freeze: Freeze, action: str, *, by: Actor, reason: str) -> Freeze:
    freeze.end_reason = texts.check_text("reason", reason, f"请填写{FREEZE[action].label}的理由。")
    freeze.ended_by, freeze.ended_at = by.name, timezone.now()
    _save(freeze, "end_reason", "ended_by", "ended_at")
    summary = f"{FREEZE[action].label}：{freeze.end_reason}"
    _tell(freeze, "freeze.changed", by=by, change=action, summary=summary)
    return freeze


def _locked(number: str) -> Freeze:
    rows = Freeze.objects.select_related("subject", "department", "approving_department", "file")
    return rows.select_for_update(of=("self",)).get(number=number)


def _mine(number: str, by: Actor, expected: int | None, *, or_coordinator: bool = False) -> Freeze:
    """The locked freeze, for the department that asked for it. Raises NotAllowed, StaleVersion."""
    freeze = _locked(number)
    steers = by.staff is not None and by.staff.may(Permission.PUSH_ARBITRATE)
    if not (or_coordinator and steers):
        by.require(Permission.PUSH_FEEDBACK)
        _check_department(freeze.department, by)
    if expected is not None and expected != freeze.version:
        raise StaleVersion
    return freeze


def _check_department(department: Department, by: Actor) -> None:
    if by.kind != "system" and (by.department is None or by.department.pk != department.pk):
        raise NotAllowed(f"该冻结请求由{department}办理，您不能代为操作。", code="other_department")


def _move(freeze: Freeze, action: str) -> None:
    transition = check_move(FREEZE, action, freeze.status, Freeze.Status)
    freeze.status = transition.target or freeze.status


def _save(freeze: Freeze, *fields: str) -> None:
    freeze.version += 1
    freeze.save(update_fields=["status", "version", *fields])


def _check_grounds(grounds: Grounds) -> None:
    errors = {}
    for field, sentence in (
        ("enforcement_case", "请填写立案文号；没有立案的不能请求冻结。"),
        ("legal_basis", "请填写法律依据。"),
        ("reason", "请填写事由。"),
    ):
        if not texts.is_written(str(grounds[field])):  # type: ignore[literal-required]
            errors[field] = [sentence]
    today = calendar.today()
    latest = today + timedelta(LONGEST_DAYS)
    if not today <= grounds["until_on"] <= latest:
        errors["until_on"] = [f"冻结截止日应在 {today} 至 {latest} 之间，最长 {LONGEST_DAYS} 日。"]
    if errors:
        raise Invalid("冻结请求填写有误，请逐项修改。", errors)


def _invalid(field: str, sentence: str) -> None:
    raise Invalid(sentence, {field: [sentence]})


def _tell(freeze: Freeze, kind: str, *, by: Actor, change: str, summary: str, case: str = "") -> None:
    """Audit, and the thread of the freeze; linkage brings it before the other side. Last in the transaction."""
    audit.record(
        f"freeze.{'request' if change == 'requested' else change}",
        by=by,
        target=freeze,
        detail={"subject": freeze.subject_id, "case_number": case},
    )
    subject = freeze.subject
    events.record(
        kind,
        by=by,
        case_number=freeze.number,
        subject_id=freeze.subject_id,
        department=by.department or freeze.department,
        summary=summary,
        payload={
            "freeze": freeze.number,
            "change": change,
            "until_on": freeze.until_on.isoformat(),
            "legal_basis": freeze.legal_basis,
            "summary": summary,
            "item_name": f"暂停审批：{freeze.scope_text}",
            "item_codes": freeze.item_codes,
            "subject_name": subject.name,
            "subject_code": subject.uscc or "",
            "file_uuids": [str(freeze.file.uuid)] if freeze.file and change == "requested" else [],
        },
    )
