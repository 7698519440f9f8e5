"""Calls made from the published description, one wrong value at a time: a named refusal, never a crash."""

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from linkage.models import Push
from tests.factories.access import MachineClientFactory, calling_as
from tests.factories.linkage import PushFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "nudges")]
NASTY: list[Any] = [
    None,
    "",
    " ",
    "a\x00b",
    "长" * 5000,
    "2026-13-45",
    "0001-01-01",
    "9999-12-31",
    "-",
    0,
    -1,
    10**30,
    1.5,
    True,
    [],
    [[]],
    [None],
    {},
    {"number": {}},
]
VALUES = {"date": "2026-11-20", "date-time": "2026-11-20T08:00:00+08:00", "decimal": "1.00", "uuid": "0" * 32}


@cache
def document() -> dict[str, Any]:
    """The description of the portal."""
    return SchemaGenerator().get_schema(request=None, public=True)


def operations(method: str) -> list[str]:
    return [path for path, calls in document()["paths"].items() if method in calls]


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema behind a reference; of alternatives the first."""
    if "$ref" in schema:
        return resolved(document()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    for word in ("allOf", "oneOf", "anyOf"):
        if word in schema:
            return resolved(schema[word][0])
    return schema


def example(schema: dict[str, Any]) -> Any:
    """A value the schema allows."""
    schema = resolved(schema)
    kind = schema.get("type", "object")
    kind = next(one for one in kind if one != "null") if isinstance(kind, list) else kind
    if "enum" in schema:
        return schema["enum"][0]
    if kind == "object":
        return {name: example(inner) for name, inner in schema.get("properties", {}).items()}
    if kind == "array":
        return [example(schema["items"])]
    return {"integer": 1, "number": 1, "boolean": False}.get(kind, VALUES.get(schema.get("format", ""), "文本"))


def spoiled(body: Any) -> Iterator[Any]:
    """The body with one value after the other replaced by each nasty one, and each left out."""
    if isinstance(body, dict):
        for name, inner in body.items():
            yield {key: value for key, value in body.items() if key != name}
            for value in NASTY:
                yield body | {name: value}
            for worse in spoiled(inner):
                yield body | {name: worse}
    elif isinstance(body, list) and body:
        for worse in spoiled(body[0]):
            yield [worse]


@pytest.fixture
def push() -> Push:
    return PushFactory()


@pytest.fixture
def caller(push: Push, settings) -> APIClient:
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_CLASSES": []}
    return calling_as(MachineClientFactory(department=push.department))


def check(answer: Any) -> None:
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["code"]
        assert "Traceback" not in answer.text


@pytest.mark.parametrize("path", operations("post"))
def test_no_wrong_value_in_a_body_crashes(path: str, caller: APIClient, push: Push) -> None:
    call = document()["paths"][path]["post"]
    content = call.get("requestBody", {}).get("content", {}).get("application/json", {})
    body = example(content.get("schema", {}))
    address = path.replace("{number}", push.number if "/pushes/" in path else push.case_number)
    for one in [body, *NASTY, *spoiled(deepcopy(body))]:
        check(caller.post(address, one, format="json"))


@pytest.mark.parametrize("path", operations("get"))
def test_no_wrong_value_in_an_address_crashes(path: str, caller: APIClient, push: Push) -> None:
    parameters = document()["paths"][path]["get"].get("parameters", [])
    address = path.replace("{number}", push.number if "/pushes/" in path else push.case_number)
    asked = [one["name"] for one in parameters if one["in"] == "query"]
    for name in asked:
        for value in ("", " ", "a\x00b", "长" * 300, "-1", "9" * 30, "0001-01-01", "2026-13-45", "%zz", "[]"):
            check(caller.get(address, {name: value}))
    for wrong in ("长" * 100, "..", "a b", "%00"):
        if "{" in path:
            check(caller.get(path.replace("{number}", wrong)))


def test_every_post_takes_an_idempotency_key() -> None:
    names = {
        path: [one["name"] for one in document()["paths"][path]["post"].get("parameters", [])]
        for path in operations("post")
    }
    assert [path for path, given in names.items() if "Idempotency-Key" not in given] == []


def test_a_body_beyond_the_limit_is_413(caller: APIClient, settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = caller.post("/api/v1/clues/", {"content": "长" * 100}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_a_body_at_the_limit_is_read(caller: APIClient, settings) -> None:
    body = '{"content": "x"}'
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = len(body)
    answer = caller.post("/api/v1/clues/", body, content_type="application/json")
    assert answer.status_code == 422
