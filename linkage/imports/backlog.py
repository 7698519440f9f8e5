"""存量办件: cases from before the city's cut-over, taken in as if their department's own system had reported them then.

They are routed by the list in force and stay visible as 历史遗留 with their age: no clock of supervision runs on them.
A case is known by its department and 来源办件号, so that a corrected file may come again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.conf import settings
from django.db import transaction

from approvals.actions import own_system
from approvals.actions.reported import ACCEPTED, BACKLOG, CONCLUDED, ReportedCase, ReportedPermit
from approvals.models import Application, ApprovalItem, Permit
from credit.actions.subjects import find_or_create
from credit.models import Subject
from linkage.actions import offline
from linkage.imports import cells
from linkage.imports.kinds import Column, Draft, Kind, Outcome, Run, Values
from linkage.imports.lookups import Lookups
from linkage.imports.problems import FileRefused, Problem
from shenguan.identifiers import uscc
from shenguan.refusals import NotAllowed, Refusal
from shenguan.workdays import calendar

LONGEST = {"source_case_id": 80, "subject_name": 200, "permit_number": 100, "permit_name": 200, "address": 300}
KIND_OF = {str(label): value for value, label in Subject.Kind.choices}
FIELD_OF = {"permit.number": "permit_number", "item_code": "item", "documents": "permit_number", "name": "subject_name"}


def cut_over() -> date:
    """The day before which cases are backlog. Raises FileRefused when the city has named none."""
    if settings.CUTOVER_ON is None:
        raise FileRefused("没有设置平台启用日（CUTOVER_ON），无法区分存量办件，请联系系统管理员。")
    day: date = settings.CUTOVER_ON
    return day


def check(values: Values, _lookups: Lookups) -> Iterable[Problem]:
    """Before the cut-over, in the order of time, with the result of what was decided."""
    item, began_on, decided_on = values["item"], values["accepted_on"], values["decided_on"]
    if values["item_name"] and not cells.same_name(values["item_name"], item.name):
        yield Problem("事项名称", f"与编码 {item.code} 的事项名称“{item.name}”不一致。")
    if item.linkage_state == ApprovalItem.LinkageState.UNIFIED:
        yield Problem("事项编码", f"“{item.name}”为审管一体事项，由审批部门自行监管，不推送，请删去本行。")
    if began_on >= cut_over():
        yield Problem("受理日期", f"不早于平台启用日 {cut_over()}，不是存量办件，请按日常办件办理或报送。")
    if decided_on and not began_on <= decided_on <= calendar.today():
        yield Problem("办结日期", "应在受理日期与今天之间。")
    if bool(decided_on) != bool(values["result"]):
        yield Problem("办理结果", "已办结的同时填写办结日期和办理结果，在办的都留空。")
    if values["permit_number"] and values["result"] != Application.Result.GRANTED:
        yield Problem("证照编号", "准予的办件才有证照。")
    if values["valid_to"] and values["valid_to"] < (values["valid_from"] or decided_on or began_on):
        yield Problem("有效期至", "不能早于有效期自。")
    for field, longest in LONGEST.items():
        if len(values[field]) > longest:
            yield Problem(KIND.heading(field), f"最多 {longest} 个字，现在是 {len(values[field])} 个字。")


def prepare(drafts: Sequence[Draft], run: Run) -> None:
    """Whose cases these are, and whether a number stood in the file before or on another permit."""
    cut_over()
    standing = {(one.department_id, one.number): one for one in _permits(drafts)}
    cases: dict[tuple[int, str], int] = {}
    denied: dict[int, str] = {}
    for draft in drafts:
        department = draft.values["item"].implementing_department_id
        if department not in denied:
            denied[department] = _denial(department, run)
        key = (department, draft.values["source_case_id"])
        permit = standing.get((department, draft.values["permit_number"]))
        if denied[department]:
            draft.reject("事项编码", denied[department])
        elif key in cases:
            draft.reject("来源办件号", f"与第 {cases[key]} 行重复。")
        elif permit is not None and permit.application.source_case_id != key[1]:
            draft.reject("证照编号", f"已登记在办件 {permit.application.number}。")
        cases.setdefault(key, draft.row.line)


def _denial(department: int, run: Run) -> str:
    try:
        offline.check_department(department, by=run.by)
    except NotAllowed as refusal:
        return refusal.message
    return ""


def _permits(drafts: Sequence[Draft]) -> Iterable[Permit]:
    numbers = {draft.values["permit_number"] for draft in drafts} - {""}
    return Permit.objects.filter(number__in=numbers).select_related("application")


def build(_values: Values, _run: Run) -> Sequence[Application]:
    """Nothing to write by columns: the row becomes a case by the action that takes reports in."""
    return []


def save(_kind: Kind, drafts: Sequence[Draft], run: Run) -> None:
    """Takes in what is new, or has been concluded since. What the action refuses rejects its row alone."""
    kept = [draft for draft in drafts if draft.outcome is not Outcome.REJECTED]
    known = _known(kept)
    for draft in kept:
        item = draft.values["item"]
        case = known.get((item.implementing_department_id, draft.values["source_case_id"]))
        if case is not None and case.item_id != item.pk:
            draft.reject("来源办件号", f"已登记为办件 {case.number}，事项不同。")
            continue
        is_due = case is None or (draft.values["decided_on"] and case.status == Application.Status.ACCEPTED)
        draft.outcome = Outcome.UNCHANGED if not is_due else Outcome.UPDATED if case else Outcome.CREATED
        if is_due and not run.is_rehearsal:
            _take_in(draft, run)


def _known(drafts: Sequence[Draft]) -> Mapping[tuple[int, str], Application]:
    numbers = {draft.values["source_case_id"] for draft in drafts}
    found = Application.objects.filter(source_case_id__in=numbers, source=Application.Source.OWN_SYSTEM)
    return {(one.department_id, one.source_case_id): one for one in found}


def _take_in(draft: Draft, run: Run) -> None:
    values = draft.values
    voice = offline.voice(values["item"].implementing_department, by=run.by, way="存量导入")
    try:
        with transaction.atomic():
            subject = find_or_create(
                by=voice,
                kind=KIND_OF.get(uscc.kind(values["uscc"]), Subject.Kind.OTHER_ORGANISATION),
                name=values["subject_name"],
                uscc=values["uscc"],
            )
            own_system.report_case(by=voice, subject=subject, case=_case(values))
    except Refusal as refusal:
        errors: Mapping[str, Sequence[str]] = getattr(refusal, "errors", {}) or {"": [refusal.message]}
        for field, sentences in errors.items():
            heading = KIND.heading(FIELD_OF.get(field, field)) if field else ""
            draft.reject(heading, "".join(sentences))


def _case(values: Values) -> ReportedCase:
    permit = None
    if values["permit_number"]:
        permit = ReportedPermit(
            values["permit_number"], values["permit_name"], values["valid_from"], values["valid_to"]
        )
    return ReportedCase(
        source_case_id=values["source_case_id"],
        item_code=values["item"].code,
        stage=CONCLUDED if values["decided_on"] else ACCEPTED,
        result=values["result"],
        accepted_on=values["accepted_on"],
        decided_on=values["decided_on"],
        address=values["address"],
        situations=tuple(values["situations"]),
        permit=permit,
        via=BACKLOG,
    )


KIND = Kind(
    name="backlog",
    title="存量办件",
    model=Application,
    columns=(
        Column("source_case_id", "来源办件号", aliases=("办件编号", "业务编号"), required=True),
        Column("item", "事项编码", aliases=("审批事项编码",), refers=Lookups.approval_item, required=True),
        Column("item_name", "事项名称", aliases=("审批事项名称",)),
        Column("subject_name", "相对人名称", aliases=("企业名称", "申请人名称"), required=True),
        Column("uscc", "统一社会信用代码", cells.organisation_code, ("信用代码", "社会信用代码"), required=True),
        Column("accepted_on", "受理日期", cells.day, required=True),
        Column("decided_on", "办结日期", cells.day, ("决定日期",), default=None),
        Column("result", "办理结果", cells.choice(Application.Result), ("结果",)),
        Column("permit_number", "证照编号", aliases=("许可证编号",)),
        Column("permit_name", "证照名称"),
        Column("valid_from", "有效期自", cells.day, default=None),
        Column("valid_to", "有效期至", cells.day, default=None),
        Column("situations", "适用情形", cells.listing, default=list),
        Column("address", "经营地址", aliases=("经营场所",)),
    ),
    key=("source_case_id",),
    check=check,
    prepare=prepare,
    build=build,
    store=save,
    ignored=("问题",),
)
