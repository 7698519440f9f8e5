"""Which function routes which kind of event. A kind without one stays pending and says so; nothing is skipped."""

from collections.abc import Callable

from approvals.models import Application
from linkage.actions.context import Context
from linkage.actions.drafts import Decision
from linkage.actions.handlers import answers, approvals, consultations, feedback, freezes, news, permits, policies
from shenguan.events.models import Event

Handler = Callable[[Event, Application | None, Context], Decision]

HANDLERS: dict[str, Handler] = {
    "approval.accepted": approvals.accepted,
    "approval.concluded": approvals.concluded,
    "permit.changed": permits.changed,
    "finding.reported": feedback.reported,
    "revocation.proposed": feedback.reported,
    "inspection.recorded": feedback.inspected,
    "finding.closed": feedback.mended,
    "proposal.answered": answers.answered,
    "credit.changed": news.credit_changed,
    "policy.changed": policies.changed,
    "consultation.opened": consultations.opened,
    "freeze.requested": freezes.requested,
    "freeze.answered": freezes.answered,
    "freeze.changed": freezes.changed,
}
