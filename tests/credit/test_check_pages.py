"""/credit/checks/: the log and one check."""

from collections.abc import Callable

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from credit.models import CreditCheck
from shenguan.access.roles import Role
from shenguan.org.models import Staff
from tests.factories.credit import CreditCheckFactory, SubjectFactory
from tests.factories.ground import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
LOG = "/credit/checks/"
Browser = Callable[[Staff], Client]
Outcome = CreditCheck.Outcome


def numbers(response) -> list[str]:
    return [check.number for check in response.context["page"].items]


def test_it_lists_the_department_s_own_checks(browser_of: Browser, clerk: Staff):
    own = CreditCheckFactory(department=clerk.department)
    CreditCheckFactory()

    response = browser_of(clerk).get(LOG)

    assert numbers(response) == [own.number]
    assert "无记录" in response.content.decode()


def test_it_lists_the_newest_first(browser_of: Browser, clerk: Staff, clock):
    first = CreditCheckFactory(department=clerk.department)
    second = CreditCheckFactory(department=clerk.department)

    assert numbers(browser_of(clerk).get(LOG)) == [second.number, first.number]


def test_it_does_not_open_without_the_right(browser_of: Browser):
    outsider = StaffFactory(roles=[Role.INSPECTOR])

    assert browser_of(outsider).get(LOG).status_code == 403


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "YZ20261120-0777"}, 1),
        ({"q": "YZ20261120-07"}, 0),
        ({"outcome": "unchecked"}, 1),
        ({"since": "2026-11-21"}, 0),
        ({"until": "2026-11-20"}, 2),
    ],
)
def test_it_filters(browser_of: Browser, clerk: Staff, query: dict[str, str], expected: int):
    CreditCheckFactory(department=clerk.department, case_number="YZ20261120-0777")
    CreditCheckFactory(department=clerk.department, case_number="YZ20261120-0778", unanswered=True)

    assert len(numbers(browser_of(clerk).get(LOG, query))) == expected


@pytest.mark.parametrize("query", [{"since": "0001-01-01"}, {"until": "9999-12-31"}])
def test_it_refuses_a_day_at_the_end_of_time(browser_of: Browser, clerk: Staff, query: dict[str, str]):
    assert browser_of(clerk).get(LOG, query).status_code == 422


def test_it_takes_no_personal_number_in_the_address(browser_of: Browser, clerk: Staff):
    response = browser_of(clerk).get(LOG, {"q": "439902190106081057"})

    assert response.status_code == 422
    assert "不接受身份证件号码" in response.content.decode()


def test_it_pages_by_key(browser_of: Browser, clerk: Staff):
    subject = SubjectFactory()
    CreditCheckFactory.create_batch(26, department=clerk.department, subject=subject)
    browser = browser_of(clerk)
    first = browser.get(LOG)

    second = browser.get(LOG + first.context["page"].next_url)

    assert len(numbers(first)) == 25
    assert len(numbers(second)) == 1


def test_its_cost_does_not_grow_with_the_rows(browser_of: Browser, clerk: Staff, django_assert_max_num_queries):
    CreditCheckFactory.create_batch(20, department=clerk.department)
    browser = browser_of(clerk)
    browser.get(LOG)

    with django_assert_max_num_queries(8):
        browser.get(LOG)


def test_it_shows_the_snapshot_of_one_check(browser_of: Browser, clerk: Staff):
    check = CreditCheckFactory(department=clerk.department, data_version="ab" * 32)

    page = browser_of(clerk).get(reverse("credit:check", args=[check.number])).content.decode()

    assert "ab" * 32 in page
    assert "陈静" in page
    assert "用途：行政许可受理" in page


def test_it_hides_the_check_of_another_department(browser_of: Browser, clerk: Staff):
    foreign = CreditCheckFactory()

    assert browser_of(clerk).get(reverse("credit:check", args=[foreign.number])).status_code == 404


def test_it_masks_a_person_on_the_page(browser_of: Browser, clerk: Staff):
    check = CreditCheckFactory(department=clerk.department, subject=SubjectFactory(person=True))

    page = browser_of(clerk).get(reverse("credit:check", args=[check.number])).content.decode()

    assert "郑*明" in page
    assert "郑启明" not in page
    assert check.subject.id_number not in page


def test_it_leads_from_an_unanswered_check_to_its_recheck(browser_of: Browser, clerk: Staff):
    silent = CreditCheckFactory(department=clerk.department, unanswered=True)
    later = CreditCheckFactory(department=clerk.department, subject=silent.subject, recheck_of=silent)

    page = browser_of(clerk).get(reverse("credit:check", args=[silent.number])).content.decode()

    assert reverse("credit:check", args=[later.number]) in page


# ---------------------------------------------------------------- the panel


@pytest.mark.parametrize("outcome", Outcome.values)
def test_the_panel_has_a_face_for_every_outcome(outcome: str):
    page = render_to_string("credit/_panel.html", {"check": CreditCheckFactory(outcome=outcome)})

    assert f"核查结论：{Outcome(outcome).label}" in page


@pytest.mark.parametrize(
    ("outcome", "tone"),
    [
        (Outcome.NO_RECORD, "ok"),
        (Outcome.MINOR, "ok"),
        (Outcome.GENERAL, "wn"),
        (Outcome.OBJECTION, "wn"),
        (Outcome.NO_MATCH, "wn"),
        (Outcome.SEVERE, "dg"),
        (Outcome.BROKEN_PROMISE, "dg"),
        (Outcome.BANNED, "dg"),
        (Outcome.UNCHECKED, "mu"),
    ],
)
def test_the_panel_colours_by_what_the_answer_closes(outcome: str, tone: str):
    assert f"cp-{tone}" in render_to_string("credit/_panel.html", {"check": CreditCheckFactory(outcome=outcome)})


def test_the_panel_waits_for_a_check():
    page = render_to_string("credit/_panel.html", {"check": None, "check_url": "/approvals/credit-panel/"})

    assert "待查询" in page
    assert 'hx-post="/approvals/credit-panel/"' in page


def test_the_panel_says_that_it_is_asking():
    assert 'aria-busy="true"' in render_to_string("credit/_panel.html", {"check": None, "busy": True})


def test_the_panel_never_shows_a_silent_source_as_good():
    page = render_to_string("credit/_panel.html", {"check": CreditCheckFactory(unanswered=True)})

    assert "信用系统未响应" in page
    assert "失败已留痕" in page
    assert "信用良好" not in page
    assert "未列入" not in page


def test_the_page_of_a_silent_source_claims_no_clean_record(browser_of: Browser, clerk: Staff):
    check = CreditCheckFactory(department=clerk.department, unanswered=True)

    page = browser_of(clerk).get(reverse("credit:check", args=[check.number])).content.decode()

    assert "未取得信用数据" in page
    assert "没有命中记录" not in page
