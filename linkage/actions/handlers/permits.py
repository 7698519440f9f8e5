"""Something happened to a permit later: everyone who supervises its holder hears of it (RULES R1.20, R10.13)."""

from approvals.models import Application
from linkage.actions import duties
from linkage.actions.context import Context
from linkage.actions.drafts import Decision, forward, not_applicable, pushed, to_read
from linkage.actions.handlers.cases import WaitsForError, duty_pushes, needed
from linkage.models import Push, Routing, UnmappedEvent
from shenguan.events.models import Event, PendingEvent

ENDING = {"revoked": "撤销", "withdrawn": "撤回", "cancelled": "注销"}


def changed(event: Event, application: Application | None, context: Context) -> Decision:
    """A push to every supervisor of the case; a permit that ended ends registers, checks and open pushes."""
    application = needed(application, event)
    supervisors = duty_pushes(application)
    if not supervisors:
        return _nobody_yet(event, application, context)
    change = event.payload.get("change", "")
    drafts = [
        to_read(
            forward(
                event,
                application,
                context,
                department=push.department,
                office=push.office,
                preferred=push.handler,
                entry=push.entry,
                list_version=push.list_version,
                supervision_item=push.supervision_item,
                message=event.payload.get("reason", "") or event.summary,
            )
        )
        for push in supervisors
    ]
    if change in ENDING:
        reason = f"许可已{ENDING[change]}"
        for push in supervisors:
            duties.give_up(push, by=context.by, reason=reason)
        open_ones = Push.objects.forward().filter(
            application=application, status__in=[Push.Status.WAITING_CLAIM, Push.Status.CLAIMED, Push.Status.FED_BACK]
        )
        for push in open_ones.select_related("department", "deadline").order_by("id"):
            duties.close(push, by=context.by, reason=reason)
    return pushed(drafts, supervisors[0].list_version)


def _nobody_yet(event: Event, application: Application, context: Context) -> Decision:
    """No supervisor has the case: it waits for the conclusion or for the list, or there is nobody to tell."""
    if PendingEvent.objects.filter(event__case_number=event.case_number, event__kind="approval.concluded").exists():
        raise WaitsForError("同一办件的办结事件尚未分流，待其分流后再处理证照变动。")
    if UnmappedEvent.objects.filter(application=application, status=UnmappedEvent.Status.OPEN).exists():
        return Decision(Routing.Outcome.UNMAPPED, "办结推送尚未对应到监管部门，证照变动随之待推送")
    return not_applicable("该办件没有已推送的监管部门", context.list_of(application))
