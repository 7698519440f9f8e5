"""OpenAPI at /api/schema/ and the readable page at /api/docs/ (CONTRACT §3)."""

from collections.abc import Iterator

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from shenguan.access.api.outline import outline_of
from shenguan.access.views.api_docs import _outline
from tests.access import urls

pytestmark = pytest.mark.django_db


@pytest.fixture
def schema() -> dict:
    """The description of the test portal's machine interface."""
    return SchemaGenerator(urlconf=urls).get_schema(request=None, public=True)


@pytest.fixture
def fresh_outline() -> Iterator[None]:
    """The page reads the schema once per process; tests start without one."""
    _outline.cache_clear()
    yield
    _outline.cache_clear()


def test_anyone_reads_the_schema(client: Client):
    response = client.get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})

    assert response.status_code == 200
    assert response.json()["openapi"].startswith("3.1")


def test_anyone_reads_the_page(client: Client, fresh_outline: None):
    response = client.get("/api/docs/")

    assert response.status_code == 200
    assert "client_credentials" in response.text
    assert "http://" not in response.text.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in response.text


def test_a_call_names_its_scope(schema: dict):
    assert schema["paths"]["/api/v1/regions/"]["get"]["security"] == [{"oauth2": ["catalogue:read"]}]


def test_tokens_come_by_client_credentials_only(schema: dict):
    flows = schema["components"]["securitySchemes"]["oauth2"]["flows"]

    assert list(flows) == ["clientCredentials"]
    assert "pushes:write" in flows["clientCredentials"]["scopes"]


def test_every_call_may_answer_with_a_problem(schema: dict):
    answers = schema["paths"]["/api/v1/regions/"]["get"]["responses"]

    assert answers["default"]["content"]["application/problem+json"]["schema"]["$ref"].endswith("/Problem")


def test_a_call_that_may_be_repeated_names_the_header(schema: dict):
    parameters = schema["paths"]["/api/v1/regions/new/"]["post"]["parameters"]

    assert [(one["name"], one["in"]) for one in parameters] == [("Idempotency-Key", "header")]


def test_the_outline_lists_fields_by_path():
    document = {
        "info": {"title": "接口", "version": "1"},
        "paths": {
            "/api/v1/cases/": {
                "post": {
                    "operationId": "cases_create",
                    "description": "报送办件\n\n同一阶段重复报送不产生第二次效果。",
                    "security": [{"oauth2": ["cases:write"]}],
                    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Case"}}}},
                    "responses": {"201": {"description": "已登记"}},
                }
            }
        },
        "components": {
            "schemas": {
                "Case": {
                    "type": "object",
                    "required": ["subject"],
                    "properties": {
                        "subject": {"$ref": "#/components/schemas/Subject"},
                        "documents": {"type": "array", "items": {"$ref": "#/components/schemas/Subject"}},
                        "stage": {"enum": ["accepted", "concluded"]},
                    },
                },
                "Subject": {"type": "object", "properties": {"uscc": {"type": "string", "description": "代码"}}},
            }
        },
    }

    [call] = outline_of(document).calls

    assert (call.title, call.text) == ("报送办件", "同一阶段重复报送不产生第二次效果。")
    assert call.scopes == ["cases:write"]
    assert [field.name for field in call.body] == ["subject", "subject.uscc", "documents", "documents[].uscc", "stage"]
    assert call.body[0].is_required
    assert call.body[4].kind == "accepted | concluded"


def test_the_page_shows_every_call(client: Client, schema: dict, fresh_outline: None):
    outline = outline_of(schema)

    assert {(call.method, call.path) for call in outline.calls} >= {
        ("GET", "/api/v1/regions/"),
        ("POST", "/api/v1/regions/new/"),
    }
