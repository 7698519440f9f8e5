"""What a calling system may do. A view that names no scope is closed to everyone."""

from typing import TYPE_CHECKING, cast

from oauth2_provider.contrib.rest_framework.permissions import TokenHasScope
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from shenguan.access.api.authentication import calling_client, machine_actor
from shenguan.access.gates import pass_gates

if TYPE_CHECKING:
    from rest_framework.views import APIView  # at run time DRF's views import this package


class DenyAll(BasePermission):
    """The default of every view: closed until the view names its scope."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Never."""
        return False


class HasScope(TokenHasScope):
    """One scope to read, one to change; views name it by `needs`.

    Without `write` the one scope serves every method. DRF makes a permission by calling what stands in that list, so
    an instance stands there and makes one more of itself for each request.
    """

    def __init__(self, scope: str, write: str | None = None) -> None:
        self.read_scope = scope
        self.write_scope = write or scope

    def __call__(self) -> "HasScope":
        """The permission of one request."""
        return HasScope(self.read_scope, self.write_scope)

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Whether the token carries the scope and the client still holds it: a withdrawn scope ends at once.

        Raises PermissionDenied that names the scope, NotAllowed where a gate keeps the report out; without a token
        False, which DRF turns into 401.
        """
        if request.auth is None:
            return False
        wanted = self.get_scopes(request, view)
        if super().has_permission(request, view) and calling_client(request).scope_set.issuperset(wanted):
            if request.method not in SAFE_METHODS:
                pass_gates(machine_actor(request), self.write_scope)
            return True
        raise PermissionDenied(f"此接口需要授权范围 {' '.join(wanted)}，请向平台运维申请后重新获取令牌。")

    def get_scopes(self, request: Request, view: "APIView") -> list[str]:
        """The scope this method needs; the published description reads it too."""
        return [self.read_scope if request.method in SAFE_METHODS else self.write_scope]


def needs(scope: str, write: str | None = None) -> type[BasePermission]:
    """`permission_classes = [needs("cases:read", write="cases:write")]`: what DRF calls to get a permission."""
    return cast("type[BasePermission]", HasScope(scope, write))
