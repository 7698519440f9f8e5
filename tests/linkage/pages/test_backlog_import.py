"""存量办件 by file: checked row by row, taken in as cases from before the cut-over, pushed without clocks."""

import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from approvals.models import Application
from linkage.models import Push
from linkage.views import backlog
from shenguan.access.roles import Role
from shenguan.workdays.models import Deadline
from tests.factories.approvals import ApprovalItemFactory
from tests.factories.ground import StaffFactory
from tests.linkage.conftest import City, route_all

pytestmark = pytest.mark.django_db
UPLOAD, WRITE = reverse("linkage:backlog"), reverse("linkage:backlog_write")


@pytest.fixture(autouse=True)
def went_over(settings, city: City) -> None:
    """The city went over on 1 November; the item is implemented by the department of its case."""
    settings.CUTOVER_ON = date(2026, 11, 1)
    city.application.item.implementing_department = city.application.department
    city.application.item.save(update_fields=["implementing_department"])


def row_of(city: City, **changes: str) -> dict[str, str]:
    """A concluded case of October; `changes` by heading."""
    return {
        "来源办件号": "OLD-1",
        "事项编码": city.application.item.code,
        "相对人名称": "云州存量商贸有限公司",
        "统一社会信用代码": city.application.subject.uscc or "",
        "受理日期": "2026-10-12",
        "办结日期": "2026-10-20",
        "办理结果": "准予",
        "证照编号": "云证〔2026〕1号",
        "有效期至": "",
    } | changes


def workbook(*rows: dict[str, str]) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append(list(row.values()))
    content = io.BytesIO()
    book.save(content)
    return SimpleUploadedFile("存量.xlsx", content.getvalue())


def checked(client: Client, *rows: dict[str, str]):
    return client.post(UPLOAD, {"uploaded": workbook(*rows)})


def taken_in(client: Client, *rows: dict[str, str]):
    return client.post(WRITE, {"file": checked(client, *rows).context["file"].uuid}, follow=True)


def text_of(response) -> str:
    return response.content.decode()


def test_it_says_who_will_be_pushed_to_and_writes_nothing(approver, city):
    response = checked(approver, row_of(city))
    assert response.context["counts"] == {"created": 1, "updated": 0, "unchanged": 0, "rejected": 0}
    assert [(one.name, one.rows) for one in response.context["receivers"]] == [(city.entry.department.name, 1)]
    assert not Application.objects.filter(source_case_id="OLD-1").exists()


def test_it_becomes_a_push_with_its_age_and_without_a_clock(approver, liaison, city):
    before = Deadline.objects.count()
    assert "已登记存量办件 1 件" in text_of(taken_in(approver, row_of(city)))
    route_all()
    push = Push.objects.get(kind="approval.concluded", case_number__isnull=False)
    assert (push.is_backlog, push.due_on, push.case.accepted_on) == (True, None, date(2026, 10, 12))
    assert push.case.permit.number == "云证〔2026〕1号"
    assert Deadline.objects.count() == before
    assert "积压 29 个工作日" in text_of(liaison.get(reverse("linkage:inbox"), {"view": "backlog"}))


def test_a_case_still_open_is_pushed_as_accepted(approver, city):
    city.entry.stages = ["accepted", "concluded"]
    city.entry.save(update_fields=["stages"])
    taken_in(approver, row_of(city, 办结日期="", 办理结果="", 证照编号=""))
    route_all()
    assert Push.objects.get().kind == "approval.accepted"


def test_a_second_upload_changes_nothing(approver, city):
    taken_in(approver, row_of(city))
    again = checked(approver, row_of(city))
    assert (again.context["counts"]["unchanged"], again.context["writable"]) == (1, 0)
    assert "都已登记过" in text_of(again)
    approver.post(WRITE, {"file": again.context["file"].uuid})
    assert Application.objects.filter(source_case_id="OLD-1").count() == 1


def test_an_open_case_is_concluded_by_a_later_file(approver, city):
    taken_in(approver, row_of(city, 办结日期="", 办理结果="", 证照编号=""))
    later = checked(approver, row_of(city))
    assert later.context["counts"]["updated"] == 1
    approver.post(WRITE, {"file": later.context["file"].uuid})
    assert Application.objects.get(source_case_id="OLD-1").status == Application.Status.CONCLUDED


@pytest.mark.parametrize(
    ("changes", "column", "words"),
    [
        ({"受理日期": "2026-11-01", "办结日期": "2026-11-02"}, "受理日期", "不早于平台启用日 2026-11-01"),
        ({"办结日期": "2026-10-11"}, "办结日期", "受理日期与今天之间"),
        ({"办结日期": "2026-11-21"}, "办结日期", "受理日期与今天之间"),
        ({"办理结果": "", "证照编号": ""}, "办理结果", "同时填写"),
        ({"办理结果": "不予"}, "证照编号", "准予的办件才有证照"),
        ({"有效期至": "2026-10-19"}, "有效期至", "不能早于"),
        ({"统一社会信用代码": "91439900MA0000001X"}, "统一社会信用代码", "有误"),
        ({"事项编码": "000"}, "事项编码", "没有审批事项"),
        ({"相对人名称": "长" * 201}, "相对人名称", "最多 200 个字"),
    ],
)
def test_it_names_the_line_and_column_of_a_mistake(approver, city, changes, column, words):
    response = checked(approver, row_of(city, **changes))
    ((problem, _),) = response.context["problems"]
    assert (problem.line, problem.column) == (2, column)
    assert words in problem.reason
    assert response.context["writable"] == 0


def test_the_day_before_the_cut_over_is_backlog(approver, city):
    assert checked(approver, row_of(city, 受理日期="2026-10-31", 办结日期="2026-11-02")).context["writable"] == 1


def test_one_number_twice_in_a_file_is_named(approver, city):
    response = checked(approver, row_of(city), row_of(city, 证照编号="云证〔2026〕2号"))
    ((problem, _),) = response.context["problems"]
    assert (problem.line, problem.reason) == (3, "与第 2 行重复。")


def test_a_permit_of_another_case_is_named_before_anything_is_written(approver, city):
    taken_in(approver, row_of(city))
    response = checked(approver, row_of(city, 来源办件号="OLD-2"))
    ((problem, _),) = response.context["problems"]
    assert problem.column == "证照编号"
    assert "已登记在办件" in problem.reason


def test_the_good_rows_are_taken_in_beside_a_wrong_one(approver, city):
    text = text_of(taken_in(approver, row_of(city), row_of(city, 来源办件号="OLD-2", 受理日期="2026-11-05")))
    assert "已登记存量办件 1 件" in text
    assert "1 行有错误没有登记" in text


def test_what_only_the_action_refuses_rejects_its_row_alone(approver, city):
    other = ApprovalItemFactory(implementing_department=city.application.department)  # without any variant
    wrong = row_of(city, 来源办件号="OLD-2", 证照编号="云证〔2026〕2号", 事项编码=other.code)
    text = text_of(taken_in(approver, row_of(city), wrong))
    assert "已登记存量办件 1 件" in text
    assert "第 3 行，列“事项编码”：该事项没有业务办理项。" in text


def test_another_department_imports_nothing(sign_in, city):
    stranger = sign_in(StaffFactory(roles=[Role.EXAMINER]))
    ((problem, _),) = checked(stranger, row_of(city)).context["problems"]
    assert "所属审批部门" in problem.reason


def test_nobody_goes_on_with_somebody_elses_file(approver, coordinating, city):
    file = checked(approver, row_of(city)).context["file"].uuid
    assert coordinating.post(WRITE, {"file": file}).status_code == 404


def test_items_beside_the_list_are_counted(approver, city):
    city.entry.delete()
    assert checked(approver, row_of(city)).context["unlisted"] == 1


def test_a_file_too_long_for_a_page_is_refused(approver, city, monkeypatch):
    monkeypatch.setattr(backlog, "MOST_ROWS", 1)
    response = checked(approver, row_of(city), row_of(city, 来源办件号="OLD-2"))
    assert response.status_code == 422
    assert "一次最多导入 1 行" in text_of(response)


def test_without_a_cut_over_there_is_no_backlog(approver, city, settings):
    settings.CUTOVER_ON = None
    assert "没有设置平台启用日" in text_of(approver.get(UPLOAD))
    assert checked(approver, row_of(city)).status_code == 422


def test_a_long_file_goes_by_command(city, tmp_path):
    path = tmp_path / "存量.xlsx"
    path.write_bytes(workbook(row_of(city), row_of(city, 来源办件号="OLD-2", 证照编号="")).read())
    call_command("import_catalogue", "backlog", str(path))
    assert Application.objects.filter(source_case_id__startswith="OLD-").count() == 2


def test_the_template_is_read(approver, city):
    book = openpyxl.load_workbook(io.BytesIO(approver.get(reverse("linkage:backlog_template")).content))
    sheet = book.active
    values = row_of(city)
    for place, cell in enumerate(list(sheet[1]), start=1):
        sheet.cell(2, place).value = values.get(str(cell.value), "")
    content = io.BytesIO()
    book.save(content)
    response = approver.post(UPLOAD, {"uploaded": SimpleUploadedFile("填.xlsx", content.getvalue())})
    assert response.context["writable"] == 1
