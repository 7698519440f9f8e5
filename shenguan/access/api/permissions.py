"""What a calling system may do. A view that names no scope is closed to everyone."""

from typing import TYPE_CHECKING

from oauth2_provider.contrib.rest_framework import TokenHasScope
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:
    from rest_framework.views import (
        APIView,  # at run time DRF's views import this package
    )


class DenyAll(BasePermission):
    """The default of every view: closed until the view names its scope."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Never."""
        return False


class _ScopePermission(TokenHasScope):
    """Base of the classes `HasScope` makes. Reads need `read_scope`, everything else `write_scope`."""

    read_scope: str
    write_scope: str

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Whether the token carries the scope and the client still holds it: a withdrawn scope ends at once."""
        wanted = self.get_scopes(request, view)
        self.message = f"此接口需要授权范围 {' '.join(wanted)}，请向平台运维申请后重新获取令牌。"
        return super().has_permission(request, view) and request.auth.application.scope_set.issuperset(wanted)

    def get_scopes(self, request: Request, view: "APIView") -> list[str]:
        """The scope this method needs; the published description reads it too."""
        return [self.read_scope if request.method in SAFE_METHODS else self.write_scope]


def HasScope(scope: str, write: str | None = None) -> type[_ScopePermission]:
    """A permission class: `scope` for every method, or `scope` to read and `write` to change."""
    name = f"HasScope[{scope}]" if write is None else f"HasScope[{scope}, {write}]"
    return type(name, (_ScopePermission,), {"read_scope": scope, "write_scope": write or scope})
