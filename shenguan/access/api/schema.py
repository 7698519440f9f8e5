"""What the published description adds to drf-spectacular's own: scopes, problem documents, Idempotency-Key."""

from typing import Any

from drf_spectacular.contrib.django_oauth_toolkit import DjangoOAuthToolkitScheme
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from shenguan.access.api.idempotency import HEADER
from shenguan.access.api.problems import CONTENT_TYPE

PROBLEM = {
    "type": "object",
    "description": "RFC 9457 错误说明",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "供程序判断的错误代码"},
        "detail": {"type": "string", "description": "中文说明"},
        "state": {"type": "string", "description": "当前状态（状态不允许该操作时）"},
        "allowed_actions": {"type": "array", "items": {"type": "string"}, "description": "当前允许的操作"},
        "errors": {
            "type": "array",
            "description": "逐字段的错误",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}


class MachineScheme(DjangoOAuthToolkitScheme):
    """OAuth 2 client credentials, with the scope each call needs."""

    target_class = "shenguan.access.api.authentication.MachineAuthentication"


class MachineSchema(AutoSchema):
    """Names the Idempotency-Key header on the calls that honour it."""

    def get_override_parameters(self) -> list[Any]:
        """The header, for methods wrapped by `idempotent`."""
        handler = getattr(self.view, getattr(self.view, "action", None) or self.method.lower(), None)
        if not getattr(handler, "is_idempotent", False):
            return []
        return [
            OpenApiParameter(
                HEADER,
                OpenApiTypes.STR,
                OpenApiParameter.HEADER,
                description="同一键、同一内容得到同一应答；同一键、不同内容返回 409。",
            )
        ]


def add_problem_answers(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Postprocessing hook: every call may answer with a problem document."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    answer = {
        "description": "错误说明",
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for operations in result["paths"].values():
        for operation in operations.values():
            operation["responses"].setdefault("default", answer)
    return result
