"""Where a freeze is seen: the case, the credit panel, the party's file; and who does not see it."""

import pytest
from django.urls import reverse

from approvals.models import Application
from shenguan.access.roles import Role
from tests.factories.approvals import ApplicationFactory, ApplicationStepFactory
from tests.factories.credit import CreditCheckFactory, FreezeFactory
from tests.factories.ground import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def examined(variant) -> Application:
    application = ApplicationFactory(examined=True, variant=variant)
    ApplicationStepFactory(application=application)
    return application


@pytest.fixture
def freeze(examined):
    return FreezeFactory(active=True, subject=examined.subject, approving_department=examined.department)


def test_the_case_says_what_is_held_and_what_is_not(as_, people, examined, freeze):
    page = as_(people.decider).get(reverse("approvals:application", args=[examined.number])).content.decode()
    assert freeze.number in page
    assert "符合受理条件的应依法受理" in page


def test_the_button_says_so_and_keeps_what_was_typed(as_, people, examined, freeze):
    address = reverse("approvals:operate", args=[examined.number, "decide"])
    answer = as_(people.decider).post(
        address, {"version": examined.version, "result": "granted", "reason": "", "remedy": ""}
    )
    assert answer.status_code == 409
    assert "个案放行" in answer.content.decode()


def test_the_panel_of_the_check_warns(as_, people, examined, freeze, item):
    check = CreditCheckFactory(
        subject=examined.subject, department=examined.department, item_code=item.code, case_number=examined.number
    )
    page = as_(people.clerk).get(reverse("credit:check", args=[check.number])).content.decode()
    assert "审批冻结中" in page


def test_the_panel_of_another_item_does_not(as_, people, examined, freeze):
    freeze.item_codes, freeze.item_names = ["别的"], ["别的事项"]
    freeze.save(update_fields=["item_codes", "item_names"])
    check = CreditCheckFactory(subject=examined.subject, department=examined.department, case_number=examined.number)
    page = as_(people.clerk).get(reverse("credit:check", args=[check.number])).content.decode()
    assert "审批冻结中" not in page


def test_the_file_of_the_party_shows_it_to_both_sides_only(as_, people, examined, freeze):
    address = reverse("credit:subject", args=[examined.subject.pk])
    asker = StaffFactory(department=freeze.department, roles=[Role.LIAISON])
    stranger = StaffFactory(roles=[Role.LIAISON])
    assert freeze.number in as_(people.clerk).get(address).content.decode()
    assert freeze.number in as_(asker).get(address).content.decode()
    assert freeze.number not in as_(stranger).get(address).content.decode()
