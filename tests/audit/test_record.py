"""audit.record: who, what, which object, when, from where, and whether it succeeded (R11.07)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from shenguan import audit
from shenguan.access.roles import Role
from shenguan.audit.models import AuditEntry, AuditPending
from shenguan.org.models import StaffRole
from tests.factories.ground import DepartmentFactory, StaffFactory

pytestmark = pytest.mark.django_db


def test_it_keeps_who_did_what_from_where(clock, actor):
    entry = audit.record("application.accept", by=actor, label="A-1", detail={"mode": "standard"})
    entry.refresh_from_db()
    assert (entry.actor_key, entry.actor_name, entry.ip) == (actor.key, actor.name, "127.0.0.1")
    assert (entry.action, entry.label, entry.success, entry.detail) == (
        "application.accept",
        "A-1",
        True,
        {"mode": "standard"},
    )
    assert entry.at.isoformat() == "2026-11-20T01:30:00+00:00"


def test_it_names_the_target_and_takes_its_text_as_label(system):
    department = DepartmentFactory(short_name="文旅局")
    entry = audit.record("department.change", by=system, target=department)
    assert (entry.target_type, entry.target_id, entry.label) == ("org.department", str(department.pk), "文旅局")


def test_it_prefers_the_given_label(system):
    assert audit.record("department.change", by=system, target=DepartmentFactory(), label="改名").label == "改名"


def test_it_records_a_failed_act(system):
    assert not audit.record("login", by=system, label="nobody", success=False).success


def test_it_shortens_a_long_label_instead_of_failing(system):
    assert audit.record("x.y", by=system, label="长" * 500).label == "长" * 200


def test_it_survives_the_deletion_of_its_target(system):
    role = StaffRole.objects.create(staff=StaffFactory(), role=Role.LIAISON)
    audit.record("role.grant", by=system, target=role)
    role.delete()
    assert AuditEntry.objects.get().target_type == "org.staffrole"


def test_it_hashes_what_the_database_gives_back(system):
    detail = {
        "day": date(2026, 11, 20),
        "yuan": Decimal("10.50"),
        "share": 1e22,
        "nul": "a\x00b",
        "none": None,
        "list": (1, True, {"x": 0.1}),
    }
    entry = AuditEntry.objects.get(pk=audit.record("x.y", by=system, detail=detail).pk)
    assert entry.compute_hash() == entry.content_hash
    assert entry.detail == {
        "day": "2026-11-20",
        "yuan": "10.50",
        "share": "1e+22",
        "nul": "ab",
        "none": None,
        "list": [1, True, {"x": "0.1"}],
    }


def test_two_equal_acts_have_different_hashes(clock, system):
    first, second = (audit.record("x.y", by=system, label="同") for _ in range(2))
    assert first.content_hash != second.content_hash


def test_it_refuses_a_detail_without_a_json_form(system):
    with pytest.raises(TypeError):
        audit.record("x.y", by=system, detail={"thing": object()})


def test_it_uses_sm3_when_told_to(system, settings):
    settings.AUDIT_HASH = "sm3"
    entry = audit.record("x.y", by=system)
    assert entry.hash_name == "sm3"
    assert entry.compute_hash() == entry.content_hash
    settings.AUDIT_HASH = "sha256"
    assert AuditEntry.objects.get().compute_hash() == entry.content_hash


def test_it_waits_for_the_sealer(system):
    entry = audit.record("x.y", by=system)
    assert AuditPending.objects.get().entry == entry


def test_it_keeps_nothing_when_the_caller_rolls_back(system):
    with transaction.atomic():
        audit.record("x.y", by=system)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()


def test_it_records_many_acts_in_their_order_by_two_statements(actor, django_assert_num_queries):
    acts = [audit.Act("push.created", label=f"TS-{n}", detail={"n": n}) for n in range(5)]
    with transaction.atomic(), django_assert_num_queries(2):
        keys = audit.record_many(acts, by=actor)
    entries = AuditEntry.objects.order_by("id")
    assert [(entry.pk, entry.label) for entry in entries] == [
        (key, act.label) for key, act in zip(keys, acts, strict=True)
    ]
    assert AuditPending.objects.count() == 5
    assert all(entry.compute_hash() == entry.content_hash for entry in AuditEntry.objects.all())
    assert len({entry.content_hash for entry in entries}) == 5
