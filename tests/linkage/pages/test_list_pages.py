"""The list editor: reading, editing row by row, publishing by a second person, Excel in and out, dry run."""

import io
from collections.abc import Callable

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from linkage.models import LinkageEntry, ListVersion
from shenguan.access.roles import Role
from shenguan.files.models import StoredFile
from tests.factories.approvals import ApprovalItemFactory
from tests.factories.ground import StaffFactory
from tests.factories.linkage import BasisPaperFactory, LinkageEntryFactory

LIST = reverse("linkage:list")
IMPORT = reverse("linkage:list_import")
WRITE = reverse("linkage:list_import_write")
HTMX = {"HTTP_HX_REQUEST": "true"}


def text_of(response) -> str:
    return response.content.decode()


@pytest.fixture
def editor(city, sign_in) -> Client:
    """The list administrator."""
    return sign_in(StaffFactory(username="listadmin", name="江伯年", roles=[Role.LIST_ADMIN]))


@pytest.fixture
def draft(editor) -> ListVersion:
    """A draft equal to the published list, made by the editor."""
    editor.post(reverse("linkage:draft_create"))
    return ListVersion.objects.get(status=ListVersion.Status.DRAFT)


@pytest.fixture
def row(draft) -> LinkageEntry:
    """The one row of the draft."""
    return draft.entries.get()


def values_of(row: LinkageEntry, **changed) -> dict[str, object]:
    """The editor's form of a row as the browser sends it."""
    return {
        "version": ListVersion.objects.get(pk=row.version_id).row_version,
        "department": row.department.code,
        "supervision_item": row.supervision_item.code,
        "office": row.office.code,
        "liaison": row.liaison.username,
        "approval_office": row.approval_office.code,
        "approval_liaison": row.approval_liaison.username,
        "condition": row.condition,
        "basis": row.basis,
        "claim_mode": row.claim_mode,
        "claim_days": row.claim_days,
        "first_check_days": row.first_check_days or "",
        "feedback_days": row.feedback_days,
        "feedback_scope": row.feedback_scope,
        "stages": row.stages,
        "contents": row.contents,
    } | changed


def edit(row: LinkageEntry) -> str:
    return reverse("linkage:entry_edit", args=[row.pk])


def test_everybody_concerned_may_read_it(liaison, city):
    text = text_of(liaison.get(LIST))
    assert city.entry.approval_item.name in text
    assert "编辑" not in text


def test_it_is_refused_without_the_right(sign_in, city):
    assert sign_in(StaffFactory(roles=[Role.SYSTEM_ADMIN])).get(LIST).status_code == 403


def test_it_says_so_when_there_is_no_list(sign_in, db):
    assert "还没有联动事项清单" in text_of(sign_in(StaffFactory(roles=[Role.LIST_ADMIN])).get(LIST))


def test_a_draft_starts_equal_to_the_published_list(editor, draft):
    overview = editor.get(LIST).context["overview"]
    assert (overview.added, overview.changed, overview.removed, overview.entry_count) == (0, 0, 0, 1)


def test_a_second_draft_is_refused(editor, draft):
    response = editor.post(reverse("linkage:draft_create"))
    assert response.status_code == 409
    assert "已有草稿" in text_of(response)


def test_a_reader_makes_no_draft(liaison, city):
    assert liaison.post(reverse("linkage:draft_create")).status_code == 403


def test_editing_shows_before_and_after(editor, row):
    response = editor.post(edit(row), values_of(row, feedback_days=5), **HTMX)
    text = text_of(response)
    assert "<del>3</del> <ins>5</ins>" in text
    assert 'hx-swap-oob="true"' in text
    row.refresh_from_db()
    assert row.feedback_days == 5


def test_editing_counts_as_one_change(editor, row):
    editor.post(edit(row), values_of(row, feedback_days=5))
    overview = editor.get(LIST).context["overview"]
    assert (overview.changed, overview.differing) == (1, 1)


def test_a_wrong_field_is_named_and_nothing_is_lost(editor, row):
    response = editor.post(edit(row), values_of(row, condition="使用燃气的餐饮", feedback_days=""), **HTMX)
    assert response.status_code == 422
    text = text_of(response)
    assert "反馈时限" in text
    assert "使用燃气的餐饮" in text
    row.refresh_from_db()
    assert row.condition == "全部"


def test_a_rule_of_the_list_is_told_beside_its_field(editor, row):
    response = editor.post(edit(row), values_of(row, claim_days=2), **HTMX)
    assert response.status_code == 422
    assert "推送即认领的认领时限为 0" in text_of(response)


def test_a_stale_editor_is_refused(editor, row):
    values = values_of(row, feedback_days=5)
    editor.post(edit(row), values, **HTMX)
    response = editor.post(edit(row), values | {"feedback_days": 9}, **HTMX)
    assert response.status_code == 409
    assert "刚刚被修改" in text_of(response)


def test_another_department_brings_its_own_people(editor, row):
    other = LinkageEntryFactory(version=row.version)
    asked = {"department": other.department.code, "feedback_days": "8"}
    text = text_of(editor.get(edit(row), asked, **HTMX))
    assert other.liaison.username in text
    assert row.liaison.username not in text
    assert 'value="8"' in text  # what was typed stays


def test_a_row_of_the_published_list_is_not_edited(editor, city, draft):
    assert editor.post(edit(city.entry), {}).status_code == 404


def test_a_reader_edits_nothing(liaison, row):
    assert liaison.post(edit(row), values_of(row, feedback_days=9)).status_code == 403
    row.refresh_from_db()
    assert row.feedback_days == 3


def test_closing_the_editor_gives_the_row_back(editor, row):
    assert "<form" not in text_of(editor.get(reverse("linkage:entry_row", args=[row.pk])))


def test_a_removed_row_can_be_restored(editor, city, row):
    editor.post(reverse("linkage:entry_remove", args=[row.pk]))
    assert editor.get(LIST).context["overview"].removed == 1
    assert "恢复" in text_of(editor.get(LIST))
    editor.post(reverse("linkage:entry_restore", args=[city.entry.pk]))
    assert editor.get(LIST).context["overview"].differing == 0


def test_removing_with_a_stale_version_is_refused(editor, row):
    response = editor.post(reverse("linkage:entry_remove", args=[row.pk]), {"version": "99"})
    assert response.status_code == 409


@pytest.mark.parametrize("name", ["entry_remove", "entry_restore"])
def test_rows_are_not_changed_by_reading(editor, row, name):
    assert editor.get(reverse(f"linkage:{name}", args=[row.pk])).status_code == 405


def test_a_new_row_starts_with_its_approval_item(editor, draft):
    item = ApprovalItemFactory(name="城市建筑垃圾处置核准", name_pinyin="", name_initials="csjzljczhz")
    assert item.code in text_of(editor.get(reverse("linkage:entry_add"), {"item": "建筑垃圾"}))


def test_a_new_row_is_added(editor, row):
    item = ApprovalItemFactory(implementing_department=row.approval_item.implementing_department)
    response = editor.post(reverse("linkage:entry_add"), values_of(row, item=item.code), follow=True)
    assert "已新增第" in text_of(response)
    assert editor.get(LIST).context["overview"].added == 1


def test_the_same_pair_twice_is_refused(editor, row):
    response = editor.post(reverse("linkage:entry_add"), values_of(row, item=row.approval_item.code))
    assert response.status_code == 409
    assert "已是同一审批事项" in text_of(response)


@pytest.mark.parametrize(("asked", "number"), [("q=食品", 2), ("q=spjyxk", 2), ("q=没有", 0), ("tab=broken", 1)])
def test_it_is_searched(editor, draft, asked, number):
    broken = LinkageEntryFactory(version=draft)
    broken.liaison.status = "away"
    broken.liaison.save(update_fields=["status"])
    assert len(editor.get(f"{LIST}?{asked}").context["lines"]) == number


def test_it_is_narrowed_to_a_department(editor, draft):
    other = LinkageEntryFactory(version=draft)
    lines = editor.get(f"{LIST}?tab=all&department={other.department.code}").context["lines"]
    assert [line.entry.pk for line in lines] == [other.pk]


def test_what_cannot_be_published_says_why(editor, draft):
    broken = LinkageEntryFactory(version=draft)
    broken.liaison.status = "away"
    broken.liaison.save(update_fields=["status"])
    assert "已离岗" in text_of(editor.get(LIST, {"tab": "broken"}))


PUBLISH = reverse("linkage:list_publish")


def test_the_check_before_publishing_tells_what_is_open(coordinating, draft):
    ApprovalItemFactory(name="无人监管事项", linkage_state="waiting")
    text = text_of(coordinating.get(PUBLISH))
    assert "无人监管事项" in text
    assert "编制人" in text


def test_a_second_person_publishes(coordinating, draft):
    values = {"effective_from": "2026-12-01", "version": draft.row_version}
    assert "已发布" in text_of(coordinating.post(PUBLISH, values, follow=True))
    draft.refresh_from_db()
    assert draft.status == ListVersion.Status.PUBLISHED
    assert draft.published_by == "coordinator"


def test_the_editor_does_not_publish(sign_in, city):
    both = sign_in(StaffFactory(roles=[Role.LIST_ADMIN, Role.COORDINATOR]))
    both.post(reverse("linkage:draft_create"))
    response = both.post(PUBLISH, {"effective_from": "2026-12-01"})
    assert response.status_code == 403
    assert "须由不同人员完成" in text_of(response)


def test_a_list_administrator_does_not_publish(editor, draft):
    assert editor.get(PUBLISH).status_code == 200
    assert editor.post(PUBLISH, {"effective_from": "2026-12-01"}).status_code == 403


def test_a_date_in_the_past_is_refused_beside_its_field(coordinating, draft):
    response = coordinating.post(PUBLISH, {"effective_from": "2026-11-19"})
    assert response.status_code == 422
    assert "生效日期不能早于今天" in response.context["form"].errors["effective_from"][0]


def test_a_stale_check_does_not_publish(coordinating, editor, row):
    editor.post(edit(row), values_of(row, feedback_days=6))
    assert coordinating.post(PUBLISH, {"effective_from": "2026-12-01", "version": 1}).status_code == 409


def test_publishing_twice_says_that_somebody_was_faster(coordinating, draft):
    values = {"effective_from": "2026-12-01"}
    coordinating.post(PUBLISH, values)
    again = coordinating.post(PUBLISH, values)
    assert again.status_code == 409
    assert "没有待发布的草稿" in text_of(again)


def test_the_dry_run_tells_who_will_receive_what_until_when(editor, city):
    text = text_of(editor.get(reverse("linkage:list_dry_run"), {"item": city.entry.approval_item.code}))
    assert city.entry.department.name in text
    assert "首次检查" in text
    assert "2026-12-18" in text  # 20 working days


def test_the_dry_run_asks_the_draft_first(editor, row):
    editor.post(reverse("linkage:entry_remove", args=[row.pk]))
    asked = {"item": row.approval_item.code}
    assert "未列入该事项" in text_of(editor.get(reverse("linkage:list_dry_run"), asked))
    published = asked | {"version": "published"}
    assert "未列入该事项" not in text_of(editor.get(reverse("linkage:list_dry_run"), published))


Change = Callable[[dict[str, object]], None]


def exported(client: Client) -> tuple[list[str], list[list[object]]]:
    """The heading and the rows of the export."""
    content = client.get(reverse("linkage:list_export")).content
    heading, *rows = openpyxl.load_workbook(io.BytesIO(content)).active.values
    return list(heading), [list(row) for row in rows]


def workbook(heading: list[str], rows: list[list[object]]) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    book.active.append(heading)
    for cells in rows:
        book.active.append(cells)
    content = io.BytesIO()
    book.save(content)
    return SimpleUploadedFile("清单.xlsx", content.getvalue())


def changed(client: Client, **cells: object) -> SimpleUploadedFile:
    """The export with other values in its first row; `_` stands for brackets that a keyword cannot hold."""
    heading, rows = exported(client)
    for column, value in cells.items():
        place = next(n for n, name in enumerate(heading) if name.startswith(column))
        rows[0][place] = value
    return workbook(heading, rows)


def test_an_export_comes_back_unchanged(editor, draft):
    counts = editor.post(IMPORT, {"uploaded": changed(editor)}).context["counts"]
    assert counts == {"created": 0, "updated": 0, "unchanged": 1, "rejected": 0}


def test_a_file_is_compared_before_anything_is_written(editor, row):
    response = editor.post(IMPORT, {"uploaded": changed(editor, 反馈时限=7)})
    assert "<del>3</del> <ins>7</ins>" in text_of(response)
    row.refresh_from_db()
    assert row.feedback_days == 3


def test_the_compared_file_is_written(editor, row):
    compared = editor.post(IMPORT, {"uploaded": changed(editor, 反馈时限=7)})
    values = {"file": compared.context["file"].uuid, "version": row.version.row_version}
    assert "修改 1 条" in text_of(editor.post(WRITE, values, follow=True))
    row.refresh_from_db()
    assert row.feedback_days == 7


def test_a_wrong_cell_is_named_by_line_and_column(editor, draft):
    response = editor.post(IMPORT, {"uploaded": changed(editor, 监管部门="市卫计委")})
    (problem,) = response.context["found"].problems
    assert (problem.line, problem.column, problem.value) == (2, "监管部门", "市卫计委")
    assert response.context["writable"] == 0


def test_a_wrong_cell_is_corrected_in_place(editor, row):
    first = editor.post(IMPORT, {"uploaded": changed(editor, 反馈时限="二十天")})
    fix = {"fix:2:反馈时限(工作日)": "6", "file": first.context["file"].uuid}
    again = editor.post(IMPORT, fix)
    assert again.context["found"].problems == []
    assert "fix:2:反馈时限(工作日)" in text_of(again)
    editor.post(WRITE, fix)
    row.refresh_from_db()
    assert row.feedback_days == 6


def test_a_draft_changed_since_the_comparison_is_not_written_over(editor, row):
    compared = editor.post(IMPORT, {"uploaded": changed(editor, 反馈时限=7)})
    editor.post(edit(row), values_of(row, feedback_days=4))
    response = editor.post(WRITE, {"file": compared.context["file"].uuid, "version": row.version.row_version})
    assert response.status_code == 409
    assert "重新校对" in text_of(response)
    row.refresh_from_db()
    assert row.feedback_days == 4


def test_rows_that_are_not_in_the_file_stay(editor, draft):
    LinkageEntryFactory(version=draft)
    heading, rows = exported(editor)
    compared = editor.post(IMPORT, {"uploaded": workbook(heading, rows[:1])})
    editor.post(WRITE, {"file": compared.context["file"].uuid})
    assert draft.entries.count() == 2


def test_a_file_that_is_no_list_is_refused(editor, draft):
    response = editor.post(IMPORT, {"uploaded": workbook(["甲", "乙"], [[1, 2]])})
    assert response.status_code == 422
    assert "没有找到表头" in text_of(response)


def test_a_file_of_another_kind_is_refused(editor, draft):
    response = editor.post(IMPORT, {"uploaded": SimpleUploadedFile("清单.xlsx", b"hello")})
    assert response.status_code == 422
    assert not StoredFile.objects.exists()


def test_the_first_step_needs_a_file(editor, draft):
    assert editor.post(IMPORT, {}).status_code == 422


def test_nobody_goes_on_with_somebody_elses_file(editor, sign_in, draft):
    compared = editor.post(IMPORT, {"uploaded": changed(editor)})
    colleague = sign_in(StaffFactory(roles=[Role.LIST_ADMIN]))
    assert colleague.post(WRITE, {"file": compared.context["file"].uuid}).status_code == 404


def test_there_is_nothing_to_import_into_without_a_draft(editor, city):
    assert editor.get(IMPORT).status_code == 404


def test_a_reader_imports_nothing(liaison, draft):
    assert liaison.get(IMPORT).status_code == 403


def test_it_costs_the_same_for_many_rows(editor, draft, django_assert_max_num_queries):
    for _ in range(40):
        LinkageEntryFactory(version=draft)
    with django_assert_max_num_queries(20):
        editor.get(LIST, {"tab": "all"})


TEMPLATE = reverse("linkage:list_import_template")
ANNOTATED = reverse("linkage:list_import_annotated")


def text_file(client: Client, encoding: str) -> SimpleUploadedFile:
    """The export as text in an encoding."""
    content = client.get(reverse("linkage:list_export"), {"format": "csv"}).content.decode("utf-8-sig")
    return SimpleUploadedFile("清单.csv", content.encode(encoding), "text/csv")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_text_comes_back_unchanged_too(editor, draft, encoding):
    counts = editor.post(IMPORT, {"uploaded": text_file(editor, encoding)}).context["counts"]
    assert counts == {"created": 0, "updated": 0, "unchanged": 1, "rejected": 0}


@pytest.mark.parametrize("content", [b"\x00\x01\x02\x03", b"PK\x03\x04"], ids=["binary", "workbook"])
def test_a_text_file_that_is_none_is_refused(editor, draft, content):
    response = editor.post(IMPORT, {"uploaded": SimpleUploadedFile("清单.csv", content, "text/csv")})
    assert response.status_code == 422
    assert not StoredFile.objects.exists()


def test_the_same_file_twice_changes_nothing(editor, row):
    values = {}
    for expected in ("修改 1 条", "修改 0 条"):
        compared = editor.post(IMPORT, {"uploaded": changed(editor, 反馈时限=7)})
        row.version.refresh_from_db()
        values = {"file": compared.context["file"].uuid, "version": row.version.row_version}
        assert expected in text_of(editor.post(WRITE, values, follow=True))
    before = ListVersion.objects.get(pk=row.version_id).row_version
    assert before == values["version"]  # the second one did not even count as an edit


def test_the_wrong_rows_come_back_marked(editor, draft):
    compared = editor.post(IMPORT, {"uploaded": changed(editor, 监管部门="市卫计委", 反馈时限="二十天")})
    content = editor.post(ANNOTATED, {"file": compared.context["file"].uuid}).content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    heading = [cell.value for cell in sheet[1]]
    assert heading[0] == "问题"
    assert "监管部门：没有部门“市卫计委”" in sheet.cell(2, 1).value
    wrong = sheet.cell(2, heading.index("监管部门") + 1)
    assert (wrong.value, wrong.fill.fgColor.rgb[-6:]) == ("市卫计委", "FBE3E1")


def test_a_marked_file_corrected_is_read_again(editor, row):
    compared = editor.post(IMPORT, {"uploaded": changed(editor, 反馈时限="二十天")})
    content = editor.post(ANNOTATED, {"file": compared.context["file"].uuid}).content
    book = openpyxl.load_workbook(io.BytesIO(content))
    heading = [cell.value for cell in book.active[1]]
    book.active.cell(2, heading.index("反馈时限(工作日)") + 1).value = 8
    again = io.BytesIO()
    book.save(again)
    found = editor.post(IMPORT, {"uploaded": SimpleUploadedFile("改.xlsx", again.getvalue())}).context
    assert (found["counts"]["updated"], found["found"].problems) == (1, [])


def test_nobody_gets_somebody_elses_file_back(editor, sign_in, draft):
    compared = editor.post(IMPORT, {"uploaded": changed(editor)})
    colleague = sign_in(StaffFactory(roles=[Role.LIST_ADMIN]))
    assert colleague.post(ANNOTATED, {"file": compared.context["file"].uuid}).status_code == 404


def test_the_template_holds_the_columns_and_says_how(editor, draft):
    book = openpyxl.load_workbook(io.BytesIO(editor.get(TEMPLATE).content))
    heading, _ = exported(editor)
    assert [cell.value for cell in book["清单"][1]] == heading
    assert {row[0].value for row in book["填写说明"].iter_rows(min_row=2)} == set(heading)
    offered = {rule.formula1 for rule in book["清单"].data_validations.dataValidation}
    assert '"推送即认领,协商认领"' in offered


def test_a_filled_template_is_read(editor, row):
    _, rows = exported(editor)
    book = openpyxl.load_workbook(io.BytesIO(editor.get(TEMPLATE).content))
    for place, value in enumerate(rows[0], start=1):
        book["清单"].cell(2, place).value = value
    content = io.BytesIO()
    book.save(content)
    counts = editor.post(IMPORT, {"uploaded": SimpleUploadedFile("填.xlsx", content.getvalue())}).context["counts"]
    assert counts == {"created": 0, "updated": 0, "unchanged": 1, "rejected": 0}


def test_deputies_and_papers_come_back_through_the_file(editor, row):
    deputy = StaffFactory(department=row.department, roles=[Role.LIAISON])
    paper = BasisPaperFactory(entry=row)
    compared = editor.post(IMPORT, {"uploaded": changed(editor, 监管备岗联络人=deputy.username, 依据文号=paper.number)})
    editor.post(WRITE, {"file": compared.context["file"].uuid})
    row.refresh_from_db()
    assert (row.deputy, row.paper) == (deputy, paper)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("依据文号", "无此文号", "没有权责依据文书"),
        ("推送环节", "受理|开工", "不在可选项内"),
        ("催办规则", "无", "没有催办规则"),
    ],
)
def test_what_is_not_registered_is_named(editor, draft, column, value, reason):
    (problem,) = editor.post(IMPORT, {"uploaded": changed(editor, **{column: value})}).context["found"].problems
    assert (problem.column, reason in problem.reason) == (column, True)


def test_an_item_supervised_by_its_own_department_is_kept_out_of_the_file(editor, row):
    row.approval_item.linkage_state = "unified"
    row.approval_item.save(update_fields=["linkage_state"])
    (problem,) = editor.post(IMPORT, {"uploaded": changed(editor)}).context["found"].problems
    assert "审管一体" in problem.reason
