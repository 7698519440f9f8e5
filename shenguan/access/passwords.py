"""Password rules beyond Django's own (RULES R11.01)."""

import string
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from shenguan.org.models import Staff

REMEMBERED = 5
MAX_AGE = timedelta(days=90)  # 自然日
KINDS = (string.ascii_uppercase, string.ascii_lowercase, string.digits)


class ThreeKindsValidator:
    """Three of four kinds: capitals, small letters, digits, other characters."""

    def validate(self, password: str, user: Staff | None = None) -> None:
        """Raises ValidationError when fewer kinds are used."""
        known = "".join(KINDS)
        kinds = [any(char in kind for char in password) for kind in KINDS]
        kinds.append(any(char not in known for char in password))
        if sum(kinds) < 3:
            raise ValidationError(self.get_help_text(), code="password_too_few_kinds")

    def get_help_text(self) -> str:
        """The rule as shown beside the field."""
        return "密码须包含大写字母、小写字母、数字、符号中的至少三种。"


class NotRecentValidator:
    """Not one of the last five."""

    def validate(self, password: str, user: Staff | None = None) -> None:
        """Raises ValidationError when this person used the password lately."""
        if user is None or user.pk is None:
            return
        recent = [user.password, *user.past_passwords.values_list("password", flat=True)[:REMEMBERED]]
        if any(check_password(password, encoded) for encoded in dict.fromkeys(recent)):
            raise ValidationError(self.get_help_text(), code="password_recent")

    def get_help_text(self) -> str:
        """The rule as shown beside the field."""
        return f"密码不能与最近 {REMEMBERED} 次使用过的相同。"


def is_due(staff: Staff) -> bool:
    """Whether the password must be changed now: at the first login and after 90 自然日. Demo accounts are spared."""
    if settings.DEMO:
        return False
    return staff.password_changed_at is None or timezone.now() - staff.password_changed_at > MAX_AGE
