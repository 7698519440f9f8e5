"""Who may open a push by its 监管码."""

from linkage.selectors.cases import visible_pushes
from shenguan.access.roles import Permission
from shenguan.notify.openings import Opening
from shenguan.org.models import Staff

PUSHES = "/linkage/pushes/"
OPENED_BY = (Permission.INBOX_VIEW, Permission.COORDINATION_VIEW, Permission.APPLICATION_VIEW)  # the page of a push


def opening_of_push(staff: Staff, path: str) -> Opening | None:
    """The page of a push for the two departments it is between; None for everybody else."""
    if not any(staff.may(permission) for permission in OPENED_BY):
        return None
    number = path.removeprefix(PUSHES).removesuffix("/")
    push = visible_pushes(staff).filter(number=number).only("closed_at").first()
    return Opening(push.closed_at) if push else None
