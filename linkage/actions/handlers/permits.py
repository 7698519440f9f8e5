"""Something happened to a permit later (RULES R1.20, R10.13).

Told to every department that supervises the holder, as far as its row of the list asks for this kind of fact, and to
those whose row names this stage though they hold no duty yet.
"""

from approvals.models import Application
from linkage.actions import duties
from linkage.actions.context import Context
from linkage.actions.drafts import Decision, Draft, forward, not_applicable, pushed, to_read
from linkage.actions.handlers.cases import WaitsForError, duty_pushes, needed
from linkage.matching import hears, implied_situations, match, stage_of_change
from linkage.models import LinkageEntry, Push, Routing, UnmappedEvent
from shenguan.events.models import Event, PendingEvent

ENDING = {"revoked": "撤销", "withdrawn": "撤回", "cancelled": "注销"}


def changed(event: Event, application: Application | None, context: Context) -> Decision:
    """A push to every supervisor who is to hear of it; a permit that ended ends registers, checks and open pushes."""
    application = needed(application, event)
    supervisors = duty_pushes(application)
    change = event.payload.get("change", "")
    stage = stage_of_change(change)
    nobody = None if supervisors else _nobody_yet(event, application, context)
    others = _named_beside(event, application, context, supervisors, stage)
    if nobody is not None and not others:
        return nobody
    drafts = _drafts(event, application, context, [push for push in supervisors if hears(push.entry, stage)])
    drafts += [_by_entry(event, application, context, entry) for entry in others]
    if change in ENDING:
        _end(application, supervisors, context, f"许可已{ENDING[change]}")
    if not drafts:
        return not_applicable(f"清单规定许可{stage.label}时不推送", supervisors[0].list_version)
    return pushed(drafts, drafts[0].push.list_version)


def _drafts(event: Event, application: Application, context: Context, supervisors: list[Push]) -> list[Draft]:
    return [
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


def _named_beside(
    event: Event, application: Application, context: Context, supervisors: list[Push], stage: LinkageEntry.Stage
) -> list[LinkageEntry]:
    """Rows that name this stage and whose department does not hold the duty of this case."""
    version = context.list_of(application)
    entries = [entry for entry in context.entries(version, application.item_id) if stage in entry.stages]
    if not entries:
        return []
    situations = implied_situations(
        application.situations,
        subject=application.subject,
        by_commitment=bool(event.payload.get("by_commitment")),
    )
    found = match(application.item, version, entries, stage=stage, situations=situations)
    told = {(push.department_id, push.supervision_item_id) for push in supervisors}
    moved = context.moved_duties(application)  # an arbitration took the duty of these rows elsewhere
    return [
        entry
        for entry in found.entries
        if (entry.department_id, entry.supervision_item_id) not in told and entry.pk not in moved
    ]


def _by_entry(event: Event, application: Application, context: Context, entry: LinkageEntry) -> Draft:
    push = forward(
        event,
        application,
        context,
        department=entry.department,
        office=entry.office,
        preferred=entry.liaison,
        entry=entry,
        list_version=entry.version,
        supervision_item=entry.supervision_item,
        message=event.payload.get("reason", "") or event.summary,
    )
    push.payload["contents"] = entry.contents
    return to_read(push)


def _end(application: Application, supervisors: list[Push], context: Context, reason: str) -> None:
    """The duty ends with the permit: registers, checks and open pushes."""
    for push in supervisors:
        duties.give_up(push, by=context.by, reason=reason)
    open_ones = Push.objects.forward().filter(
        application=application, status__in=[Push.Status.WAITING_CLAIM, Push.Status.CLAIMED, Push.Status.FED_BACK]
    )
    for push in open_ones.select_related("department", "deadline").order_by("id"):
        duties.close(push, by=context.by, reason=reason)


def _nobody_yet(event: Event, application: Application, context: Context) -> Decision:
    """No supervisor has the case: it waits for the conclusion or for the list, or there is nobody to tell."""
    if PendingEvent.objects.filter(event__case_number=event.case_number, event__kind="approval.concluded").exists():
        raise WaitsForError("同一办件的办结事件尚未分流，待其分流后再处理证照变动。")
    if UnmappedEvent.objects.filter(application=application, status=UnmappedEvent.Status.OPEN).exists():
        return Decision(Routing.Outcome.UNMAPPED, "办结推送尚未对应到监管部门，证照变动随之待推送")
    return not_applicable("该办件没有已推送的监管部门", context.list_of(application))
