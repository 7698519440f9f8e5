"""The base of the machine interface: tokens, scopes, pages, limits, problem documents (CONTRACT §3)."""

from base64 import b64encode
from datetime import timedelta

import pytest
from django.test import Client
from oauth2_provider.models import AccessToken
from rest_framework.test import APIClient

from shenguan.access.api import ClientRateThrottle
from shenguan.access.models import MachineClient
from shenguan.org.models import Region
from tests.factories.access import SECRET, MachineClientFactory, calling_as, token_for
from tests.factories.ground import RegionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.access.urls")]
REGIONS = "/api/v1/regions/"


def ask_for_token(machine: MachineClient, secret: str = SECRET, **form: str):
    basic = b64encode(f"{machine.client_id}:{secret}".encode()).decode()
    form = {"grant_type": "client_credentials"} | form
    return Client().post("/oauth2/token/", form, headers={"Authorization": f"Basic {basic}"})


def test_a_token_opens_the_interface():
    machine = MachineClientFactory()
    answer = ask_for_token(machine, scope="catalogue:read").json()

    response = Client().get(REGIONS, headers={"Authorization": f"Bearer {answer['access_token']}"})

    assert answer["scope"] == "catalogue:read"
    assert answer["expires_in"] == 3600
    assert response.status_code == 200


def test_a_token_request_without_scope_gets_all_the_client_may():
    machine = MachineClientFactory(allowed_scopes="pushes:read cases:read")

    assert set(ask_for_token(machine).json()["scope"].split()) == {"pushes:read", "cases:read"}


def test_a_token_is_not_given_for_a_scope_the_client_lacks():
    machine = MachineClientFactory(allowed_scopes="pushes:read")

    response = ask_for_token(machine, scope="pushes:read pushes:write")

    assert response.status_code == 400
    assert response.json()["error"] == "invalid_scope"


def test_a_token_is_not_given_for_a_wrong_secret():
    assert ask_for_token(MachineClientFactory(), secret="another").json()["error"] == "invalid_client"


@pytest.mark.parametrize("grant", ["password", "authorization_code", "refresh_token"])
def test_no_other_grant_is_served(grant: str):
    response = ask_for_token(MachineClientFactory(), grant_type=grant, username="a", password="b", code="c")

    assert response.json()["error"] == "unsupported_grant_type"


def test_a_closed_department_gets_no_token():
    machine = MachineClientFactory(department__is_active=False)

    assert ask_for_token(machine).json()["error"] == "invalid_client"


def test_a_token_is_stored_as_a_hash_only():
    raw = ask_for_token(MachineClientFactory()).json()["access_token"]

    stored = AccessToken.objects.get()
    assert raw not in (stored.token, stored.token_checksum)


def test_a_revoked_token_opens_nothing():
    machine = MachineClientFactory()
    raw = token_for(machine)
    basic = b64encode(f"{machine.client_id}:{SECRET}".encode()).decode()

    Client().post("/oauth2/revoke_token/", {"token": raw}, headers={"Authorization": f"Basic {basic}"})

    assert Client().get(REGIONS, headers={"Authorization": f"Bearer {raw}"}).status_code == 401


def test_it_answers_401_without_a_token():
    response = APIClient().get(REGIONS)

    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert response["Content-Type"] == "application/problem+json"


def test_it_answers_401_before_it_reads_a_body():
    response = APIClient().post("/api/v1/regions/new/", "{broken", content_type="application/json")

    assert response.status_code == 401


def test_a_token_in_the_address_opens_nothing():
    assert Client().get(REGIONS, {"access_token": token_for(MachineClientFactory())}).status_code == 401


def test_a_garbled_address_is_a_problem_document():
    response = calling_as(MachineClientFactory()).get(REGIONS + "?code=%zz")

    assert (response.status_code, response.json()["code"]) == (400, "parse_error")


def test_chinese_and_brackets_in_the_query_are_fine():
    assert calling_as(MachineClientFactory()).get(REGIONS + '?text=食品[1]{a}|"x"').status_code == 200


def test_an_expired_token_opens_nothing():
    raw = token_for(MachineClientFactory(), lifetime=timedelta(seconds=-1))

    assert Client().get(REGIONS, headers={"Authorization": f"Bearer {raw}"}).status_code == 401


def test_a_department_closed_meanwhile_is_out_at_once():
    machine = MachineClientFactory()
    caller = calling_as(machine)
    machine.department.is_active = False
    machine.department.save(update_fields=["is_active"])

    assert caller.get(REGIONS).status_code == 401


def test_another_scope_does_not_open_a_view():
    response = calling_as(MachineClientFactory(), "cases:read").get(REGIONS)

    assert response.status_code == 403
    assert "catalogue:read" in response.json()["detail"]


def test_a_read_scope_does_not_write():
    caller = calling_as(MachineClientFactory(), "cases:read")

    assert caller.post("/api/v1/refusals/state/", {}, format="json").status_code == 403


def test_a_scope_taken_from_the_client_ends_for_tokens_already_given():
    machine = MachineClientFactory()
    caller = calling_as(machine, "catalogue:read")
    machine.allowed_scopes = "cases:read"
    machine.save(update_fields=["allowed_scopes"])

    assert caller.get(REGIONS).status_code == 403


def test_a_view_that_names_no_scope_is_closed():
    assert calling_as(MachineClientFactory()).get("/api/v1/unnamed/").status_code == 403


def test_lists_are_pages_without_a_total():
    RegionFactory.create_batch(3)
    caller = calling_as(MachineClientFactory())

    first = caller.get(REGIONS, {"page_size": 2}).json()
    second = caller.get(first["next"]).json()

    assert set(first) == {"results", "next", "previous"}
    assert len(first["results"]) == 2
    assert {row["code"] for row in first["results"]}.isdisjoint(row["code"] for row in second["results"])


@pytest.mark.parametrize(("asked", "given"), [(500, 500), (501, 500)])
def test_a_page_holds_at_most_five_hundred(asked: int, given: int):
    Region.objects.bulk_create(Region(code=f"R{n}", name=f"第{n}") for n in range(502))

    assert len(calling_as(MachineClientFactory()).get(REGIONS, {"page_size": asked}).json()["results"]) == given


def test_a_broken_cursor_is_a_named_error():
    response = calling_as(MachineClientFactory()).get(REGIONS, {"cursor": "nonsense"})

    assert response.status_code == 404
    assert "游标无效" in response.json()["detail"]


@pytest.mark.parametrize("position", ["p=abc", "p=%00", "p=1e400", "r=1&p=abc"])
def test_a_cursor_that_points_at_no_key_is_a_named_error(position: str):
    cursor = b64encode(position.encode()).decode()
    response = calling_as(MachineClientFactory()).get(REGIONS, {"cursor": cursor})

    assert response.status_code == 404
    assert "游标无效" in response.json()["detail"]


@pytest.fixture
def two_calls_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """A narrow limit."""
    monkeypatch.setattr(ClientRateThrottle, "THROTTLE_RATES", {"client": "2/min"})


def test_too_many_calls_are_told_when_to_come_back(two_calls_a_minute: None, clock):
    caller = calling_as(MachineClientFactory())
    for _ in range(2):
        assert caller.get(REGIONS).status_code == 200

    response = caller.get(REGIONS)

    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 60
    clock.shift(int(response["Retry-After"]))
    assert caller.get(REGIONS).status_code == 200


def test_one_client_does_not_use_up_the_calls_of_another(two_calls_a_minute: None, clock):
    busy, other = calling_as(MachineClientFactory()), calling_as(MachineClientFactory())
    for _ in range(3):
        busy.get(REGIONS)

    assert other.get(REGIONS).status_code == 200


def refusal(kind: str):
    return calling_as(MachineClientFactory()).get(f"/api/v1/refusals/{kind}/")


def test_a_state_that_forbids_names_itself_and_the_allowed_actions():
    response = refusal("known_state")

    assert response.status_code == 409
    assert response["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "urn:shenguan:problem:state_forbids",
        "title": "Conflict",
        "status": 409,
        "code": "state_forbids",
        "detail": "当前状态为“已认领”，不能认领。",
        "state": "claimed",
        "allowed_actions": ["feedback"],
    }


def test_moves_of_the_pages_are_not_offered_where_a_view_names_no_calls():
    assert refusal("state").json()["allowed_actions"] == []


def test_a_missing_right_is_403():
    assert (refusal("right").status_code, refusal("right").json()["code"]) == (403, "not_allowed")


def test_refused_input_names_its_fields():
    response = refusal("input")

    assert response.status_code == 422
    assert response.json()["errors"] == [{"field": "uscc", "message": "校验位不正确。"}]


def test_a_missing_row_tells_nothing_of_the_inside():
    response = refusal("missing")

    assert response.status_code == 404
    assert "secret" not in response.text


def test_a_crash_tells_nothing_of_the_inside():
    caller = calling_as(MachineClientFactory())
    caller.raise_request_exception = False

    response = caller.get("/api/v1/refusals/crash/")

    assert response.status_code == 500
    assert response["Content-Type"] == "application/problem+json"
    assert "secret" not in response.text
    assert "Traceback" not in response.text


def test_an_unknown_address_is_a_problem_document_too():
    response = calling_as(MachineClientFactory()).get("/api/v1/nowhere/")

    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


def test_invalid_input_names_every_field_by_its_path():
    body = {"subject": {"uscc": "9144"}, "documents": [{"name": "合同"}, {}]}

    response = calling_as(MachineClientFactory()).post("/api/v1/refusals/none/", body, format="json")

    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == ["subject.uscc", "documents[1].name"]


def test_broken_json_is_400():
    caller = calling_as(MachineClientFactory())

    response = caller.post("/api/v1/refusals/none/", "{broken", content_type="application/json")

    assert (response.status_code, response.json()["code"]) == (400, "parse_error")


@pytest.mark.parametrize("key", ["", "5f7c1a"])
@pytest.mark.parametrize(
    "body",
    ["[" * 100_000, '{"name":' * 50_000, '{"name": "\\ud800"}', '{"\\udfff": 1}', '{"name": {"a": ["\\ud83d"]}}'],
)
def test_json_that_nothing_could_hold_is_400(body: str, key: str):
    headers = {"Idempotency-Key": key} if key else {}
    response = calling_as(MachineClientFactory()).post(
        "/api/v1/regions/new/", body, content_type="application/json", headers=headers
    )

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


def test_a_character_in_two_escapes_is_fine():
    response = calling_as(MachineClientFactory()).post(
        "/api/v1/regions/new/", '{"name": "\\ud842\\udfb7家"}', content_type="application/json"
    )

    assert response.status_code == 201
    assert Region.objects.filter(name="𠮷家").exists()


def test_another_media_type_is_415():
    caller = calling_as(MachineClientFactory())

    assert caller.post("/api/v1/refusals/none/", {"a": "b"}, format="multipart").status_code == 415


def test_another_method_is_405():
    assert calling_as(MachineClientFactory()).put(REGIONS, {}, format="json").status_code == 405
