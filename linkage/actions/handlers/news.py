"""News that concern more than one case: a credit fact (RULES R10.05, R10.07)."""

from approvals.models import Application
from linkage.actions.context import Context
from linkage.actions.drafts import Decision, Draft, forward, not_applicable, pushed, reverse, to_read
from linkage.models import Push
from shenguan.events.models import Event
from shenguan.org.models import Department
from supervision.models import SupervisedObject

WAITING_FOR_CASE = frozenset({Push.Status.WAITING_CLAIM, Push.Status.CLAIMED})


def credit_changed(event: Event, application: Application | None, context: Context) -> Decision:
    """Every department with an open duty or a pending application of the party reads of it, save the one that made it.

    A supervisor that only heard that the case behind the news was accepted hears of it too (RULES §13.3 no. 11).
    """
    drafts = {push.department_id: _to_supervisor(event, push, application, context) for push in _duties(event)}
    for push in context.pushes_of(application) if application else ():
        if push.kind == "approval.accepted" and push.is_forward and push.status in WAITING_FOR_CASE:
            drafts.setdefault(push.department_id, _to_supervisor(event, push, application, context))
    sender = Department.objects.filter(code=event.department_code).first()
    for case in _pending_cases(event) if sender else ():
        if case.department_id not in drafts and sender is not None:
            drafts[case.department_id] = _to_approver(event, case, sender, context)
    if not drafts:
        return not_applicable("没有其他部门正在监管该相对人或办理其申请")
    return pushed(list(drafts.values()))


def _duties(event: Event) -> list[Push]:
    """The latest duty about the party of each department that supervises it now."""
    watching = (
        SupervisedObject.objects.filter(subject_id=event.subject_id or 0, status=SupervisedObject.Status.ACTIVE)
        .exclude(department__code=event.department_code)
        .values("department_id")
    )
    duties = Push.objects.duties().filter(subject_id=event.subject_id or 0, department_id__in=watching)
    rows = duties.select_related(
        "application__department",
        "application__item",
        "application__subject",
        "department",
        "office",
        "owner",
        "assignee",
    ).order_by("id")
    return list({push.department_id: push for push in rows}.values())


def _pending_cases(event: Event) -> list[Application]:
    """The latest running case of the party in each approving department but the one the news comes from."""
    running = Application.objects.filter(
        subject_id=event.subject_id or 0, accepted_on__isnull=False, concluded_at__isnull=True, number__isnull=False
    ).exclude(department__code=event.department_code)
    rows = running.select_related("department", "item__office", "subject").order_by("id")
    return list({case.department_id: case for case in rows}.values())


def _to_supervisor(event: Event, push: Push, application: Application | None, context: Context) -> Draft:
    return to_read(
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


def _to_approver(event: Event, case: Application, sender: Department, context: Context) -> Draft:
    """The approver reads it before deciding; the panel of the case shows the record at the next check."""
    push = reverse(event, case, context, sender=sender, office=case.item.office, preferred=None)
    push.status, push.next_step = Push.Status.CLAIMED, Push.NextStep.READ
    push.claimed_by, push.claimed_at = push.owner.name, context.now
    push.message = event.summary
    return to_read(push)
