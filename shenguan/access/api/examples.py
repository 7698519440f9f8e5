"""Examples of the published description: what a call is sent, and what it answers. Values are of the demo city."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

FORM = "multipart/form-data"


def asks(value: Any, name: str = "示例", media_type: str = "application/json") -> OpenApiExample:
    """A body that the call takes."""
    return OpenApiExample(name, value=value, request_only=True, media_type=media_type)


def answers(value: Any, name: str = "应答", status: int = 200) -> OpenApiExample:
    """What the call answers; of a list one line, the description puts it into a page."""
    return OpenApiExample(name, value=value, response_only=True, status_codes=[str(status)])
