"""A consultation was opened (FUNCTIONS §2.5 no. 28): every department asked gets a push it must answer."""

from approvals.models import Application
from linkage.actions import threads
from linkage.actions.context import Context
from linkage.actions.drafts import Decision, pushed
from linkage.actions.handlers.cases import UnroutableError
from linkage.models import Consultation, ConsultationParty, Push
from shenguan.access.roles import Permission
from shenguan.events.models import Event
from shenguan.org.models import Department

LAW = "会商发起部门设定的回复时限"


def opened(event: Event, application: Application | None, context: Context) -> Decision:
    """One push per department, to the named person where there is one."""
    made = Consultation.objects.filter(number=event.case_number).select_related("department").first()
    if made is None:
        raise UnroutableError(f"事件所指会商“{event.case_number}”不存在。")
    return pushed(
        [
            threads.ask(
                event,
                context,
                sender=made.department,
                department=party.department,
                direction=_direction(party),
                days=made.reply_days,
                law=LAW,
                preferred=party.person,
                file_uuids=event.payload.get("file_uuids", []),
            )
            for party in made.parties.select_related("department", "person")
        ]
    )


def _direction(party: ConsultationParty) -> str:
    """Which side is asked decides who may answer: the named person's, else the department's own."""
    if party.person is not None:
        approves = party.person.may(Permission.PUSH_ANSWER)
    else:
        approves = party.department.kind == Department.Kind.APPROVAL
    return Push.Direction.REVERSE if approves else Push.Direction.FORWARD
