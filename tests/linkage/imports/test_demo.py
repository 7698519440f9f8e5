"""The demo city: whole, the same after a second load, and true on the day it is loaded."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from django.db.models import F

from approvals.models import ApprovalItem, ItemMaterial, ItemVariant, PackageMember
from credit.models import CreditRecord, JointMeasure, Measure, Subject
from linkage.imports import demo
from linkage.imports.kinds import Outcome
from linkage.imports.report import Report
from linkage.models import LinkageEntry, ListVersion
from shenguan.access.actors import Actor
from shenguan.org.models import Department, Law, Office, Region, Staff
from supervision.models import AnnualPlan, ChecklistElement, Clue, SupervisionItem
from tests.fixtures_demo import DemoCity

LATER = date(2027, 3, 1)


def load(today: date | None = None, folder: Path = demo.FOLDER) -> list[Report]:
    return demo.load(by=Actor.system("load_demo"), password="shenguan-demo", today=today, folder=folder)


def changed(reports: list[Report]) -> int:
    return sum(report.counts[Outcome.CREATED] + report.counts[Outcome.UPDATED] for report in reports)


@pytest.mark.parametrize(
    ("model", "count"),
    [
        (Region, 5),
        (Department, 43),
        (Office, 110),
        (Staff, 145),
        (Law, 162),
        (ApprovalItem, 108),
        (ItemVariant, 332),
        (ItemMaterial, 613),
        (SupervisionItem, 141),
        (ChecklistElement, 390),
        (LinkageEntry, 150),
        (PackageMember, 62),
        (Subject, 126),
        (CreditRecord, 60),
        (Measure, 30),
        (JointMeasure, 22),
        (AnnualPlan, 30),
        (Clue, 30),
    ],
)
def test_it_holds_the_whole_city(demo_city: DemoCity, model: type, count: int) -> None:
    assert model._default_manager.count() == count


def test_it_leaves_four_items_unmapped_on_purpose(demo_city: DemoCity) -> None:
    waiting = ApprovalItem.objects.filter(linkage_state=ApprovalItem.LinkageState.WAITING)
    assert waiting.count() == 4
    assert not LinkageEntry.objects.filter(approval_item__in=waiting).exists()


def test_it_publishes_the_list(demo_city: DemoCity) -> None:
    assert ListVersion.objects.valid_on(demo.BASE_DAY).get().label == "2026-3"


def test_it_lets_everybody_sign_in(demo_city: DemoCity) -> None:
    assert demo_city.staff("yejiayi").check_password("shenguan-demo")
    assert len(set(Staff.objects.values_list("password", flat=True))) == 1


def test_it_gives_every_office_its_own_phone(demo_city: DemoCity) -> None:
    phones = set(Office.objects.filter(phone__startswith="0700-618").values_list("phone", flat=True))
    assert len(phones) == 110


def test_it_encrypts_personal_data(demo_city: DemoCity) -> None:
    assert demo_city.subject("ZT001").phone == "13800001001"
    stored = Subject.objects.annotate(raw=F("phone")).values_list("uscc", flat=True)
    assert "13800001001" not in set(stored)


def test_it_keeps_the_fine_points_of_an_item(demo_city: DemoCity) -> None:
    item = demo_city.item("439901160010")
    assert item.commitment_allowed
    assert item.is_safety_critical
    assert item.commitment_basis == "《中华人民共和国消防法》第十五条"
    assert demo_city.item("439901010040").name_initials == "spjyxk"


def test_it_changes_nothing_the_second_time(demo_city: DemoCity) -> None:
    assert changed(load(demo.BASE_DAY)) == 0


@pytest.mark.django_db
def test_it_moves_dates_to_the_day_of_loading() -> None:
    load(LATER)
    days = LATER - demo.BASE_DAY
    assert CreditRecord.objects.get(number="XY20260002").publicity_until == date(2027, 8, 20) + days
    assert ListVersion.objects.get().effective_from == date(2026, 7, 1) + days
    clue = Clue.objects.get(number="XS20260001")
    assert clue.received_at == demo.ANCHOR[1] + days


@pytest.mark.django_db
def test_it_leaves_document_numbers_laws_and_foundings_alone() -> None:
    load(LATER)
    assert CreditRecord.objects.get(number="XY20260001").document_number == "云州市监处罚〔2026〕87号"
    assert Subject.objects.get(source_code="ZT001").established_on == date(2021, 5, 18)


@pytest.mark.django_db
def test_it_keeps_every_state_true_on_another_day() -> None:
    load(LATER)
    running = AnnualPlan.objects.filter(status="执行中")
    assert running.count() == running.filter(starts_on__lte=LATER, ends_on__gte=LATER).count() == 13
    assert AnnualPlan.objects.exclude(year=F("starts_on__year")).count() == 0


@pytest.mark.django_db
def test_it_stays_where_an_earlier_load_put_it() -> None:
    load(LATER)
    with time_machine.travel("2027-03-05 09:00+08:00", tick=False):
        assert changed(load()) == 0


@pytest.mark.django_db
def test_it_moves_to_the_current_day_the_first_time() -> None:
    with time_machine.travel("2027-03-01 09:00+08:00", tick=False):
        load()
    assert Clue.objects.get(number="XS20260001").received_at == demo.ANCHOR[1] + (LATER - demo.BASE_DAY)


@pytest.mark.django_db
def test_it_moves_again_when_a_day_is_named() -> None:
    load(demo.BASE_DAY)
    assert changed(load(LATER)) > 0
    assert Clue.objects.get(number="XS20260001").received_at == demo.ANCHOR[1] + (LATER - demo.BASE_DAY)


@pytest.mark.django_db
def test_it_loads_nothing_from_a_damaged_table(tmp_path: Path) -> None:
    folder = shutil.copytree(demo.FOLDER, tmp_path / "demo_city")
    clues = folder / "线索.csv"
    clues.write_text("\n".join(clues.read_text(encoding="utf-8").splitlines()[:-1]), encoding="utf-8")
    with pytest.raises(demo.DemoDataError, match=r"线索.csv：应有 30 行，读到 29 行"):
        load(demo.BASE_DAY, folder)
    assert not Department.objects.exists()


def test_it_offers_a_city_that_commits_too(demo_city: DemoCity, transactional_db: None) -> None:
    assert demo_city.list_version().entries.count() == 150


@pytest.mark.parametrize("days", [timedelta(days=-400), timedelta(days=100)])
@pytest.mark.django_db
def test_it_loads_on_any_day(days: timedelta) -> None:
    load(demo.BASE_DAY + days)
    assert ListVersion.objects.valid_on(demo.BASE_DAY + days).exists()
