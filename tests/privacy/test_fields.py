"""Encrypted columns."""

import pytest
from django.db import connection

from shenguan.org.models import Staff
from tests.factories.ground import StaffFactory


@pytest.mark.django_db
def test_it_stores_ciphertext_and_reads_plain_text():
    staff = StaffFactory(mobile="13800001001")
    with connection.cursor() as cursor:
        cursor.execute("SELECT mobile FROM org_staff WHERE id = %s", [staff.pk])
        (stored,) = cursor.fetchone()
    assert "13800001001" not in stored
    assert Staff.objects.get(pk=staff.pk).mobile == "13800001001"


@pytest.mark.django_db
def test_it_keeps_empty_empty():
    staff = StaffFactory(mobile="")
    assert Staff.objects.get(pk=staff.pk).mobile == ""


@pytest.mark.parametrize("lookup", ["mobile", "mobile__icontains", "mobile__in", "mobile__startswith"])
def test_it_cannot_be_searched(lookup):
    with pytest.raises(TypeError, match="keyed hash"):
        Staff.objects.filter(**{lookup: "13800001001"})


@pytest.mark.django_db
def test_it_can_be_asked_for_null():
    StaffFactory()
    assert not Staff.objects.filter(mobile__isnull=True).exists()
