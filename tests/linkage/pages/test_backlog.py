"""Cases from before the cut-over: pushed and visible with their age, never on a clock, never carded."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from approvals.models import Application
from linkage.actions import clocks, pushes
from linkage.models import Card, Push
from shenguan.workdays.models import Deadline
from supervision.models import CheckTask, SupervisedObject
from tests.linkage.conftest import City, acting, build_city

pytestmark = pytest.mark.django_db
INBOX = reverse("linkage:inbox")


@pytest.fixture
def city(db, clock, nudges, settings) -> City:
    """A city that went over on 1 November, and a case it had accepted on Monday, 26 October."""
    settings.CUTOVER_ON = date(2026, 11, 1)
    city = build_city(manual=True)
    Application.objects.update(accepted_on=date(2026, 10, 26), decided_on=date(2026, 10, 28))
    city.application.refresh_from_db()
    return city


def test_it_is_pushed_without_a_clock(city: City):
    before = Deadline.objects.count()

    push = city.route()

    assert (push.is_backlog, push.status, push.due_on) == (True, Push.Status.WAITING_CLAIM, None)
    assert Deadline.objects.count() == before


def test_it_is_claimed_onto_the_register_without_a_check(city: City):
    push = pushes.claim(city.route(), by=acting(city.liaison))

    assert (push.status, push.next_step, push.due_on) == (Push.Status.CLAIMED, Push.NextStep.READ, None)
    assert SupervisedObject.objects.filter(status="active").count() == 1
    assert not CheckTask.objects.exists()


def test_it_earns_no_card(city: City, clock):
    city.route()
    clock.move_to(datetime(2026, 12, 21, 9, tzinfo=ZoneInfo("Asia/Shanghai")))

    clocks.escalate_due()

    assert not Card.objects.exists()


def test_a_case_of_the_day_itself_is_on_the_clock(city: City):
    Application.objects.update(accepted_on=date(2026, 11, 1))

    push = city.route()

    assert (push.is_backlog, push.due_on) == (False, date(2026, 11, 25))


def test_without_a_cut_over_nothing_is_backlog(city: City, settings):
    settings.CUTOVER_ON = None

    assert not city.route().is_backlog


def test_what_supervision_reports_of_an_old_case_is_on_the_clock(city: City):
    push = pushes.claim(city.route(), by=acting(city.liaison))
    assert push.is_backlog

    answer = city.route("finding.reported", push_number=push.number, summary="后厨不合格")

    assert not answer.is_backlog


def test_the_inbox_has_a_view_of_its_own_with_the_age(liaison, city: City):
    city.route()

    page = liaison.get(f"{INBOX}?view=backlog")

    assert [row.age for group in page.context["groups"] for row in group.rows] == [19]
    assert "积压 19 个工作日" in page.content.decode()


def test_the_page_of_the_push_says_why_it_has_no_clock(liaison, city: City):
    push = city.route()

    assert (
        "平台启用前的办件，不计时" in liaison.get(reverse("linkage:push_detail", args=[push.number])).content.decode()
    )
