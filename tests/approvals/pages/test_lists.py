"""Workbench, list, export and catalogue: what is listed, for whom, at what cost."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from approvals.models import Application
from shenguan.audit.models import AuditEntry
from tests.factories.approvals import (
    ApplicationFactory,
    ApplicationMaterialFactory,
    ApprovalItemFactory,
    ItemMaterialFactory,
    ItemVariantFactory,
)
from tests.factories.credit import SubjectFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
LIST = reverse("approvals:applications")
EXPORT = reverse("approvals:export")
BENCH = reverse("approvals:workbench")
MOST_QUERIES = 14  # session, person, roles, menu numbers, the rows


def sheet(response) -> list[tuple[object, ...]]:
    return list(load_workbook(BytesIO(response.content)).active.iter_rows(values_only=True))


def test_it_lists_the_newest_first(clerk_page, variant):
    old, new = ApplicationFactory(variant=variant, accepted=True), ApplicationFactory(variant=variant, accepted=True)
    page = clerk_page.get(LIST).content.decode()
    assert page.index(new.number) < page.index(old.number)


def test_it_leaves_out_foreign_departments(clerk_page):
    foreign = ApplicationFactory(accepted=True)
    assert foreign.number not in clerk_page.get(LIST).content.decode()


@pytest.mark.parametrize("query", [{"status": "accepted"}, {"mine": "on"}, {"due": "over"}])
def test_it_filters(as_, people, variant, query):
    late = {"promised_deadline__due_on": date(2026, 11, 19), "promised_deadline__start_on": date(2026, 11, 12)}
    wanted = ApplicationFactory(variant=variant, accepted=True, **late)
    other = ApplicationFactory(variant=variant, concluded=True)
    page = as_(people.examiner).get(LIST, query).content.decode()
    assert wanted.number in page
    assert other.number not in page


def test_it_finds_an_applicant_by_code(clerk_page, variant):
    wanted, other = (ApplicationFactory(variant=variant, accepted=True) for _ in range(2))
    page = clerk_page.get(LIST, {"q": wanted.subject.uscc}).content.decode()
    assert wanted.number in page
    assert other.number not in page


def test_it_shows_nothing_for_a_state_that_does_not_exist(clerk_page, variant):
    application = ApplicationFactory(variant=variant, accepted=True)
    response = clerk_page.get(LIST, {"status": "burnt"})
    assert response.status_code == 422
    assert application.number not in response.content.decode()


@pytest.mark.parametrize("rows", [1, 12])
def test_the_list_costs_the_same_for_many_rows(clerk_page, variant, django_assert_max_num_queries, rows):
    ApplicationFactory.create_batch(rows, variant=variant, accepted=True)
    with django_assert_max_num_queries(MOST_QUERIES):
        clerk_page.get(LIST)


def test_it_exports_what_the_filter_shows(clerk_page, variant):
    wanted = ApplicationFactory(variant=variant, accepted=True)
    ApplicationFactory(variant=variant, concluded=True)
    rows = sheet(clerk_page.get(EXPORT, {"status": "accepted"}))
    assert [row[0] for row in rows] == ["办件编号", wanted.number]


def test_it_exports_no_personal_number(clerk_page, variant):
    person = SubjectFactory(person=True)
    ApplicationFactory(variant=variant, accepted=True, subject=person)
    row = sheet(clerk_page.get(EXPORT))[1]
    assert (row[2], row[3]) == ("郑*明", None)


def test_it_exports_a_name_like_a_formula_as_text(clerk_page, variant):
    ApplicationFactory(variant=variant, accepted=True, subject=SubjectFactory(name="=1+1"))
    assert sheet(clerk_page.get(EXPORT))[1][2] == "'=1+1"


def test_it_leaves_a_trace_of_every_export(clerk_page, people, variant):
    ApplicationFactory(variant=variant, accepted=True)
    clerk_page.get(EXPORT)
    trace = AuditEntry.objects.get(action="application.export")
    assert (trace.actor_key, trace.detail) == (people.clerk.username, {"rows": 1})


@pytest.mark.parametrize("address", [LIST, EXPORT])
def test_an_inspector_has_no_right_to_the_list(inspector_page, address):
    assert inspector_page.get(address).status_code == 403


@pytest.mark.parametrize("address", [LIST, EXPORT, BENCH, reverse("approvals:items")])
def test_lists_only_read(clerk_page, address):
    assert clerk_page.post(address).status_code == 405


def test_the_workbench_shows_what_waits(clerk_page, people, variant):
    received = ApplicationFactory(variant=variant, received=True)
    correcting = ApplicationFactory(variant=variant, correcting=True)
    draft = ApplicationFactory(variant=variant, created_by=people.clerk.username)
    ApplicationMaterialFactory(application=draft, received=True)
    page = clerk_page.get(BENCH).content.decode()
    assert all(text in page for text in (received.number, correcting.number, "材料 1 / 1"))
    assert reverse("approvals:intake_case", args=[draft.pk]) in page


def test_the_workbench_shows_only_own_drafts(clerk_page, variant):
    draft = ApplicationFactory(variant=variant, created_by="somebody")
    assert reverse("approvals:intake_case", args=[draft.pk]) not in clerk_page.get(BENCH).content.decode()


def test_the_workbench_warns_of_the_last_day(clerk_page, variant):
    last = {"promised_deadline__due_on": date(2026, 11, 20), "promised_deadline__start_on": date(2026, 11, 13)}
    application = ApplicationFactory(variant=variant, accepted=True, **last)
    page = clerk_page.get(BENCH).content.decode()
    assert application.number in page
    assert "今天到期" in page


def test_the_workbench_counts_today(clerk_page, variant):
    ApplicationFactory.create_batch(2, variant=variant, accepted=True)
    assert clerk_page.get(BENCH).context["figures"].accepted == 2


@pytest.mark.parametrize("rows", [1, 12])
def test_the_workbench_costs_the_same_for_many_rows(clerk_page, people, variant, django_assert_max_num_queries, rows):
    ApplicationFactory.create_batch(rows, variant=variant, received=True)
    ApplicationFactory.create_batch(rows, variant=variant, created_by=people.clerk.username)
    with django_assert_max_num_queries(22):
        clerk_page.get(BENCH)


def test_the_workbench_is_for_the_window(as_, people):
    assert as_(people.examiner).get(BENCH).status_code == 403


def test_the_menu_counts_what_waits_for_the_person(as_, people, variant):
    ApplicationFactory.create_batch(3, variant=variant, accepted=True)
    assert "办件查询，3 项" in as_(people.examiner).get(LIST).content.decode()


def test_the_search_finds_a_case(clerk_page, variant):
    application = ApplicationFactory(variant=variant, accepted=True)
    response = clerk_page.get(reverse("ui:search"), {"q": application.number})
    assert response.url == reverse("approvals:application", args=[application.number])


def test_the_catalogue_finds_by_initials(clerk_page, item):
    other = ApprovalItemFactory(name="取水许可", name_initials="qsxk", name_pinyin="qushuixuke")
    page = clerk_page.get(reverse("approvals:items"), {"q": "spjy"}).content.decode()
    assert item.code in page
    assert other.code not in page


def test_the_catalogue_shows_an_item_with_its_papers(clerk_page, item, variant):
    paper = ItemMaterialFactory(item=item, tolerable=True)
    page = clerk_page.get(reverse("approvals:item", args=[item.code])).content.decode()
    assert all(text in page for text in (variant.name, paper.name, "《中华人民共和国食品安全法》第三十五条"))


def test_the_catalogue_lets_only_the_handling_department_take_in(foreign_page, item, variant):
    page = foreign_page.get(reverse("approvals:item", args=[item.code])).content.decode()
    assert f"?variant={variant.code}" not in page


@pytest.mark.parametrize("rows", [1, 12])
def test_the_catalogue_costs_the_same_for_many_rows(clerk_page, office, django_assert_max_num_queries, rows):
    for item in ApprovalItemFactory.create_batch(rows, implementing_department=office):
        ItemVariantFactory(item=item)
    with django_assert_max_num_queries(MOST_QUERIES):
        clerk_page.get(reverse("approvals:items"))


def test_drafts_stay_off_the_list(clerk_page, variant):
    ApplicationFactory(variant=variant)
    assert "还没有办件" in clerk_page.get(LIST).content.decode()
    assert Application.objects.count() == 1
