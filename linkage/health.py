"""What the linkage tells the operator on /readyz/."""

from linkage.selectors import desk
from shenguan.ui.health import Finding


def oldest_undelivered() -> Finding:
    """Seconds the oldest delivery waits. A recipient that is down is not our trouble, so the check stays well."""
    return Finding(True, desk.oldest_undelivered())
