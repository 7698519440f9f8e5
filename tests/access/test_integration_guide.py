"""docs/integration.md says what the machine interface does: addresses, methods, field names, scopes."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from drf_spectacular.generators import SchemaGenerator

from shenguan.access.scopes import Scope

GUIDE = (Path(settings.BASE_DIR) / "docs" / "integration.md").read_text(encoding="utf-8")
CALL = re.compile(r"-X POST \$PORTAL(/api/v1/\S+).*?-d '(\{.*?\})'", re.DOTALL)
READ = re.compile(r"\$PORTAL(/api/v1/[^\"\s?]+)")


@cache
def document() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)


def template_of(address: str) -> str:
    """The path of the description an address of the guide belongs to."""
    for path in document()["paths"]:
        if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)), address):
            return path
    raise AssertionError(f"{address} is no address of the machine interface")


def fields(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return fields(document()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    for word in ("allOf", "oneOf"):
        if word in schema:
            return fields(schema[word][0])
    return fields(schema["items"]) if "items" in schema else schema.get("properties", {})


def unknown(body: Any, known: dict[str, Any], path: str = "") -> list[str]:
    """Fields of the example that the call does not know."""
    if isinstance(body, list):
        return [name for one in body for name in unknown(one, known, path)]
    if not isinstance(body, dict):
        return []
    strange = [f"{path}{name}" for name in body if name not in known]
    return strange + [
        deeper
        for name, one in body.items()
        if name in known
        for deeper in unknown(one, fields(known[name]), f"{path}{name}.")
    ]


@pytest.mark.parametrize(("address", "text"), CALL.findall(GUIDE))
def test_an_example_names_a_call_and_its_fields(address: str, text: str) -> None:
    call = document()["paths"][template_of(address)]["post"]
    schema = call.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    assert unknown(json.loads(text), fields(schema)) == []


def test_the_guide_holds_examples_of_every_kind() -> None:
    assert len(CALL.findall(GUIDE)) >= 8


@pytest.mark.parametrize("address", sorted(set(READ.findall(GUIDE))))
def test_every_address_of_the_guide_exists(address: str) -> None:
    assert template_of(address)


@pytest.mark.parametrize("scope", Scope.values)
def test_every_scope_is_explained(scope: str) -> None:
    assert f"`{scope}`" in GUIDE
