"""The demo city's expected answers (适配测试.csv, credit columns) and its sixty records, recomputed."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from credit import rules
from credit.actions.checks import check_subject
from credit.models import CreditCheck, CreditRecord, Subject
from credit.policies import state_on
from shenguan.access.actors import Actor
from tests.credit import demo

pytestmark = pytest.mark.django_db
DEMO_DAY = datetime(2026, 11, 20, tzinfo=ZoneInfo("Asia/Shanghai")).date()


@pytest.fixture
def city() -> None:
    demo.load()


def ask(row: demo.Row, by: Actor) -> CreditCheck:
    """The check of one case row, at the time the row names."""
    by_name = row["查询方式"] == "按名称"
    subject = Subject.objects.get(source_code=row["主体编码"])
    return check_subject(
        by=by,
        terms=demo.terms(row["事项编码"]),
        subject=None if by_name else subject,
        queried_name=row["主体名称"] if by_name else "",
        case_number=row["用例编号"],
        at=datetime.fromisoformat(row["申请时间"]).replace(tzinfo=ZoneInfo("Asia/Shanghai")),
        department=by.department,
    )


@pytest.fixture
def clerk(actor: Actor) -> Actor:
    return Actor("client", "window", "综合窗口", actor.department)


@pytest.mark.parametrize("row", demo.rows("适配测试"), ids=lambda row: row["用例编号"])
def test_it_gives_the_expected_answer(row: demo.Row, city: None, clerk: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CREDIT_SOURCE", "offline" if row["信用服务状态"] == "不可达" else "local")

    check = ask(row, clerk)

    assert {
        "预期信用结论": check.get_outcome_display(),
        "可受理": check.get_acceptance_display(),
        "可告知承诺": check.get_commitment_display(),
        "可容缺": check.get_tolerance_display(),
        "可绿色通道": check.get_green_channel_display(),
        "推送标记": check.get_push_flag_display(),
        "再申请限制截止": check.ban_until.isoformat() if check.ban_until else "",
    } == {
        name: row[name]
        for name in ("预期信用结论", "可受理", "可告知承诺", "可容缺", "可绿色通道", "推送标记", "再申请限制截止")
    }


# The dates follow from the edition alone; no record of the demo city is an exception.
@pytest.mark.parametrize("row", demo.rows("信用记录"), ids=lambda row: row["记录编号"])
def test_it_recomputes_the_publicity_of_every_record(row: demo.Row, city: None) -> None:
    record = CreditRecord.objects.select_related("authority").get(number=row["记录编号"])

    version = rules.version_for(
        category=record.category,
        authority_name=record.authority.name,
        decided_on=record.decided_on,
        legal_basis=record.legal_basis,
        fine_yuan=record.fine_yuan,
    )
    period = rules.publicity(
        version, level=record.level, decided_on=record.decided_on, published_on=record.published_on
    )

    assert (period.rule_version, period.count_from) == (row["规则版本"], row["计期起算"])
    assert (period.minimum_until, period.publicity_until) == (demo.day(row["最短公示截止"]), demo.day(row["公示截止"]))


@pytest.mark.parametrize("row", demo.rows("信用记录"), ids=lambda row: row["记录编号"])
def test_it_finds_the_state_of_every_record(row: demo.Row, city: None) -> None:
    record = CreditRecord.objects.get(number=row["记录编号"])

    assert state_on(record, DEMO_DAY).label == row["记录状态"]
