"""Publishing a change of law or policy (RULES R10.05): routed by the list to everybody it concerns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from approvals.models import ApprovalItem
from linkage import links, policies
from linkage.models import PolicyNotice, Push
from linkage.selectors import owners
from shenguan import audit, events, notify, texts
from shenguan.access.actors import Actor
from shenguan.access.roles import Permission
from shenguan.files.models import StoredFile
from shenguan.identifiers import series
from shenguan.org.models import Staff
from shenguan.refusals import Invalid, NotAllowed
from shenguan.workdays import calendar
from supervision.models import SupervisionItem

PUBLISHERS = (Permission.PUSH_FEEDBACK, Permission.PUSH_ANSWER)  # either side may bring news of the law


@dataclass(frozen=True)
class Change:
    """What changed, as the publishing department states it."""

    title: str
    document_number: str
    text: str
    effective_on: date
    approval_items: Sequence[ApprovalItem] = ()
    supervision_items: Sequence[SupervisionItem] = ()


@transaction.atomic
def publish(*, by: Actor, change: Change, file: StoredFile | None = None) -> PolicyNotice:
    """Publishes one notice; linkage asks every department the list links with its items for an answer.

    Raises NotAllowed for people of neither side, Invalid by field, also when no item is named.
    """
    if by.department is None or (by.staff is not None and not any(by.staff.may(one) for one in PUBLISHERS)):
        raise NotAllowed("您的岗位不能发布政策变动，请由监管联络员或审批端联络人发布。")
    title = texts.check_text("title", change.title, "请填写标题。")
    document_number = texts.check_text("document_number", change.document_number, "请填写文号。")
    text = texts.check_text("text", change.text, "请填写变动内容：改了什么、对办理和监管有什么影响。")
    if not change.approval_items and not change.supervision_items:
        sentence = "请至少选择一个受影响的审批事项或监管事项。"
        raise Invalid(sentence, {"approval_items": [sentence]})
    year = calendar.today().year
    [number] = series.take(f"policy:{year}", year)
    notice = PolicyNotice.objects.create(
        department=by.department,
        file=file,
        number=f"ZC{year}{number:05d}",
        title=title,
        document_number=document_number,
        text=text,
        effective_on=change.effective_on,
        published_by=by.name,
        published_by_key=by.key,
        published_at=timezone.now(),
    )
    notice.approval_items.set(change.approval_items)
    notice.supervision_items.set(change.supervision_items)
    audit.record("policy.publish", by=by, target=notice)
    events.record(
        "policy.changed",
        by=by,
        case_number=notice.number,
        summary=f"{notice.department}发布政策变动：{title}（{document_number}）",
        payload={
            "title": title,
            "item_name": document_number,
            "document_number": document_number,
            "effective_on": change.effective_on.isoformat(),
            "approval_item_codes": [item.code for item in change.approval_items],
            "supervision_item_codes": [item.code for item in change.supervision_items],
            "text": f"{text}\n自 {change.effective_on} 起施行。",
            "file_uuids": [str(file.uuid)] if file else [],
        },
    )
    return notice


def tell_answer(push: Push, *, by: Actor, outcome: str, text: str) -> None:
    """The publisher hears each answer; who must mend the list is told as well. In the answer's transaction."""
    notice = PolicyNotice.objects.select_related("department").get(number=push.case_number)
    label = policies.ANSWER_OUTCOMES[outcome]
    publisher = Staff.objects.filter(username=notice.published_by_key, department=notice.department).first()
    people = {publisher} if publisher else set()
    if outcome == "revise_list":
        people.add(owners.list_keeper(push.department))
    for person in people:
        notify.tell(
            person,
            kind="answer.received",
            title=f"{push.department}答复政策变动：{label}",
            body=f"{notice.title}（{notice.document_number}）：{text}",
            url=links.thread_url(push.kind, notice.number),
            case_number=notice.number,
        )
