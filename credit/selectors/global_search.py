"""What the global search finds here: organisations, for those who may open their file."""

from collections.abc import Iterable

from django.urls import reverse

from credit.selectors import subjects
from shenguan.access.roles import Permission
from shenguan.org.models import Staff
from shenguan.ui.search import Hit

OPENED_BY = (Permission.CREDIT_VIEW, Permission.CREDIT_MANAGE, Permission.OBJECT_VIEW)


def find(staff: Staff, text: str) -> Iterable[Hit]:
    """Parties by name, pinyin initials or code; an exact code opens at once."""
    if not any(staff.may(permission) for permission in OPENED_BY):
        return []
    return [
        Hit(
            kind="信用主体",
            title=subject.name,
            detail=f"{subject.uscc} {subject.get_status_display()}",
            url=reverse("credit:subject", args=[subject.pk]),
            icon="building",
            exact=subject.uscc == text.upper(),
        )
        for subject in subjects.search(text)
    ]
