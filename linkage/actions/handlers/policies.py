"""A change of law or policy (RULES R10.05): every department the list in force links with its items must answer."""

from django.db.models import Q

from approvals.models import Application
from linkage.actions import threads
from linkage.actions.context import Context
from linkage.actions.drafts import Decision, Draft, not_applicable, pushed
from linkage.actions.handlers.cases import UnroutableError
from linkage.models import LinkageEntry, PolicyNotice, Push
from shenguan.events.models import Event

ANSWER_DAYS = 5  # 工作日; time to hold the guide and the list against the new text
LAW = "联动工作规则：政策变动应在 5 个工作日内答复"


def changed(event: Event, application: Application | None, context: Context) -> Decision:
    """One push for each department on either side of the rows concerned, save the one that published."""
    notice = PolicyNotice.objects.filter(number=event.case_number).select_related("department").first()
    if notice is None:
        raise UnroutableError(f"事件所指政策变动“{event.case_number}”不存在。")
    entries = (
        LinkageEntry.objects.filter(
            Q(approval_item__in=notice.approval_items.all()) | Q(supervision_item__in=notice.supervision_items.all()),
            version=context.list_in_force,
        )
        .select_related("approval_item__implementing_department", "approval_office", "approval_liaison")
        .select_related("department", "office", "liaison")
        .order_by("sequence", "id")
    )
    drafts: dict[int, Draft] = {}
    for entry in entries:
        approving = entry.approval_item.implementing_department
        if approving.pk not in (notice.department_id, *drafts):
            drafts[approving.pk] = threads.ask(
                event,
                context,
                sender=notice.department,
                department=approving,
                direction=Push.Direction.REVERSE,
                days=ANSWER_DAYS,
                law=LAW,
                office=entry.approval_office,
                preferred=entry.approval_liaison,
                file_uuids=event.payload.get("file_uuids", []),
            )
        if entry.department_id not in (notice.department_id, *drafts):
            drafts[entry.department_id] = threads.ask(
                event,
                context,
                sender=notice.department,
                department=entry.department,
                direction=Push.Direction.FORWARD,
                days=ANSWER_DAYS,
                law=LAW,
                office=entry.office,
                preferred=entry.liaison,
                file_uuids=event.payload.get("file_uuids", []),
            )
    if not drafts:
        return not_applicable("现行清单中没有其他部门与这些事项联动", context.list_in_force)
    return pushed(list(drafts.values()), context.list_in_force)
