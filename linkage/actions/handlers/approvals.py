"""An application was accepted or concluded (RULES R10.02): told to everyone the list names."""

from approvals.models import Application
from linkage.actions.context import Context
from linkage.actions.drafts import Decision, Draft, forward, not_applicable, pushed, to_read, wait_for_claim
from linkage.actions.handlers.cases import needed
from linkage.matching import implied_situations, match
from linkage.models import LinkageEntry, Push, Routing
from shenguan.events.models import Event

A_CONCLUDED = "approval.concluded"


def accepted(event: Event, application: Application | None, context: Context) -> Decision:
    """Whoever will supervise the holder knows early and reads it. A case already concluded brings a closed push."""
    application = needed(application, event)
    decision, drafts = _by_list(event, application, context, LinkageEntry.Stage.ACCEPTED)
    told = {
        (push.department_id, push.supervision_item_id)
        for push in context.pushes_of(application)
        if push.kind == A_CONCLUDED
    }
    for draft in drafts:
        if (draft.push.department_id, draft.push.supervision_item_id) in told:
            _arrive_closed(draft, context)
    return decision


def concluded(event: Event, application: Application | None, context: Context) -> Decision:
    """A granted case becomes a duty: register, checks, claim. Any other end closes what acceptance had announced."""
    application = needed(application, event)
    announced = [
        push
        for push in context.pushes_of(application)
        if push.kind == "approval.accepted" and push.is_forward and push.status not in Push.GONE
    ]
    if event.payload.get("result") == Application.Result.GRANTED:
        decision, _ = _by_list(event, application, context, LinkageEntry.Stage.CONCLUDED)
    else:
        decision = _not_granted(event, application, context, announced)
    for push in announced:
        if push.status in (Push.Status.WAITING_CLAIM, Push.Status.CLAIMED):
            context.close_later(push, "办件已办结")
    return decision


def _by_list(event: Event, application: Application, context: Context, stage: str) -> tuple[Decision, list[Draft]]:
    """The pushes the list asks for at this stage."""
    version = context.list_of(application)
    found = match(
        application.item,
        version,
        context.entries(version, application.item_id),
        stage=stage,
        situations=implied_situations(
            event.payload.get("situations", application.situations),
            subject=application.subject,
            by_commitment=bool(event.payload.get("by_commitment")),
        ),
    )
    if found.outcome != Routing.Outcome.PUSHED:
        return Decision(found.outcome, found.reason, version), []
    moved = context.moved_duties(application)
    drafts = [_draft(event, application, context, entry, moved.get(entry.pk)) for entry in found.entries]
    return pushed(drafts, version), drafts


def _draft(
    event: Event, application: Application, context: Context, entry: LinkageEntry, moved_to: Push | None
) -> Draft:
    """One push by one entry; where an arbitration moved the duty of this case, by its decision."""
    push = forward(
        event,
        application,
        context,
        department=moved_to.department if moved_to else entry.department,
        office=moved_to.office if moved_to else entry.office,
        preferred=moved_to.owner if moved_to else entry.liaison,
        entry=entry,
        list_version=entry.version,
        supervision_item=entry.supervision_item,
    )
    push.payload["contents"] = entry.contents
    if entry.claim_mode == LinkageEntry.ClaimMode.MANUAL and moved_to is None:
        return wait_for_claim(push, entry)
    return to_read(push)


def _not_granted(event: Event, application: Application, context: Context, announced: list[Push]) -> Decision:
    """Refused, terminated or withdrawn: only those who heard of the acceptance need to hear of it."""
    if not announced:
        return not_applicable("未作出准予决定，且受理环节未曾推送", context.list_of(application))
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
            )
        )
        for push in announced
    ]
    return pushed(drafts, announced[0].list_version)


def _arrive_closed(draft: Draft, context: Context) -> None:
    """The conclusion overtook the acceptance: the push is kept for the record, asks nothing (RULES §13.3 no. 12)."""
    draft.clock = None
    push = draft.push
    push.status, push.next_step, push.is_open = Push.Status.CLOSED, Push.NextStep.NONE, False
    push.claimed_by, push.claimed_at, push.closed_at = "", None, context.now
