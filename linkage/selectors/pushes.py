"""Questions about pushes that pages and the API share."""

from datetime import date

from django.db.models import Case, Q, QuerySet, When

from linkage.models import Push
from shenguan.access.roles import ROLE_PERMISSIONS, Permission
from shenguan.files.models import StoredFile
from shenguan.org.models import Staff
from shenguan.workdays import calendar


def with_people(pushes: "QuerySet[Push]") -> "QuerySet[Push]":
    """Everything a line of the inbox shows, in one query."""
    return pushes.select_related(
        "department", "sender", "office", "owner", "assignee", "supervision_item", "subject", "deadline", "list_version"
    )


def twins_of(push: Push) -> "QuerySet[Push]":
    """Open pushes that look like the same one twice, e.g. reported by an own system and taken in at the portal.

    Same recipient, party, approval item, supervision item and kind, but another case.
    """
    if push.application is None or push.subject_id is None:
        return Push.objects.none()
    return (
        with_people(Push.objects.open().forward())
        .filter(
            department=push.department_id,
            subject=push.subject_id,
            supervision_item=push.supervision_item_id,
            kind=push.kind,
            application__item=push.application.item_id,
            status__in=[Push.Status.WAITING_CLAIM, Push.Status.CLAIMED, Push.Status.FED_BACK],
        )
        .exclude(pk=push.pk)
        .exclude(case_number=push.case_number)
    )


def papers_of(push: Push) -> "QuerySet[StoredFile]":
    """The papers that hang on a push or on one of its notes."""
    attached, noted = push.attachments.values("file"), push.notes.exclude(file=None).values("file")
    return StoredFile.objects.filter(Q(pk__in=attached) | Q(pk__in=noted))


def of_case(case_number: str) -> "QuerySet[Push]":
    """All pushes of one case in the order they went out, for the case page."""
    return with_people(Push.objects.filter(case_number=case_number)).order_by("id")


def feedback_on_subject(subject_id: int) -> "QuerySet[Push]":
    """Feedback of supervision on one party, newest first, for the intake and subject pages."""
    return with_people(Push.objects.reverse_direction().filter(subject_id=subject_id)).order_by("-id")


def assignable(push: Push) -> "QuerySet[Staff]":
    """Whom a push may be assigned to: on duty, of the department, with the right to work on it.

    The deputy of the list comes first, then the office, then everybody else.
    """
    needed = Permission.INBOX_VIEW if push.is_forward else Permission.PUSH_ANSWER
    if push.is_forward and push.status == Push.Status.WAITING_ANSWER:
        needed = Permission.PUSH_FEEDBACK
    roles = [role for role, permissions in ROLE_PERMISSIONS.items() if needed in permissions]
    deputy = (push.entry.deputy_id if push.is_forward else push.entry.approval_deputy_id) if push.entry else None
    nearness = Case(When(pk=deputy or 0, then=0), When(office=push.office_id or 0, then=1), default=2)
    return (
        Staff.objects.filter(department=push.department_id, status=Staff.Status.ON_DUTY, roles__role__in=roles)
        .annotate(nearness=nearness)
        .distinct()
        .order_by("nearness", "username")
    )


def backlog_age(push: Push, today: date) -> int | None:
    """工作日 since the case behind a push from before the cut-over was accepted; None for everything else."""
    began_on = push.case.accepted_on or push.case.decided_on if push.is_backlog else None
    return calendar.workdays_between(began_on, today) if began_on else None
