"""What every page's frame needs. Each part is worked out only when a template asks for it, once per request."""

from functools import cached_property

from django.conf import settings
from django.http import HttpRequest

from shenguan.notify.models import Notice
from shenguan.org.models import Staff
from shenguan.ui import navigation

UNREAD_SHOWN = 99  # counting stops here: the bell says 99+


class Portal:
    """The frame of one page: city, menus, unread notices, personal settings. In templates: `portal`."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def city_name(self) -> str:
        """The city this portal serves."""
        return settings.CITY_NAME

    @cached_property
    def staff(self) -> Staff | None:
        """The signed-in person; nobody on public pages and where a request failed before its login was read."""
        user = getattr(self._request, "user", None)
        return user if getattr(user, "is_authenticated", False) else None

    @cached_property
    def nav(self) -> list[navigation.LinkGroup]:
        """The side menu."""
        return navigation.menu_for(self.staff, self._request.path) if self.staff else []

    @cached_property
    def public_nav(self) -> list[navigation.Link]:
        """The menu of the public pages."""
        return navigation.public_menu(self._request.path)

    @property
    def public_home(self) -> str:
        """Where the name on the public pages leads."""
        return self.public_nav[0].href if self.public_nav else "/"

    @cached_property
    def unread(self) -> str:
        """The number on the bell, one indexed query; empty for none."""
        if not self.staff:
            return ""
        count = Notice.objects.of(self.staff).unread()[: UNREAD_SHOWN + 1].count()
        return f"{UNREAD_SHOWN}+" if count > UNREAD_SHOWN else str(count or "")

    @property
    def messages_url(self) -> str:
        """The page behind the bell."""
        return navigation.address("notify:notices")

    @property
    def password_url(self) -> str:
        """Where a person changes the own password."""
        return navigation.address("access:password")

    @cached_property
    def workplace(self) -> str:
        """Department and office under the person's name."""
        if not self.staff:
            return ""
        parts = [self.staff.department.short_name, self.staff.office.name if self.staff.office else ""]
        return " · ".join(part for part in parts if part)

    @property
    def keys_off(self) -> bool:
        """True when this person turned single-key shortcuts off (WCAG 2.1.4)."""
        return bool(self.staff and not self.staff.single_keys)

    @property
    def idle_seconds(self) -> int:
        """After how many idle seconds the session ends, so that the page can warn in time; 0 without a session."""
        return settings.IDLE_LOGOUT_SECONDS if self.staff else 0


def portal(request: HttpRequest) -> dict[str, Portal]:
    """Context processor."""
    return {"portal": Portal(request)}
