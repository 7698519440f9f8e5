"""Which cases and pushes a person may look at: both sides of a case, and the coordinators (DESIGN §3.9)."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from approvals.models import Application, Permit
from linkage.models import Push
from linkage.selectors.pushes import with_people
from shenguan.access import scope
from shenguan.org.models import Staff


def visible_cases(staff: Staff) -> QuerySet[Application]:
    """Numbered cases of the own department, and those by which it was pushed to."""
    cases = Application.objects.filter(number__isnull=False)
    if scope.sees_all(staff):
        return cases
    told = Push.objects.forward().filter(application=OuterRef("pk"), department_id=staff.department_id)
    return cases.filter(Q(department_id=staff.department_id) | Exists(told))


def visible_pushes(staff: Staff) -> QuerySet[Push]:
    """Pushes the own department received or sent: the two parties of each one, and the coordinators."""
    if scope.sees_all(staff):
        return Push.objects.all()
    own = staff.department_id
    return Push.objects.filter(Q(department_id=own) | Q(sender_id=own))


def concern(staff: Staff, subject_id: int) -> bool:
    """Whether a push this person may see is about the party (a kind of dealing, credit.dealings)."""
    return visible_pushes(staff).filter(subject_id=subject_id).exists()


def pushes_of_case(staff: Staff, number: str) -> QuerySet[Push]:
    """The pushes of a case in their order, as far as this person is party to them."""
    return with_people(visible_pushes(staff).filter(case_number=number)).order_by("id")


def permit_of_case(case: Application) -> Permit | None:
    """The permit a case led to; a change or renewal wrote into one that an earlier case had made."""
    written_into = Q(department=case.department, events__document_number__in=case.documents.values("number"))
    return Permit.objects.filter(Q(application=case) | written_into).first()


def proposals(staff: Staff) -> QuerySet[Push]:
    """Proposals to change a permit that this person may see: every one ends in a recorded result (R10.06)."""
    found = visible_pushes(staff).filter(kind="revocation.proposed")
    return found.select_related(
        "subject", "department", "sender", "owner", "assignee", "deadline", "application__variant"
    )
