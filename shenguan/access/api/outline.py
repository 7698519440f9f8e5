"""An OpenAPI document flattened into what a person reads: calls, their parameters, bodies and answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")
MAX_DEPTH = 4  # deeper nesting is named, not spelled out


@dataclass(frozen=True)
class Field:
    """One line of a table: `subject.uscc`, string, required, meaning."""

    name: str
    kind: str
    is_required: bool
    meaning: str


@dataclass(frozen=True)
class Answer:
    """One status code and what it carries."""

    status: str
    meaning: str
    fields: list[Field]


@dataclass(frozen=True)
class Call:
    """One method of one address."""

    anchor: str
    method: str
    path: str
    title: str
    text: str
    scopes: list[str]
    parameters: list[Field]
    body: list[Field]
    answers: list[Answer]


@dataclass(frozen=True)
class Outline:
    """The whole interface, calls in the order of their addresses."""

    title: str
    version: str
    calls: list[Call]


def outline_of(schema: Mapping[str, Any]) -> Outline:
    """Reads an OpenAPI 3 document as drf-spectacular makes it (references point into components/schemas)."""
    calls = [
        _call(schema, path, method, operation)
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
        if method in METHODS
    ]
    return Outline(schema["info"]["title"], schema["info"]["version"], calls)


def _call(schema: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]) -> Call:
    summary, _, rest = operation.get("description", "").partition("\n")
    body = _media(operation.get("requestBody", {}))
    return Call(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        title=operation.get("summary") or summary or operation["operationId"],
        text=operation.get("description", "") if operation.get("summary") else rest.strip(),
        scopes=[scope for need in operation.get("security", []) for scopes in need.values() for scope in scopes],
        parameters=[_parameter(schema, one) for one in operation.get("parameters", [])],
        body=list(_fields(schema, body)),
        answers=[
            Answer(status, answer.get("description", ""), list(_fields(schema, _media(answer))))
            for status, answer in operation.get("responses", {}).items()
        ],
    )


def _parameter(schema: Mapping[str, Any], parameter: Mapping[str, Any]) -> Field:
    kind = _kind(schema, parameter.get("schema", {}))
    return Field(parameter["name"], kind, parameter.get("required", False), parameter.get("description", ""))


def _media(holder: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of the first media type of a body or an answer."""
    return next((media.get("schema", {}) for media in holder.get("content", {}).values()), {})


def _resolve(schema: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follows a reference, also one wrapped in a one-element allOf or made nullable by oneOf."""
    for wrapper in ("allOf", "oneOf"):
        if wrapper in part:
            part = part[wrapper][0] | {key: value for key, value in part.items() if key != wrapper}
    if "$ref" not in part:
        return part
    name = part["$ref"].rsplit("/", 1)[1]
    return _resolve(schema, schema["components"]["schemas"][name])


def _kind(schema: Mapping[str, Any], part: Mapping[str, Any]) -> str:
    """The type in words a developer knows: string, date, array of object, one of a | b."""
    whole = _resolve(schema, part)
    if "enum" in whole:
        return " | ".join(str(value) for value in whole["enum"] if value not in ("", None))
    kind = whole.get("type", "any")
    if isinstance(kind, list):
        kind = " | ".join(kind)
    if kind == "array":
        return f"array of {_kind(schema, whole.get('items', {}))}"
    return whole.get("format", kind)


def _fields(schema: Mapping[str, Any], part: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Iterator[Field]:
    """Every field of a body, nested ones by path."""
    whole = _resolve(schema, part)
    if whole.get("type") == "array":
        yield from _fields(schema, whole.get("items", {}), f"{prefix}[]" if prefix else "[]", depth)
        return
    required = whole.get("required", [])
    for name, inner in whole.get("properties", {}).items():
        path = f"{prefix}.{name}" if prefix else name
        meaning = inner.get("description") or inner.get("title", "")
        yield Field(path, _kind(schema, inner), name in required, meaning)
        target = _resolve(schema, inner)
        if depth < MAX_DEPTH and (target.get("properties") or target.get("type") == "array"):
            yield from _fields(schema, target, path, depth + 1)
