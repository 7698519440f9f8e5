"""收件."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from approvals.actions import receipt
from approvals.models import ItemVariant
from shenguan.access.actors import Actor
from shenguan.events.models import Event
from shenguan.refusals import NotAllowed
from tests.factories.approvals import ApplicationFactory
from tests.factories.credit import CreditCheckFactory
from tests.factories.ground import DepartmentFactory

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 11, 20, 17, 30), date(2026, 11, 20)),
        (datetime(2026, 11, 20, 17, 31), date(2026, 11, 23)),
        (datetime(2026, 11, 21, 10, 0), date(2026, 11, 23)),
        (datetime(2026, 2, 28, 10, 0), date(2026, 2, 28)),  # a make-up Saturday
    ],
)
def test_it_receives_on_a_working_day_before_closing_time(
    variant: ItemVariant, clerk: Actor, at: datetime, day: date
) -> None:
    with time_machine.travel(at.replace(tzinfo=SHANGHAI), tick=False):
        application = receipt.receive(ApplicationFactory(variant=variant), by=clerk)

    assert application.received_on == day


@pytest.mark.usefixtures("clock")
def test_it_gives_five_working_days_to_ask_for_corrections(variant: ItemVariant, clerk: Actor) -> None:
    application = receipt.receive(ApplicationFactory(variant=variant), by=clerk)

    assert application.correction_deadline.due_on == date(2026, 11, 27)
    assert application.correction_deadline.law == "《中华人民共和国行政许可法》第三十二条"


@pytest.mark.usefixtures("clock")
def test_it_numbers_cases_without_gaps(variant: ItemVariant, clerk: Actor) -> None:
    numbers = [receipt.receive(ApplicationFactory(variant=variant), by=clerk).number for _ in range(2)]

    assert numbers == ["YZ20261120-0001", "YZ20261120-0002"]


@pytest.mark.usefixtures("clock")
def test_it_hands_out_a_voucher(variant: ItemVariant, clerk: Actor) -> None:
    application = receipt.receive(ApplicationFactory(variant=variant), by=clerk)

    assert application.documents.get().number == "云审收〔2026〕1号"
    assert "云审收〔2026〕1号" in Event.objects.get(kind="application.received").summary


@pytest.mark.usefixtures("clock")
def test_it_puts_a_check_asked_for_the_draft_on_the_timeline(variant: ItemVariant, clerk: Actor) -> None:
    draft = ApplicationFactory(variant=variant, credit_check=CreditCheckFactory(number="XC20261119-0099"))

    receipt.receive(draft, by=clerk)

    assert "XC20261119-0099" in Event.objects.get(kind="application.credit_checked").summary


@pytest.mark.usefixtures("clock")
def test_it_refuses_clerks_of_another_department(variant: ItemVariant, stranger: Actor) -> None:
    with pytest.raises(NotAllowed):
        receipt.receive(ApplicationFactory(variant=variant), by=stranger)


@pytest.mark.usefixtures("clock")
def test_it_numbers_departments_apart(variant: ItemVariant, clerk: Actor, system: Actor) -> None:
    receipt.receive(ApplicationFactory(variant=variant), by=clerk)
    water = DepartmentFactory(code="SLJ", short_name="市水利局")

    other = receipt.receive(ApplicationFactory(variant__item__implementing_department=water), by=system)

    assert other.number == "YZSLJ20261120-0001"
    assert other.documents.get().number == "云水利收〔2026〕1号"
