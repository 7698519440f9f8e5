"""What supervision found (RULES R10.05, R10.06): abnormal results go back to the approver, normal ones end the duty."""

from django.utils import timezone

from approvals.actions import commitments
from approvals.models import Application, Commitment
from linkage.actions import duties, missed, moves
from linkage.actions.context import Context
from linkage.actions.drafts import ANSWER, Clock, Decision, Draft, not_applicable, pushed, reverse, to_read
from linkage.actions.handlers.cases import UnroutableError, by_number, duty_pushes, needed
from linkage.models import LinkageEntry, Push
from shenguan.events.models import Event
from shenguan.org.models import Department
from supervision.models import Finding, SupervisedObject

ANSWER_DAYS = 3  # 工作日, where no entry of the list sets the limit
FED_BACK_FROM = (Push.Status.WAITING_CLAIM, Push.Status.CLAIMED, Push.Status.OBJECTED, Push.Status.FED_BACK)


def reported(event: Event, application: Application | None, context: Context) -> Decision:
    """An abnormal result or a proposal becomes a reverse push that its named approver must answer."""
    application = needed(application, event)
    origin = _origin(event, application)
    entry = origin.entry if origin else None
    draft = _back(event, application, context, origin, is_answer_due=True)
    draft.clock = Clock(ANSWER, entry.feedback_days if entry else ANSWER_DAYS)
    if origin is not None and origin.status in FED_BACK_FROM:
        missed.stop_clock(origin)
        duties.show_next_check(origin)
        if origin.deadline is None:
            origin.next_step = Push.NextStep.AWAIT
        moves.move(origin, "feed_back", next_step=origin.next_step, is_open=True, **moves.clock_fields(origin))
    return pushed([draft], draft.push.list_version)


def inspected(event: Event, application: Application | None, context: Context) -> Decision:
    """A normal result ends the duty or leads to its next check; it goes back only where the list wants all results."""
    _keep_commitment_result(event, application, context)
    if event.payload.get("is_abnormal"):
        return not_applicable("检查结果异常，由异常反馈事件推送审批部门")
    application = needed(application, event)
    origin = _origin(event, application)
    if origin is None:
        return not_applicable("检查不是由推送引起的，结果正常，无需反馈")
    duties.settle(origin, by=context.by, reason="检查结果正常")
    if origin.entry is None or origin.entry.feedback_scope != LinkageEntry.FeedbackScope.ALL:
        return not_applicable("检查结果正常，清单只要求反馈异常结果", origin.list_version)
    draft = _back(event, application, context, origin, is_answer_due=False)
    draft.push.kind = "finding.reported"  # the kind CONTRACT §4 knows for results of supervision
    return pushed([draft], origin.list_version)


def _keep_commitment_result(event: Event, application: Application | None, context: Context) -> None:
    """Tells the case what the check of its promise found (R2.11); its check clock stops."""
    result = event.payload.get("commitment_result", "")
    if not result or application is None or not Commitment.objects.filter(application=application).exists():
        return
    on = timezone.localtime(event.recorded_at).date()
    commitments.record_result(application, by=context.by, result=Commitment.Result(result), on=on)


def mended(event: Event, application: Application | None, context: Context) -> Decision:
    """A closed finding lets the duty go on or end."""
    finding = (
        Finding.objects.filter(number=event.payload.get("finding_number", "")).select_related("inspection").first()
    )
    task = finding.inspection.task if finding else None
    origin = by_number(task.push_number) if task else None
    if origin is not None:
        duties.settle(origin, by=context.by, reason="问题已整改")
    return not_applicable("问题整改情况已记入办件时间线")


def _back(
    event: Event, application: Application, context: Context, origin: Push | None, *, is_answer_due: bool
) -> Draft:
    """A push to the deciding department, to be answered or only to be read."""
    entry = origin.entry if origin else None
    push = reverse(
        event,
        application,
        context,
        sender=_sender(event, origin),
        office=entry.approval_office if entry else application.item.office,
        preferred=entry.approval_liaison if entry else None,
        entry=entry,
        list_version=origin.list_version if origin else None,
        supervision_item=origin.supervision_item if origin else None,
        answers_push=origin,
        by_commitment=origin.by_commitment if origin else False,
    )
    files = event.payload.get("file_uuids", [])
    if is_answer_due:
        return Draft(push, file_uuids=files)
    push.status, push.next_step = Push.Status.CLAIMED, Push.NextStep.READ
    push.claimed_by, push.claimed_at = push.owner.name, context.now
    draft = to_read(push)
    draft.file_uuids = files
    return draft


def _origin(event: Event, application: Application) -> Push | None:
    """The forward push this result belongs to: named, else the duty that put the inspected object on the register."""
    named = by_number(event.payload.get("push_number", ""))
    if named is not None:
        return named
    watched = SupervisedObject.objects.filter(pk=event.payload.get("object_id") or 0).first()
    if watched is None:
        return None
    return next(
        (
            push
            for push in duty_pushes(application)
            if push.department_id == watched.department_id and push.supervision_item_id == watched.item_id
        ),
        None,
    )


def _sender(event: Event, origin: Push | None) -> Department:
    """The department that reports. Raises UnroutableError when the event names none."""
    if origin is not None:
        return origin.department
    code = event.payload.get("department_code") or event.department_code
    department = Department.objects.filter(code=code).first()
    if department is None:
        raise UnroutableError(f"事件所指反馈部门“{code}”不存在。")
    return department
