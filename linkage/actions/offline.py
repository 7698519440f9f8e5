"""Recording what was handed over by letter, at a meeting or from an own system (RULES R10.08).

It becomes an entry on the timeline of its case. Where it tells of an accepted or concluded case, the case is taken in
as if the department's system had reported it, and is routed like any other.
"""

from dataclasses import dataclass, replace
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from approvals.actions import own_system
from approvals.actions.reported import OFFLINE, OWN_SYSTEM, ReportedCase
from approvals.models import Application, ApprovalItem
from credit.models import Subject
from linkage import policies
from linkage.models import OfflineRecord
from shenguan import audit, events, texts
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.files.actions import store_upload
from shenguan.files.models import StoredFile
from shenguan.org.models import Department
from shenguan.refusals import Invalid, NotAllowed
from shenguan.workdays import calendar

Kind = OfflineRecord.Kind


@dataclass(frozen=True)
class HandOver:
    """What happened outside the portal."""

    kind: str
    counterpart: str
    happened_on: date
    content: str
    uploaded: UploadedFile | None = None


def record(application: Application, hand_over: HandOver, *, by: Actor) -> OfflineRecord:
    """Keeps a hand-over about a case that is known here.

    Raises Invalid for a missing field or a day to come, NotAllowed for a case of another department.
    """
    stored = _check(hand_over, by=by)
    check_department(application.department_id, by=by)
    with transaction.atomic():
        return _keep(application, hand_over, stored, brought_case=False, by=by)


def report(subject: Subject, case: ReportedCase, hand_over: HandOver, *, by: Actor) -> tuple[OfflineRecord, bool]:
    """Takes in a case, or its next stage, that a department handles in its own system; whether the case was new.

    Raises what own_system.report_case raises besides.
    """
    item = ApprovalItem.objects.filter(code=case.item_code, is_active=True).first()
    if item is None:
        raise Invalid("没有这个事项，或者已经停用。", {"item_code": [f"没有事项 {case.item_code}。"]})
    check_department(item.implementing_department_id, by=by)
    stored = _check(hand_over, by=by)
    told = replace(case, via=OWN_SYSTEM if hand_over.kind == Kind.OWN_SYSTEM else OFFLINE)
    with transaction.atomic():
        application, is_new = own_system.report_case(
            by=voice(item.implementing_department, by=by), subject=subject, case=told
        )
        return _keep(application, hand_over, stored, brought_case=True, by=by), is_new


def voice(department: Department, *, by: Actor, way: str = "线下录入") -> Actor:
    """The department speaking through whoever wrote it down here; their name stays with everything that follows."""
    return Actor("client", f"offline:{by.key}", f"{by.name}（{way}）", department, ip=by.ip)


def check_department(department_id: int, *, by: Actor) -> None:
    """Coordinators record for everybody, as does an operator's command; approval liaisons for their own department.

    Raises NotAllowed.
    """
    if by.kind == "system":
        return
    if by.staff is not None and by.staff.may(Permission.PUSH_ARBITRATE):
        return
    by.require(Permission.PUSH_ANSWER)
    if by.department is None or by.department.pk != department_id:
        raise NotAllowed("线下往来由办件所属审批部门的联络人或统筹协调员录入。")


def _check(hand_over: HandOver, *, by: Actor) -> StoredFile | None:
    """Raises Invalid by field; keeps the paper, before any transaction."""
    policies.check_choice("kind", hand_over.kind, Kind.values, "请选择方式。")
    texts.check_text("counterpart", hand_over.counterpart, "请填写对方单位或人员。")
    texts.check_text("content", hand_over.content, "请写明往来内容。")
    if hand_over.happened_on > calendar.today():
        raise Invalid("日期不能晚于今天。", {"happened_on": ["日期不能晚于今天。"]})
    return store_upload(hand_over.uploaded, by=by, purpose="offline.record") if hand_over.uploaded else None


def _keep(
    application: Application, hand_over: HandOver, stored: StoredFile | None, *, brought_case: bool, by: Actor
) -> OfflineRecord:
    kept = OfflineRecord.objects.create(
        application=application,
        file=stored,
        kind=hand_over.kind,
        counterpart=hand_over.counterpart.strip(),
        content=hand_over.content.strip(),
        brought_case=brought_case,
        recorded_by=by.name[:60],
        happened_on=hand_over.happened_on,
        recorded_at=timezone.now(),
    )
    label = application.number or ""
    audit.record("offline.record", by=by, target=kept, label=label, detail={"kind": kept.kind, "file": bool(stored)})
    mark = "【自建系统】" if kept.kind == Kind.OWN_SYSTEM else "【线下】"
    paper = f"（附件：{stored.name}）" if stored else ""
    events.record(
        "offline.recorded",
        by=by,
        case_number=label,
        subject_id=application.subject_id,
        department=application.department,
        summary=f"{mark}{kept.happened_on} {kept.get_kind_display()}，{kept.counterpart}：{kept.content}{paper}",
        payload={"record": kept.pk, "kind": kept.kind},
    )
    return kept
