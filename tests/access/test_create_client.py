"""`create_client` (CONTRACT §2)."""

import json
from io import StringIO

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command

from shenguan.access.actions.clients import create_client
from shenguan.access.actors import Actor
from shenguan.access.models import MachineClient
from shenguan.access.roles import Role
from shenguan.audit.models import AuditEntry
from shenguan.refusals import Invalid, NotAllowed
from tests.factories.ground import DepartmentFactory, StaffFactory

pytestmark = pytest.mark.django_db


def test_it_prints_id_and_secret_as_one_json_line():
    DepartmentFactory(code="SCJG")
    out = StringIO()

    call_command("create_client", "SCJG", "--scopes", "pushes:read pushes:write", stdout=out)

    lines = out.getvalue().strip().splitlines()
    printed = json.loads(lines[0])
    client = MachineClient.objects.get()
    assert len(lines) == 1
    assert printed["client_id"] == client.client_id
    assert printed["department"] == "SCJG"
    assert client.scope_set == {"pushes:read", "pushes:write"}


def test_it_keeps_only_a_hash_of_the_secret():
    client, secret = create_client(department=DepartmentFactory(), scopes=["pushes:read"], by=Actor.system("test"))

    client.refresh_from_db()
    assert client.client_secret != secret
    assert check_password(secret, client.client_secret)


def test_it_audits_without_the_secret():
    _, secret = create_client(department=DepartmentFactory(), scopes=["pushes:read"], by=Actor.system("test"))

    entry = AuditEntry.objects.get(action="client.created")
    assert entry.detail == {"scopes": ["pushes:read"]}
    assert secret not in str(vars(entry))


@pytest.mark.parametrize(
    ("department", "scopes", "sentence"),
    [
        ("NOBODY", "pushes:read", "没有编码为 NOBODY 的部门"),
        ("SCJG", "pushes:read pushes:delete", "pushes:delete"),
        ("SCJG", " ", "（空）"),
    ],
    ids=["unknown department", "one unknown scope", "no scope"],
)
def test_it_refuses_in_one_line(department: str, scopes: str, sentence: str):
    DepartmentFactory(code="SCJG")

    with pytest.raises(CommandError, match=sentence):
        call_command("create_client", department, "--scopes", scopes)

    assert not MachineClient.objects.exists()


def test_it_refuses_a_closed_department():
    with pytest.raises(Invalid):
        create_client(department=DepartmentFactory(is_active=False), scopes=["pushes:read"], by=Actor.system("test"))


def test_a_person_needs_the_right_of_the_system_officer():
    clerk = Actor.of_staff(StaffFactory(roles=[Role.COORDINATOR]))

    with pytest.raises(NotAllowed):
        create_client(department=DepartmentFactory(), scopes=["pushes:read"], by=clerk)
