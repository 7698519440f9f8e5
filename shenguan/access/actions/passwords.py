"""Changing one's password (RULES R11.01)."""

from django.db import transaction
from django.utils import timezone

from shenguan import audit
from shenguan.access.actors import Actor
from shenguan.access.models import PastPassword
from shenguan.org.models import Staff


@transaction.atomic
def change_password(*, staff: Staff, password: str, by: Actor) -> None:
    """Sets a password that a form has already held against the rules, and remembers it.

    Every other session of this person ends by itself, because sessions carry a digest of the password.
    """
    now = timezone.now()
    staff.set_password(password)
    staff.password_changed_at = now
    staff.save(update_fields=["password", "password_changed_at"])
    PastPassword.objects.create(staff=staff, password=staff.password, set_at=now)
    audit.record("password.changed", by=by, target=staff, label=staff.name)
