"""News that concern more than one case: a credit fact (RULES R10.05, R10.07)."""

from approvals.models import Application
from linkage.actions.context import Context
from linkage.actions.drafts import Decision, forward, not_applicable, pushed, to_read
from linkage.models import Push
from shenguan.events.models import Event
from supervision.models import SupervisedObject

WAITING_FOR_CASE = frozenset({Push.Status.WAITING_CLAIM, Push.Status.CLAIMED})


def credit_changed(event: Event, application: Application | None, context: Context) -> Decision:
    """Every department that supervises the party now reads of its new credit record, save the one that made it.

    So does one that will: it heard that the case behind the news was accepted (RULES §13.3 no. 11).
    """
    watching = (
        SupervisedObject.objects.filter(subject_id=event.subject_id or 0, status=SupervisedObject.Status.ACTIVE)
        .exclude(department__code=event.department_code)
        .values("department_id")
    )
    latest: dict[int, Push] = {}
    duties = Push.objects.duties().filter(subject_id=event.subject_id or 0, department_id__in=watching)
    for push in duties.select_related("application__department", "department", "office", "owner", "assignee").order_by(
        "id"
    ):
        latest[push.department_id] = push
    for push in context.pushes_of(application) if application else ():
        if push.kind == "approval.accepted" and push.is_forward and push.status in WAITING_FOR_CASE:
            latest.setdefault(push.department_id, push)
    if not latest:
        return not_applicable("没有其他部门正在监管该相对人")
    return pushed(
        [
            to_read(
                forward(
                    event,
                    application or push.case,
                    context,
                    department=push.department,
                    office=push.office,
                    preferred=push.handler,
                    message=event.summary,
                )
            )
            for push in latest.values()
        ]
    )
