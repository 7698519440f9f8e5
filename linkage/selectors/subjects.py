"""What supervision has said about a party: open findings and reports, for whoever decides about it next."""

from dataclasses import dataclass

from django.db.models import QuerySet

from linkage.models import Push
from linkage.selectors.pushes import feedback_on_subject
from supervision.models import Finding

SHOWN = 10


@dataclass(frozen=True)
class SubjectFeedback:
    """Findings that are not settled yet, and the latest reports of supervision about the party."""

    findings: list[Finding]
    reports: list[Push]

    @property
    def number(self) -> int:
        """How many entries there are to look at."""
        return len(self.findings) + len(self.reports)


def open_findings(subject_id: int) -> QuerySet[Finding]:
    """Problems found at this party that are not rectified, newest first."""
    return (
        Finding.objects.filter(object__subject_id=subject_id)
        .exclude(status=Finding.Status.CLOSED)
        .select_related("department", "object__item", "deadline")
        .order_by("-found_on", "-id")
    )


def feedback_about(subject_id: int) -> SubjectFeedback:
    """Both, a screenful each; two queries."""
    return SubjectFeedback(
        findings=list(open_findings(subject_id)[:SHOWN]), reports=list(feedback_on_subject(subject_id)[:SHOWN])
    )
