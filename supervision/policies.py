"""What the rules allow in an inspection now. Pure checks; each answers with the sentences a person reads."""

from collections.abc import Sequence
from datetime import date

from shenguan.org.models import Staff
from supervision.models import CheckTask, Inspection, InspectionElement

R = Inspection.ResultCode
Verdict = InspectionElement.Verdict
Measure = InspectionElement.Measure

# Results that need no feedback to the approver (R4.07).
NORMAL_CODES = frozenset({R.NO_PROBLEM, R.NO_ACTIVITY})
# The subject itself is gone: the target ends (RULES §4 codes 7, 9–12).
ENDING_CODES = frozenset({R.DEREGISTERED, R.LICENCE_REVOKED, R.REGISTRATION_CANCELLED, R.MOVED_OUT})
# A failed element must lead to one of these, or the result would hide it.
PROBLEM_CODES = frozenset({R.CORRECTED, R.PENDING, R.NOT_PUBLISHED, R.CONCEALED, R.UNCOOPERATIVE})

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


def is_abnormal(result_codes: Sequence[str], commitment_result: str) -> bool:
    """Whether the result must go back to the approver (R4.07)."""
    return bool(set(result_codes) - NORMAL_CODES) or commitment_result not in (
        "",
        Inspection.CommitmentResult.TRUE,
    )
