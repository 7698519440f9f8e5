"""Readable documentation of the machine interface, drawn from the same schema as /api/schema/."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from shenguan.access.api.outline import Outline, outline_of
from shenguan.access.decorators import public
from shenguan.access.scopes import Scope


@public
@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """One page, no outside resources. Open to everyone: developers of departments read it before they have a login."""
    return render(request, "access/api_docs.html", {"outline": _outline(), "scopes": Scope.choices})


@cache
def _outline() -> Outline:
    """The schema depends on code only, so one reading per process is enough."""
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return outline_of(schema)
