"""Monthly statements: what they hold, that they are made once per content, signed, objected to."""

import io
from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from linkage.actions import statements
from linkage.models import Push, Statement
from linkage.reconciliation.statements import PUSH_COLUMNS, of_department
from shenguan.access.roles import Role
from shenguan.notify.models import Notice
from shenguan.refusals import Invalid, NotAllowed, Refusal, StateForbids
from shenguan.workdays.calendar import OFFICE_ZONE
from tests.factories.ground import StaffFactory
from tests.factories.linkage import DiscrepancyFactory, PushFactory, StatementFactory
from tests.linkage.conftest import City, acting
from tests.linkage.pages.conftest import coordinating, liaison, sign_in, stranger  # noqa: F401

pytestmark = pytest.mark.django_db
OCTOBER = date(2026, 10, 1)


def in_october(city: City, day: int = 15, **fields: Any) -> Push:
    moment = datetime(2026, 10, day, 10, tzinfo=OFFICE_ZONE)
    return PushFactory(entry=city.entry, application=city.application, pushed_at=moment, **fields)


def make(city: City) -> int:
    return statements.make_all(OCTOBER, by=acting(city.coordinator))


def own(city: City) -> Statement:
    return Statement.objects.filter(department=city.entry.department).latest("edition")


@pytest.fixture
def signing(city: City) -> Any:
    """The head of the supervising department, as an actor."""
    return acting(StaffFactory(department=city.entry.department, roles=[Role.SUPERVISION_HEAD]))


def test_it_makes_one_for_the_department_and_one_for_the_city(city: City):
    in_october(city)

    assert make(city) == 2
    assert {row.department for row in Statement.objects.all()} == {city.entry.department, None}


def test_it_holds_the_pushes_of_the_month_only(city: City):
    kept = in_october(city, 31)
    PushFactory(entry=city.entry, application=city.application, pushed_at=datetime(2026, 11, 1, tzinfo=OFFICE_ZONE))

    content = of_department(city.entry.department, OCTOBER, date(2026, 11, 20))

    assert [row[0] for row in content.pushes] == [kept.number]


def test_the_workbook_and_the_page_carry_the_digest(city: City):
    push = in_october(city)
    make(city)
    made = own(city)

    book = load_workbook(io.BytesIO(made.xlsx.content.read()))
    rows = list(book["推送明细"].values)
    page = Document(io.BytesIO(made.docx.content.read()))
    text = "\n".join(paragraph.text for paragraph in page.paragraphs)
    cells = [cell.text for table in page.tables for row in table.rows for cell in row.cells]

    assert rows[0] == PUSH_COLUMNS
    assert rows[1][0] == push.number
    assert made.digest in {row[1] for row in book["汇总"].values if len(row) > 1}
    assert made.digest in text
    assert push.number in cells
    assert "{{" not in text + "".join(cells)


def test_no_cell_is_a_formula_and_no_markup_is_read(city: City):
    push = in_october(city)
    Push.objects.filter(pk=push.pk).update(payload={"subject_name": "=1+1", "item_name": "<b>&{{ x }}"})
    make(city)

    rows = list(load_workbook(io.BytesIO(own(city).xlsx.content.read()))["推送明细"].values)
    cells = [
        cell.text
        for table in Document(io.BytesIO(own(city).docx.content.read())).tables
        for row in table.rows
        for cell in row.cells
    ]

    assert rows[1][6] == "'=1+1"
    assert "<b>&{{ x }}" in cells


def test_the_same_content_makes_no_new_edition(city: City):
    in_october(city)
    make(city)

    assert make(city) == 0
    assert Statement.objects.count() == 2


def test_a_changed_content_makes_the_next_edition(city: City):
    push = in_october(city)
    make(city)
    Push.objects.filter(pk=push.pk).update(status=Push.Status.CLOSED, is_open=False)
    make(city)

    assert (own(city).edition, Statement.objects.filter(department=city.entry.department).count()) == (2, 2)


def test_differences_of_the_month_are_in_it(city: City):
    push = in_october(city)
    DiscrepancyFactory(push=push, found_at=push.pushed_at)
    make(city)

    assert len(list(load_workbook(io.BytesIO(own(city).xlsx.content.read()))["差异"].values)) == 2


def test_the_database_refuses_to_change_a_statement(city: City):
    in_october(city)
    make(city)

    with pytest.raises(DatabaseError), transaction.atomic():
        Statement.objects.update(digest="x")


def test_a_month_that_is_not_over_has_no_statement(city: City):
    with pytest.raises(Refusal) as refusal:
        statements.make_all(date(2026, 11, 1), by=acting(city.coordinator))

    assert refusal.value.code == "month_open"


def test_only_a_coordinator_makes_them(city: City):
    with pytest.raises(NotAllowed):
        statements.make_all(OCTOBER, by=acting(city.liaison))


def test_the_hourly_pass_makes_them_once_the_month_is_closed(city: City, clock: time_machine.Traveller):
    in_october(city)
    clock.move_to(datetime(2026, 11, 1, 1, tzinfo=OFFICE_ZONE))
    early = statements.make_due()
    clock.move_to(datetime(2026, 11, 1, 3, tzinfo=OFFICE_ZONE))

    assert (early, statements.make_due(), statements.make_due()) == (0, 2, 0)


def test_the_command_makes_them(city: City):
    in_october(city)
    out = io.StringIO()
    call_command("reconcile", "--month", "2026-10", stdout=out)

    assert "新生成对账单 2 份" in out.getvalue()


def test_the_command_refuses_a_month_that_is_none(city: City):
    with pytest.raises(CommandError):
        call_command("reconcile", "--month", "2026-13")


def test_the_department_signs_once(city: City, signing: Any):
    statement = StatementFactory(department=city.entry.department)
    statements.sign(statement, by=signing, note="无异议")

    with pytest.raises(StateForbids):
        statements.sign(statement, by=signing)

    assert statement.signature.note == "无异议"


def test_an_older_edition_is_not_signed(city: City, signing: Any):
    older = StatementFactory(department=city.entry.department)
    StatementFactory(department=city.entry.department, edition=2)

    with pytest.raises(StateForbids):
        statements.sign(older, by=signing)


def test_another_department_does_not_sign(city: City):
    statement = StatementFactory(department=city.entry.department)

    with pytest.raises(NotAllowed):
        statements.sign(statement, by=acting(StaffFactory(roles=[Role.SUPERVISION_HEAD])))


def test_an_inspector_does_not_sign(city: City):
    statement = StatementFactory(department=city.entry.department)
    inspector = StaffFactory(department=city.entry.department, roles=[Role.INSPECTOR])

    with pytest.raises(NotAllowed):
        statements.sign(statement, by=acting(inspector))


def test_an_objection_is_answered_before_the_signature(city: City, signing: Any):
    statement = StatementFactory(department=city.entry.department)
    raised = statements.object_to(statement, by=signing, line=in_october(city).number, text="未收到")
    with pytest.raises(StateForbids):
        statements.sign(statement, by=signing)
    statements.answer(raised, by=acting(city.coordinator), text="已补发")

    assert statements.sign(statement, by=signing).pk
    assert Notice.objects.filter(kind="statement.objected", staff=city.coordinator).count() == 1


def test_an_objection_names_a_push_of_the_department(city: City, signing: Any):
    statement = StatementFactory(department=city.entry.department)

    with pytest.raises(Invalid) as refusal:
        statements.object_to(statement, by=signing, line="TS20260101-0001", text="未收到")

    assert list(refusal.value.errors) == ["line"]


def test_a_second_answer_is_refused(city: City, signing: Any):
    statement = StatementFactory(department=city.entry.department)
    raised = statements.object_to(statement, by=signing, line=in_october(city).number, text="未收到")
    statements.answer(raised, by=acting(city.coordinator), text="已补发")

    with pytest.raises(StateForbids):
        statements.answer(raised, by=acting(city.coordinator), text="再答")


def test_the_pages_lead_from_list_to_signature(city: City, liaison: Any, coordinating: Any):  # noqa: F811
    in_october(city)
    make(city)
    made = own(city)

    assert len(coordinating.get(reverse("linkage:statements")).context["page"].items) == 2
    assert liaison.get(reverse("linkage:statements")).context["page"].items == [made]
    assert made.digest in liaison.get(reverse("linkage:statement", args=[made.pk])).content.decode()
    signed = liaison.post(reverse("linkage:statement_sign", args=[made.pk]), follow=True).content.decode()
    assert "已签收" in signed


def test_the_page_takes_objections_and_answers(city: City, liaison: Any, coordinating: Any):  # noqa: F811
    push = in_october(city)
    make(city)
    made = own(city)
    liaison.post(reverse("linkage:statement_object", args=[made.pk]), {"line": push.number, "text": "未收到"})
    answered = coordinating.post(
        reverse("linkage:statement_answer", args=[made.objections.get().pk]), {"answer": "已补发"}, follow=True
    )

    assert "答复：已补发" in answered.content.decode()


def test_a_stranger_finds_no_file_and_does_not_sign(city: City, stranger: Any):  # noqa: F811
    made = StatementFactory(department=city.entry.department)

    assert stranger.get(reverse("linkage:statement_file", args=[made.pk, "xlsx"])).status_code == 404
    assert stranger.post(reverse("linkage:statement_sign", args=[made.pk])).status_code == 404
    assert stranger.post(reverse("linkage:statement_object", args=[made.pk])).status_code == 404


def test_only_two_formats_are_there(city: City, liaison: Any):  # noqa: F811
    made = StatementFactory(department=city.entry.department)

    assert liaison.get(reverse("linkage:statement_file", args=[made.pk, "exe"])).status_code == 404


def test_the_wish_of_a_coordinator_wakes_the_task(
    city: City,
    coordinating: Any,  # noqa: F811
    nudges: list[str],
    committing: Any,
):
    with committing():
        coordinating.post(reverse("linkage:statements_make"))

    assert "linkage.tasks.make_statements" in nudges


def test_the_list_costs_the_same_for_many(
    city: City,
    coordinating: Any,  # noqa: F811
    django_assert_max_num_queries: Any,
):
    for edition in range(12):
        StatementFactory(department=city.entry.department, edition=edition + 1)
    with django_assert_max_num_queries(16):
        coordinating.get(reverse("linkage:statements"))
