"""A supervisor asks to freeze approvals of a party (FUNCTIONS §2.5 no. 27): the other side always hears and answers."""

from approvals.models import Application
from credit.models import Freeze
from linkage.actions import duties, moves, threads
from linkage.actions.context import Context
from linkage.actions.drafts import Decision, Draft, pushed
from linkage.actions.handlers.cases import UnroutableError
from linkage.models import LinkageEntry, Push
from shenguan.events.models import Event
from shenguan.org.models import Staff

ANSWER_DAYS = 1  # 工作日; a freeze lasts thirty days at most, its answer may not take long (R10.05)
LAW = "联动工作规则：冻结审批请求应在 1 个工作日内答复"
FORWARD, REVERSE = Push.Direction.FORWARD, Push.Direction.REVERSE


def requested(event: Event, application: Application | None, context: Context) -> Decision:
    """The approving department must adopt or decline it."""
    freeze = _freeze(event)
    draft = threads.ask(
        event,
        context,
        sender=freeze.department,
        department=freeze.approving_department,
        direction=REVERSE,
        days=ANSWER_DAYS,
        law=LAW,
        preferred=_liaison(freeze, context),
        subject_id=freeze.subject_id,
        file_uuids=event.payload.get("file_uuids", []),
    )
    return pushed([draft])


def answered(event: Event, application: Application | None, context: Context) -> Decision:
    """The department that asked reads what became of its request."""
    return pushed([_tell_requester(event, _freeze(event), context)])


def changed(event: Event, application: Application | None, context: Context) -> Decision:
    """Withdrawn, extended, lifted, expired or overridden: whichever side did not do it reads of it.

    Of what an own system decided in spite of it (`passed`) both read: its people may not know of the freeze.
    """
    freeze = _freeze(event)
    waiting = Push.objects.filter(
        kind="freeze.requested", case_number=freeze.number, status=Push.Status.WAITING_ANSWER
    ).first()
    if waiting is not None and freeze.status != Freeze.Status.REQUESTED:
        duties.close(moves.lock(waiting), by=context.by, reason=event.summary)
    drafts = []
    change = event.payload.get("change", "")
    if change in ("override", "expire") or event.department_code != freeze.department.code:
        drafts.append(_tell_requester(event, freeze, context))
    if change != "override":
        drafts.append(
            threads.inform(
                event,
                context,
                sender=freeze.department,
                department=freeze.approving_department,
                direction=REVERSE,
                preferred=_liaison(freeze, context),
                subject_id=freeze.subject_id,
            )
        )
    return pushed(drafts)


def _tell_requester(event: Event, freeze: Freeze, context: Context) -> Draft:
    return threads.inform(
        event,
        context,
        sender=freeze.approving_department,
        department=freeze.department,
        direction=FORWARD,
        preferred=_asker(freeze),
        subject_id=freeze.subject_id,
    )


def _freeze(event: Event) -> Freeze:
    rows = Freeze.objects.select_related("subject", "department", "approving_department")
    found = rows.filter(number=event.case_number).first()
    if found is None:
        raise UnroutableError(f"事件所指冻结请求“{event.case_number}”不存在。")
    return found


def _asker(freeze: Freeze) -> Staff | None:
    """The person who asked, if it was one."""
    return Staff.objects.filter(username=freeze.requested_by_key, department=freeze.department).first()


def _liaison(freeze: Freeze, context: Context) -> Staff | None:
    """The approving liaison of the first item concerned, by the list; None leaves the choice to the department."""
    entries = LinkageEntry.objects.filter(
        version=context.list_in_force, approval_item__implementing_department=freeze.approving_department
    )
    if freeze.item_codes:
        entries = entries.filter(approval_item__code__in=freeze.item_codes)
    first = entries.select_related("approval_liaison").order_by("sequence").first()
    return first.approval_liaison if first else None
