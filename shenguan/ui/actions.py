"""Changes a person makes to the own way of working."""

from shenguan.access.actors import Actor
from shenguan.org.models import Staff


def set_single_keys(*, by: Actor, on: bool) -> None:
    """Turns single-key shortcuts on or off for the person who asks (WCAG 2.1.4)."""
    Staff.objects.filter(username=by.key).update(single_keys=on)
