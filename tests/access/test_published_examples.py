"""The examples of the description are bodies the calls take and answers they give: field by field, by their schemas."""

from functools import cache
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator, FormatChecker

from tests.access.test_integration_guide import fields, unknown

LISTS = ["/api/v1/pushes/", "/api/v1/linkage-items/"]


@cache
def document() -> dict[str, Any]:
    """The description of the portal."""
    return SchemaGenerator().get_schema(request=None, public=True)


def given(holder: dict[str, Any], where: str) -> list[Any]:
    """(where, schema, value) of every example below a body or an answer."""
    return [
        pytest.param(media["schema"], example["value"], id=f"{where} {kind} {name}")
        for kind, media in holder.get("content", {}).items()
        for name, example in media.get("examples", {}).items()
    ]


def asked() -> list[Any]:
    calls = ((path, ways["post"]) for path, ways in document()["paths"].items() if "post" in ways)
    return [one for path, call in calls for one in given(call.get("requestBody", {}), path)]


def answered() -> list[Any]:
    return [
        one
        for path, ways in document()["paths"].items()
        for way, call in ways.items()
        for status, answer in call["responses"].items()
        for one in given(answer, f"{way} {path} {status}")
    ]


def mistakes(schema: dict[str, Any], value: Any) -> list[str]:
    """What the schema has against the value."""
    whole = schema | {"components": document()["components"]}
    return [error.message for error in Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(value)]


@pytest.mark.parametrize(("schema", "value"), asked())
def test_a_body_is_taken(schema: dict[str, Any], value: Any) -> None:
    assert (mistakes(schema, value), unknown(value, fields(schema))) == ([], [])


@pytest.mark.parametrize(("schema", "value"), answered())
def test_an_answer_has_the_fields_of_its_schema(schema: dict[str, Any], value: Any) -> None:
    assert mistakes(schema, value) == []
    assert set(value) == set(fields(schema))


def test_a_wrong_value_is_noticed() -> None:
    [claim] = [one for one in asked() if one.id == "/api/v1/cases/ application/json 受理"]
    schema, value = claim.values

    assert mistakes(schema, value | {"stage": "begun"})
    assert unknown(value | {"stag": "accepted"}, fields(schema)) == ["stag"]


def test_every_call_that_writes_shows_a_body() -> None:
    posts = [path for path, ways in document()["paths"].items() if "post" in ways]
    bodies = {path for path in posts if given(document()["paths"][path]["post"]["requestBody"], path)}

    assert set(posts) - bodies == set()


@pytest.mark.parametrize("path", LISTS)
def test_a_list_shows_an_answer(path: str) -> None:
    assert given(document()["paths"][path]["get"]["responses"]["200"], path)
