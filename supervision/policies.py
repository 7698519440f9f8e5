"""What the rules allow in an inspection now. Pure checks; each answers with the sentences a person reads."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from credit.models import CreditRecord
from shenguan.org.models import Staff
from supervision.models import CheckTask, Clue, Inspection, InspectionElement, Penalty, SupervisedObject

R = Inspection.ResultCode
Verdict = InspectionElement.Verdict
Measure = InspectionElement.Measure

# Results that need no feedback to the approver (R4.07).
NORMAL_CODES = frozenset({R.NO_PROBLEM, R.NO_ACTIVITY})
# The subject itself is gone: the target ends (RULES §4 codes 7, 9–12).
ENDING_CODES = frozenset({R.DEREGISTERED, R.LICENCE_REVOKED, R.REGISTRATION_CANCELLED, R.MOVED_OUT})
# A failed element must lead to one of these, or the result would hide it.
PROBLEM_CODES = frozenset({R.CORRECTED, R.PENDING, R.NOT_PUBLISHED, R.CONCEALED, R.UNCOOPERATIVE})

Kind, Level = Penalty.Kind, CreditRecord.Level
# The grade of a penalty's credit record by its gravest kind, where the ministry's own table says nothing else (R6.11).
MINOR_KINDS = frozenset({Kind.WARNING, Kind.CRITICISM})
SEVERE_KINDS = frozenset({Kind.REVOKED_PERMIT, Kind.CLOSURE, Kind.BAN})
SEVERITY_OF_LEVEL = {Level.MINOR: "一般", Level.GENERAL: "较重", Level.SEVERE: "严重"}

Errors = dict[str, list[str]]


def inspector_errors(inspectors: Sequence[Staff], department_id: int) -> list[str]:
    """At least two enforcement officers of the department, with certificates (R4.04, 行政处罚法 42)."""
    errors = []
    if len({person.pk for person in inspectors}) < 2:
        errors.append("检查人员不得少于 2 人，请再选择一名执法人员。")
    for person in inspectors:
        if person.department_id != department_id:
            errors.append(f"{person.name}不是本部门人员，不能作为检查人员。")
        elif not person.is_active:
            errors.append(f"{person.name}已离岗，不能作为检查人员。")
        elif not person.enforcement_number:
            errors.append(f"{person.name}没有执法证号，不能作为检查人员。")
    return errors


def result_errors(codes: Sequence[str], elements: Sequence[InspectionElement]) -> list[str]:
    """Result codes: known, at least one, 未发现问题 alone, and in keeping with the checklist."""
    errors = []
    if not codes:
        errors.append("请选择检查结果。")
    if unknown := [code for code in codes if code not in R.values]:
        errors.append(f"检查结果代码 {'、'.join(unknown)} 不存在。")
    if R.NO_PROBLEM in codes and len(codes) > 1:
        errors.append("“未发现问题”不能与其他结果同时选择。")
    failed = any(row.verdict == Verdict.FAIL for row in elements)
    if failed and codes and not PROBLEM_CODES & set(codes):
        errors.append("有检查项不合格，检查结果应选择“发现问题已责令改正”或“发现问题待后续处理”等问题类结果。")
    return errors


def element_errors(elements: Sequence[InspectionElement], checked_on: date | None) -> list[str]:
    """Every element judged; a failed one carries description, measure and, if to be mended, a date after the check."""
    errors = []
    if unjudged := [row.element.sequence for row in elements if row.verdict == Verdict.UNCHECKED]:
        errors.append(f"第 {'、'.join(str(number) for number in unjudged)} 项尚未检查，请逐项给出结论。")
    for row in elements:
        if row.verdict != Verdict.FAIL:
            continue
        place = f"第 {row.element.sequence} 项"
        if not row.description.strip():
            errors.append(f"{place}不合格，请填写问题描述。")
        if not row.measure:
            errors.append(f"{place}不合格，请选择处理措施。")
        if row.measure == Measure.RECTIFY and row.rectify_by is None:
            errors.append(f"{place}责令限期改正，请填写整改期限。")
        if row.rectify_by and checked_on and row.rectify_by <= checked_on:
            errors.append(f"{place}的整改期限应晚于检查日期。")
    return errors


def commitment_errors(task: CheckTask | None, commitment_result: str) -> list[str]:
    """A commitment check must say how the promise stands (R2.11); no other check may."""
    is_commitment = task is not None and task.kind == CheckTask.Kind.COMMITMENT_CHECK
    if is_commitment and commitment_result not in Inspection.CommitmentResult.values:
        return ["承诺核查须给出核查结论：属实、不符可整改、未履行或虚假承诺。"]
    if not is_commitment and commitment_result:
        return ["只有承诺核查才填写承诺核查结论。"]
    return []


def submission_errors(
    inspection: Inspection,
    *,
    elements: Sequence[InspectionElement],
    inspectors: Sequence[Staff],
    checked_on: date | None,
    today: date,
    result_codes: Sequence[str],
    commitment_result: str,
) -> Errors:
    """All reasons why this inspection cannot be submitted, by field; empty means it can."""
    found: Errors = {
        "inspectors": inspector_errors(inspectors, inspection.department_id),
        "result_codes": result_errors(result_codes, elements),
        "elements": element_errors(elements, checked_on),
        "commitment_result": commitment_errors(inspection.task, commitment_result),
        "checked_on": [],
    }
    if checked_on is None:
        found["checked_on"].append("请填写检查日期。")
    elif checked_on > today:
        found["checked_on"].append("检查日期不能晚于今天。")
    return {field: texts for field, texts in found.items() if texts}


def reported_errors(
    *,
    checked_on: date,
    today: date,
    result_codes: Sequence[str],
    commitment_errors: list[str],
    certificates: Sequence[str],
    problems: Sequence[tuple[str, date | None]],
) -> Errors:
    """All reasons why a result of a department's own system cannot be taken, by field (R4.04-R4.08).

    `certificates` are those of the inspectors; `problems` the measure and the day to mend by of each problem.
    """
    found: Errors = {
        "result_codes": result_errors(result_codes, []),
        "commitment_result": commitment_errors,
        "inspectors": [],
        "checked_on": ["检查日期不能晚于今天。"] if checked_on > today else [],
        "problems": [],
    }
    if len({one.strip() for one in certificates if one.strip()}) < 2:
        found["inspectors"].append("检查人员不得少于 2 人，且各有执法证号（行政处罚法第四十二条）。")
    if problems and result_codes and not PROBLEM_CODES & set(result_codes):
        found["result_codes"].append("报送了问题，检查结果应选择“发现问题已责令改正”等问题类结果。")
    for index, (measure, rectify_by) in enumerate(problems):
        if measure == Measure.RECTIFY and rectify_by is None:
            found[f"problems[{index}].rectify_by"] = ["责令限期改正的，请填写整改期限。"]
        elif rectify_by is not None and rectify_by <= checked_on:
            found[f"problems[{index}].rectify_by"] = ["整改期限应晚于检查日期。"]
    return {field: texts for field, texts in found.items() if texts}


def is_abnormal(result_codes: Sequence[str], commitment_result: str) -> bool:
    """Whether the result must go back to the approver (R4.07)."""
    return bool(set(result_codes) - NORMAL_CODES) or commitment_result not in (
        "",
        Inspection.CommitmentResult.TRUE,
    )


def credit_level(kinds: Sequence[str]) -> str:
    """轻微, 一般 or 严重 by the gravest kind of a penalty (R6.11)."""
    if SEVERE_KINDS & set(kinds):
        return Level.SEVERE
    return Level.MINOR if MINOR_KINDS.issuperset(kinds) else Level.GENERAL


def penalty_errors(kinds: Sequence[str], fine_yuan: Decimal | None, *, decided_on: date, today: date) -> Errors:
    """Why a penalty cannot be taken, by field: a kind, the amount exactly with a fine, no day of the future."""
    errors: Errors = {}
    if not kinds:
        errors["kinds"] = ["请选择处罚种类。"]
    if (Kind.FINE in kinds) != (fine_yuan is not None and fine_yuan > 0):
        errors["fine_yuan"] = ["处罚种类含罚款的填写罚款金额，不含罚款的不填。"]
    if decided_on > today:
        errors["decided_on"] = ["决定日期不能晚于今天。"]
    return errors


def withdrawal_errors(decided_on: date, on: date, reason: str, *, today: date) -> Errors:
    """Why a penalty cannot be withdrawn `on` this day."""
    errors: Errors = {}
    if not reason.strip():
        errors["reason"] = ["请填写撤销原因，例如复议决定书文号。"]
    if not decided_on <= on <= today:
        errors["on"] = [f"撤销日期应在决定日期 {decided_on} 与今天之间。"]
    return errors


def conclusion_errors(outcome: str, handling: str, *, received_on: date, on: date, today: date) -> Errors:
    """Why a clue cannot be concluded, by field."""
    errors: Errors = {}
    if outcome not in Clue.Outcome.values:
        errors["outcome"] = ["请选择核查结论。"]
    if not handling.strip():
        errors["handling"] = ["请写明核查和处置情况。"]
    if not received_on <= on <= today:
        errors["handled_on"] = [f"办结日期应在接收日期 {received_on} 与今天之间。"]
    return errors


def severity_of(penalty: Penalty) -> str:
    """How grave a penalty is in the words of findings, by its credit record."""
    record = penalty.credit_record
    return SEVERITY_OF_LEVEL[Level(record.level)] if record is not None else ""


def report_payload(watched: SupervisedObject, *, summary: str, severity: str = "") -> dict[str, Any]:
    """What the approver of a case is told about an abnormal fact that no inspection here found (R10.05)."""
    return {
        "application_case": watched.case_number,
        "case_number": watched.case_number,
        "department_code": watched.department.code,
        "subject_id": watched.subject_id,
        "object_id": watched.pk,
        "push_number": "",
        "severity": severity,
        "summary": summary,
        "proposal": "",
    }
