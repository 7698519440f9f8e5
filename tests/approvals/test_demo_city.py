"""适配测试.csv: the days of receipt and acceptance, promised and statutory due day, 暂定, and the open modes."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from approvals import policies
from approvals.actions import acceptance, credit_checks, drafts, receipt
from approvals.models import Application, ApprovalItem, ItemVariant
from credit.actions.checks import check_subject
from credit.models import Subject
from shenguan.access.actors import Actor
from shenguan.access.roles import Role
from shenguan.org.models import Department
from shenguan.refusals import Invalid
from tests.credit import demo
from tests.factories.approvals import ApprovalItemFactory, ItemVariantFactory
from tests.factories.ground import StaffFactory

pytestmark = pytest.mark.django_db

CASES = demo.rows("适配测试")
ACCEPTED = [row for row in CASES if row["预期受理日"]]
BANNED = [row for row in CASES if not row["预期受理日"]]


def _frozen(rows: list[demo.Row]) -> list[Any]:
    return [pytest.param(row, row["申请时间"], id=row["用例编号"]) for row in rows]


@pytest.fixture
def moment(request: pytest.FixtureRequest) -> Iterator[datetime]:
    """The clock stands at 申请时间."""
    at = datetime.strptime(request.param, "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    with time_machine.travel(at, tick=False):
        yield at


def _variant(row: demo.Row) -> ItemVariant:
    """The item of the row as the demo tables describe it, without papers: 材料齐全."""
    listed = next(item for item in demo.rows("审批事项") if item["事项编码"] == row["事项编码"])
    kinds = {label: value for value, label in ItemVariant.Kind.choices}
    variant = next(
        line
        for line in demo.rows("业务办理项")
        if line["事项编码"] == row["事项编码"] and line["业务办理项"] == row["业务办理项"]
    )
    terms = demo.terms(row["事项编码"])
    item: ApprovalItem = ApprovalItemFactory(
        code=listed["事项编码"],
        name=listed["事项名称"],
        implementing_department=Department.objects.get(code=listed["实施部门"]),
        statutory_days=int(listed["法定时限(工作日)"]),
        promised_days=int(listed["承诺时限(工作日)"]),
        commitment_allowed=terms.commitment_allowed,
        tolerance_allowed=terms.tolerance_allowed,
        is_safety_critical=terms.is_safety_critical,
        on_general_failure=terms.on_general_failure,
        conveniences_during_objection=terms.conveniences_during_objection,
    )
    return ItemVariantFactory(
        item=item,
        kind=kinds[row["业务办理项"]],
        statutory_days=int(variant["法定时限(工作日)"]),
        promised_days=int(variant["承诺时限(工作日)"]),
    )


def _received(row: demo.Row, settings: Any) -> tuple[Application, Actor]:
    """The case of the row, received and checked at the frozen time, with the clerk who did it."""
    demo.load()
    variant = _variant(row)
    by = Actor.of_staff(StaffFactory(department=variant.item.implementing_department, roles=[Role.WINDOW_CLERK]))
    subject = Subject.objects.get(source_code=row["主体编码"])
    settings.CREDIT_SOURCE = "local" if row["信用服务状态"] == "正常" else "offline"
    application = receipt.receive(drafts.create(by=by, variant=variant, subject=subject), by=by)
    return credit_checks.check(application, by=by), by


@pytest.mark.parametrize(("row", "moment"), _frozen(ACCEPTED), indirect=["moment"])
def test_it_counts_the_days_of_the_demo_city(row: demo.Row, moment: datetime, settings: Any) -> None:
    application, by = _received(row, settings)

    acceptance.accept(application, by=by)

    promised, statutory = application.promised_deadline, application.statutory_deadline
    assert (application.received_on, application.accepted_on) == (_day(row, "预期收件日"), _day(row, "预期受理日"))
    assert (promised.amount, promised.due_on) == (int(row["承诺时限(工作日)"]), _day(row, "预期承诺到期日"))
    assert (statutory.amount, statutory.due_on) == (int(row["法定时限(工作日)"]), _day(row, "预期法定到期日"))
    assert statutory.provisional is (row["是否暂定"] == "是")


@pytest.mark.parametrize(("row", "moment"), _frozen(BANNED), indirect=["moment"])
def test_it_leaves_banned_applicants_to_the_clerk(row: demo.Row, moment: datetime, settings: Any) -> None:
    application, by = _received(row, settings)

    with pytest.raises(Invalid) as refusal:
        acceptance.accept(application, by=by)

    assert refusal.value.code == "banned"
    assert application.received_on == _day(row, "预期收件日")
    assert application.credit_check.ban_until == _day(row, "再申请限制截止")


@pytest.mark.parametrize(("row", "moment"), _frozen(list(CASES)), indirect=["moment"])
def test_it_opens_the_modes_of_the_demo_city(row: demo.Row, moment: datetime, settings: Any) -> None:
    application, by = _received(row, settings)
    check = application.credit_check
    if row["查询方式"] == "按名称":  # before anybody knows whose code it is
        check = check_subject(
            by=by, terms=demo.terms(row["事项编码"]), subject=None, queried_name=row["主体名称"], case_number="按名称"
        )

    modes = policies.allowed_modes(application.item, check)

    assert modes[Application.Mode.STANDARD].allowed
    assert modes[Application.Mode.COMMITMENT].allowed is row["可告知承诺"].startswith("是")
    assert modes[Application.Mode.TOLERANCE].allowed is row["可容缺"].startswith("是")
    assert policies.green_channel(check).allowed is row["可绿色通道"].startswith("是")


def _day(row: demo.Row, column: str) -> date:
    return date.fromisoformat(row[column])
