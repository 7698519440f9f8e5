"""How a session becomes a person: one query brings the department and office every page shows."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from shenguan.org.models import Staff


class StaffBackend(ModelBackend):
    """Django's own password check; only the look-up of the signed-in person is widened."""

    def get_user(self, user_id: Any) -> Staff | None:
        """The person of a session; None when the account is gone or its holder left."""
        staff = Staff.objects.select_related("department", "office").filter(pk=user_id).first()
        return staff if staff is not None and self.user_can_authenticate(staff) else None
