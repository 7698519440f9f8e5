"""The commands of CONTRACT §2."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from linkage.models import Delivery, Endpoint, Push
from tests.factories.linkage import DeliveryFactory, PushFactory
from tests.linkage.conftest import City

pytestmark = pytest.mark.django_db


def run(*args: str) -> str:
    out = StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


def test_it_registers_an_endpoint_and_prints_the_secret_as_one_json_line():
    department = PushFactory().department

    answer = json.loads(run("register_endpoint", department.code, "https://a.example.com/hook"))

    assert answer["secret"] == Endpoint.objects.get().secret
    assert answer["department"] == department.code


def test_it_takes_plain_http_only_when_told():
    department = PushFactory().department

    with pytest.raises(CommandError, match="https"):
        run("register_endpoint", department.code, "http://127.0.0.1:9000/")
    run("register_endpoint", department.code, "http://127.0.0.1:9000/", "--allow-http")

    assert Endpoint.objects.get().allow_http


@pytest.mark.parametrize(
    "command", [("register_endpoint", "NIRGENDS", "https://a.example.com/"), ("replay", "--recipient", "NIRGENDS")]
)
def test_it_names_an_unknown_department(command):
    with pytest.raises(CommandError, match="NIRGENDS"):
        run(*command)


def test_it_routes_delivers_and_escalates_twice_without_a_second_effect(city: City):
    city.happen()

    for _ in range(2):
        run("route_events")
        run("deliver_due")
        run("escalate_due")

    assert Push.objects.count() == 1


def test_it_replays_dead_deliveries():
    dead = DeliveryFactory(dead=True)

    assert "1" in run("replay", "--recipient", dead.push.department.code, "--dead")
    assert Delivery.objects.filter(is_replay=True, status="pending").count() == 1


def test_it_refuses_an_unreadable_time():
    with pytest.raises(CommandError, match="无法识别"):
        run("replay", "--recipient", PushFactory().department.code, "--since", "gestern")
