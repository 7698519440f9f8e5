"""`Idempotency-Key`: a POST sent again does nothing twice (CONTRACT §3)."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from shenguan.access.api.idempotency import forget_old_keys
from shenguan.access.models import IdempotencyRecord, MachineClient
from shenguan.org.models import Region
from tests.factories.access import MachineClientFactory, calling_as

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.access.urls")]
KEY = "5f7c1a"


@pytest.fixture
def machine() -> MachineClient:
    """A department's system."""
    return MachineClientFactory()


@pytest.fixture
def caller(machine: MachineClient) -> APIClient:
    """It calls."""
    return calling_as(machine)


def send(caller: APIClient, key: str = KEY, **body: object):
    headers = {"Idempotency-Key": key} if key else {}
    return caller.post("/api/v1/regions/new/", {"name": "临江区"} | body, format="json", headers=headers)


def named(name: str = "临江区") -> int:
    return Region.objects.filter(name=name).count()


def test_the_same_key_and_body_get_the_same_answer_and_no_second_effect(caller: APIClient):
    first, second = send(caller), send(caller)

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert second["Idempotency-Replayed"] == "true"
    assert named() == 1


def test_the_spacing_and_order_of_the_json_do_not_matter(caller: APIClient):
    first = caller.post(
        "/api/v1/regions/new/",
        '{"name":"临江区","note":1}',
        content_type="application/json",
        headers={"Idempotency-Key": KEY},
    )
    second = caller.post(
        "/api/v1/regions/new/",
        '{ "note": 1, "name": "临江区" }',
        content_type="application/json",
        headers={"Idempotency-Key": KEY},
    )

    assert second.json() == first.json()


def test_the_same_key_with_another_body_is_a_conflict(caller: APIClient):
    send(caller)

    response = send(caller, name="南湖区")

    assert (response.status_code, response.json()["code"]) == (409, "idempotency_key_reused")
    assert named("南湖区") == 0


def test_another_key_is_another_request(caller: APIClient):
    send(caller)

    assert send(caller, key="another").status_code == 422
    assert named() == 1


def test_the_keys_of_two_clients_do_not_meet(caller: APIClient):
    send(caller)

    assert send(calling_as(MachineClientFactory()), name="南湖区").status_code == 201


def test_without_a_key_nothing_is_kept(caller: APIClient):
    send(caller, key="")

    assert not IdempotencyRecord.objects.exists()


def test_a_refusal_is_kept_like_any_answer(caller: APIClient):
    send(caller, key="")
    first = send(caller)
    Region.objects.filter(name="临江区").update(name="原临江区")

    second = send(caller)

    assert (first.status_code, second.status_code) == (422, 422)
    assert second["Content-Type"] == "application/problem+json"
    assert second.json() == first.json()


def test_a_crash_frees_the_key(caller: APIClient):
    caller.raise_request_exception = False

    assert send(caller, crash=True).status_code == 500
    assert not IdempotencyRecord.objects.exists()


def leave_unanswered(machine: MachineClient, caller: APIClient, age: timedelta) -> None:
    send(caller)
    Region.objects.filter(name="临江区").update(name="原临江区")
    IdempotencyRecord.objects.update(status=None, answer="", taken_at=timezone.now() - age)


def test_a_request_still_under_way_is_a_conflict_that_says_when_to_retry(machine: MachineClient, caller: APIClient):
    leave_unanswered(machine, caller, timedelta(seconds=59))

    response = send(caller)

    assert (response.status_code, response.json()["code"]) == (409, "idempotency_in_progress")
    assert int(response["Retry-After"]) > 0
    assert named() == 0


def test_a_request_whose_process_died_may_be_done_again(machine: MachineClient, caller: APIClient):
    leave_unanswered(machine, caller, timedelta(seconds=61))

    assert send(caller).status_code == 201
    assert named() == 1


def test_a_key_of_two_hundred_characters_is_fine(caller: APIClient):
    assert send(caller, key="k" * 200).status_code == 201


def test_a_longer_key_is_refused(caller: APIClient):
    assert send(caller, key="k" * 201).status_code == 422
    assert named() == 0


def test_the_kept_answer_is_encrypted(caller: APIClient):
    send(caller)

    stored = IdempotencyRecord.objects.raw("SELECT id, answer AS raw_answer FROM access_idempotencyrecord")[0]
    assert "code" not in stored.raw_answer


@pytest.mark.parametrize(("days", "left"), [(6, 1), (8, 0)])
def test_old_keys_are_forgotten(caller: APIClient, days: int, left: int):
    send(caller)
    IdempotencyRecord.objects.update(taken_at=timezone.now() - timedelta(days=days))

    forget_old_keys()

    assert IdempotencyRecord.objects.count() == left
