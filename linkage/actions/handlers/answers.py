"""The approver answered (RULES R10.06): the supervisor hears the decision and its reason, whatever it is."""

from approvals.models import Application
from linkage import policies
from linkage.actions import duties
from linkage.actions.context import Context
from linkage.actions.drafts import Decision, forward, pushed, to_read
from linkage.actions.handlers.cases import UnroutableError, by_number, needed
from linkage.models import Push
from shenguan.events.models import Event

ENDED_BY = frozenset({"revoke", "withdraw", "cancel"})


def answered(event: Event, application: Application | None, context: Context) -> Decision:
    """A push to read for whoever reported; the duty behind it goes on, or ends with the permit."""
    application = needed(application, event)
    question = by_number(event.payload.get("reverse_push", ""))
    if question is None:
        raise UnroutableError(f"答复所指的反馈推送“{event.payload.get('reverse_push', '')}”不存在。")
    origin = by_number(event.payload.get("forward_push", ""))
    outcome = event.payload.get("outcome", "")
    draft = to_read(
        forward(
            event,
            application,
            context,
            department=question.sender,
            office=origin.office if origin else None,
            preferred=origin.handler if origin else None,
            entry=question.entry,
            list_version=question.list_version,
            supervision_item=question.supervision_item,
            answers_push=question,
            message=f"{policies.ANSWER_OUTCOMES[outcome]}：{event.payload.get('text', '')}",
        )
    )
    if origin is not None and origin.status == Push.Status.FED_BACK:
        if outcome in ENDED_BY:
            duties.close(origin, by=context.by, reason=f"审批部门答复：{policies.ANSWER_OUTCOMES[outcome]}")
        else:
            duties.settle(origin, by=context.by, reason=f"审批部门答复：{policies.ANSWER_OUTCOMES[outcome]}")
    return pushed([draft], question.list_version)
