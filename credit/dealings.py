"""Whether a person's department has to do with a party. Cases, objects and pushes belong to higher floors, which
register the answer here."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from shenguan.access.roles import Permission

if TYPE_CHECKING:  # models cannot be imported while Django still reads its list of apps
    from credit.models import Subject
    from shenguan.org.models import Staff

LOOKED_UP_BY = (Permission.CREDIT_CHECK, Permission.CREDIT_MANAGE)
Provider = Callable[["Staff", int], bool]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Adds a kind of dealing; called from AppConfig.ready of the app that owns it."""
    if provider not in _providers:
        _providers.append(provider)


def has_dealings(staff: "Staff", subject_id: int) -> bool:
    """Whether any app knows of a dealing between this person's department and the party."""
    return any(provider(staff, subject_id) for provider in _providers)


def may_know(staff: "Staff", subject: "Subject") -> bool:
    """Whether this person may open what is kept about a party (RULES R6.07).

    Whoever may look a party up by number may, and departments with a case, an object or a push about it.
    """
    return any(staff.may(permission) for permission in LOOKED_UP_BY) or has_dealings(staff, subject.pk)
