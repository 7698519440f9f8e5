"""People who are away: recording it, taking it back, and who may."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from shenguan.audit.models import AuditEntry
from shenguan.notify.models import Notice
from shenguan.org.absences import away_on
from shenguan.org.actions.absences import cancel_absence, record_absence
from shenguan.org.models import Absence, Staff
from shenguan.refusals import Invalid, NotAllowed, Refusal
from tests.factories.ground import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TODAY, TOMORROW = date(2026, 11, 20), date(2026, 11, 21)


@pytest.fixture
def head(db) -> Staff:
    return StaffFactory(roles=[Role.SUPERVISION_HEAD])


@pytest.fixture
def person(head) -> Staff:
    return StaffFactory(department=head.department, roles=[Role.LIAISON])


@pytest.fixture
def colleague(head) -> Staff:
    return StaffFactory(department=head.department, roles=[Role.INSPECTOR])


def record(by: Staff, staff: Staff, starts: date = TODAY, ends: date = TOMORROW, **fields) -> Absence:
    return record_absence(by=Actor.of_staff(by), staff=staff, starts_on=starts, ends_on=ends, **fields)


def test_it_records_audits_and_tells_the_stand_in(head, person, colleague):
    record(head, person, deputy=colleague)

    assert away_on(TODAY) == {person.pk: colleague}
    assert AuditEntry.objects.get(action="absence.record").detail == {"deputy": colleague.username}
    assert Notice.objects.get(staff=colleague).kind == "absence.deputy"


@pytest.mark.parametrize(
    ("starts", "ends", "field"),
    [(TOMORROW, TODAY, "ends_on"), (date(2026, 11, 1), date(2026, 11, 19), "ends_on")],
)
def test_it_refuses_days_that_make_no_sense(head, person, starts, ends, field):
    with pytest.raises(Invalid) as refusal:
        record(head, person, starts, ends)

    assert list(refusal.value.errors) == [field]
    assert not Absence.objects.exists()


def test_it_refuses_the_same_days_twice(head, person):
    record(head, person)

    with pytest.raises(Invalid) as refusal:
        record(head, person, TOMORROW, date(2026, 12, 1))

    assert "请先撤销" in refusal.value.errors["staff"][0]


def test_the_day_after_is_free(head, person):
    record(head, person)

    assert record(head, person, date(2026, 11, 22), date(2026, 11, 23)).pk


def test_it_refuses_a_stand_in_who_is_away_as_well(head, person, colleague):
    record(head, colleague)

    with pytest.raises(Invalid) as refusal:
        record(head, person, deputy=colleague)

    assert "也离岗" in refusal.value.errors["deputy"][0]


@pytest.mark.parametrize("who", ["self", "stranger", "gone"])
def test_it_refuses_a_stand_in_who_cannot(head, person, who):
    deputy = {
        "self": lambda: person,
        "stranger": StaffFactory,
        "gone": lambda: StaffFactory(department=head.department, status="away"),
    }[who]()

    with pytest.raises(Invalid) as refusal:
        record(head, person, deputy=deputy)

    assert list(refusal.value.errors) == ["deputy"]


def test_it_refuses_a_reason_nobody_knows(head, person):
    with pytest.raises(Invalid) as refusal:
        record(head, person, reason="bored")

    assert list(refusal.value.errors) == ["reason"]


def test_a_head_records_the_own_department_only(head):
    with pytest.raises(NotAllowed):
        record(head, StaffFactory())


def test_a_system_administrator_records_anybody(person):
    assert record(StaffFactory(roles=[Role.SYSTEM_ADMIN]), person).pk


def test_a_liaison_records_nobody(person, colleague):
    with pytest.raises(NotAllowed):
        record(person, colleague)


def test_it_is_taken_back_once(head, person):
    absence = record(head, person)
    cancel_absence(absence, by=Actor.of_staff(head))

    assert away_on(TODAY) == {}
    with pytest.raises(Refusal) as refusal:
        cancel_absence(absence, by=Actor.of_staff(head))
    assert refusal.value.code == "already_cancelled"


def test_what_is_over_is_not_taken_back(head, person):
    absence = Absence.objects.create(staff=person, starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 19))

    with pytest.raises(Refusal) as refusal:
        cancel_absence(absence, by=Actor.of_staff(head))
    assert refusal.value.code == "absence_over"


@pytest.mark.parametrize(
    "wrong",
    [{"ends_on": date(2026, 11, 19)}, {"deputy": "self"}, {"cancelled_by": "x"}],
    ids=lambda row: next(iter(row)),
)
def test_the_database_refuses_nonsense(person, wrong):
    fields = {"staff": person, "starts_on": TODAY, "ends_on": TODAY} | wrong
    if fields.get("deputy") == "self":
        fields["deputy"] = person

    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.create(**fields)


@pytest.fixture
def page(head) -> Client:
    client = Client()
    client.force_login(head, backend="shenguan.access.backends.StaffBackend")
    return client


ABSENCES = reverse("org:absences")


def test_the_page_records_and_shows(page, person, colleague):
    values = {"staff": person.username, "reason": "leave", "starts_on": TODAY, "ends_on": TOMORROW}
    text = page.post(ABSENCES, values | {"deputy": colleague.username}, follow=True).content.decode()

    assert "离岗中" in text
    assert "已登记" in text


def test_the_page_names_a_wrong_field_and_keeps_what_was_typed(page, person):
    values = {"staff": person.username, "reason": "leave", "starts_on": TOMORROW, "ends_on": TODAY}
    response = page.post(ABSENCES, values)

    assert response.status_code == 422
    assert "不能早于开始日期" in response.context["form"].errors["ends_on"][0]
    assert not Absence.objects.exists()


def test_the_page_offers_nobody_of_another_department(page, person):
    stranger = StaffFactory()
    values = {"staff": stranger.username, "reason": "leave", "starts_on": TODAY, "ends_on": TOMORROW}

    assert page.post(ABSENCES, values).status_code == 422


def test_the_page_takes_back(page, head, person):
    absence = record(head, person)

    assert "已撤销" in page.post(reverse("org:absence_cancel", args=[absence.pk]), follow=True).content.decode()


def test_an_absence_of_another_department_does_not_exist_here(page):
    absence = Absence.objects.create(staff=StaffFactory(), starts_on=TODAY, ends_on=TODAY)

    assert page.post(reverse("org:absence_cancel", args=[absence.pk])).status_code == 404


def test_the_page_asks_no_more_for_more_rows(page, head, person, django_assert_max_num_queries):
    for _ in range(8):
        record(head, StaffFactory(department=head.department), deputy=person)
    with django_assert_max_num_queries(12):
        page.get(ABSENCES)
