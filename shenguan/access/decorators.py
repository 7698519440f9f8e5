"""Who may open a view. Everything needs a login unless it says `@public`; most pages also name permissions."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from shenguan.access.roles import Permission

View = Callable[..., HttpResponseBase]


def public(view: View) -> View:
    """Opens a view to everyone. `view.is_public` lets a sweep over all addresses tell wanted openings from slips."""
    opened: Any = login_not_required(view)
    opened.is_public = True
    return opened


def require(*permissions: Permission) -> Callable[[View], View]:
    """Lets staff in who hold at least one of `permissions`; others get the 403 page (RULES R11.05).

    The wrapped view carries `required_permissions`, so that navigation, tests and documentation read the same fact.
    """
    if not permissions:
        raise TypeError("require() needs at least one permission; use @public for open pages")

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated or not any(request.user.may(one) for one in permissions):
                raise PermissionDenied(refusal_text(permissions))
            return view(request, *args, **kwargs)

        described: Any = guarded
        described.required_permissions = permissions
        return described

    return decorate


def refusal_text(permissions: tuple[Permission, ...]) -> str:
    """The sentence on the 403 page: which right is missing and whom to ask."""
    wanted = "”或“".join(permission.label for permission in permissions)
    return f"您的岗位没有“{wanted}”权限，请联系本单位系统管理员。"
