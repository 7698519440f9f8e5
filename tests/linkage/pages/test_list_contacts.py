"""Telephone numbers of the people in a row: masked, and in full only with the right and a reason."""

import pytest
from django.urls import reverse

from shenguan.access.roles import Role
from shenguan.audit.models import AuditEntry
from shenguan.org.models import Staff
from tests.factories.ground import StaffFactory

MOBILE = "13800001234"


@pytest.fixture
def called(city) -> Staff:
    """The liaison of the row, who has a mobile."""
    city.liaison.mobile = MOBILE
    city.liaison.save(update_fields=["mobile"])
    return city.liaison


def number(city, role: str = "liaison") -> str:
    return reverse("linkage:entry_contact", args=[city.entry.pk, role])


def test_a_row_says_whom_to_call(stranger, city, called):
    text = stranger.get(reverse("linkage:entry_contacts", args=[city.entry.pk])).content.decode()

    assert called.name in text
    assert "138****1234" in text
    assert MOBILE not in text


def test_a_number_is_shown_with_a_reason_and_leaves_a_trace(liaison, city, called):
    assert liaison.post(number(city), {"reason": ""}).status_code == 422

    assert MOBILE in liaison.post(number(city), {"reason": "电话联系核实"}).content.decode()
    assert AuditEntry.objects.get(action="personal_data.unmask").detail["reason"] == "电话联系核实"


def test_without_the_right_it_stays_masked(sign_in, city, called):
    reader = sign_in(StaffFactory(roles=[Role.LIST_ADMIN]))

    assert reader.post(number(city), {"reason": "电话联系核实"}).status_code == 403
    assert MOBILE not in reader.get(number(city)).content.decode()


@pytest.mark.parametrize("role", ["deputy", "version", "nonsense"])
def test_a_place_nobody_holds_is_not_found(liaison, city, role):
    assert liaison.get(number(city, role)).status_code == 404
