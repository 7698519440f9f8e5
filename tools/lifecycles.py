"""Writes docs/lifecycles.md from the state tables; tests/test_lifecycle_docs.py fails when the page is stale.

usage: python tools/lifecycles.py
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.models import TextChoices

    from shenguan.lifecycle import Table  # both only once Django's settings are known

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "lifecycles.md"
HEAD = """# 状态图 · Lifecycles

由各应用的 `lifecycle.py` 生成，请勿手改；状态表变动后运行 `.venv/bin/python tools/lifecycles.py`。
按钮、接口应答、校验与测试读的是同一张表。
"""


def page() -> str:
    """The whole page. Django must be set up."""
    return "\n".join([HEAD, *_sections()])


def _sections() -> Iterator[str]:
    from approvals import lifecycle as approvals
    from approvals.models import Application, Permit
    from credit import lifecycle as credit
    from credit.models import CreditRecord, Freeze
    from linkage import lifecycle as linkage
    from linkage.models import (
        Consultation,
        Delivery,
        Discrepancy,
        DutyObjection,
        ExchangeContract,
        ListVersion,
        Push,
        UnmappedEvent,
    )
    from shenguan.lifecycle import mermaid
    from supervision import lifecycle as supervision
    from supervision.models import CheckTask, Clue, Finding, Inspection, Penalty

    tables = (
        ("办件", "approvals/lifecycle.py", approvals.APPLICATION, Application.Status),
        ("办件（告知承诺）", "approvals/lifecycle.py", approvals.COMMITMENT_APPLICATION, Application.Status),
        ("办件（部门自建系统报送）", "approvals/lifecycle.py", approvals.REPORTED_APPLICATION, Application.Status),
        ("证照", "approvals/lifecycle.py", approvals.PERMIT, Permit.Status),
        ("推送", "linkage/lifecycle.py", linkage.PUSH, Push.Status),
        ("职责异议", "linkage/lifecycle.py", linkage.OBJECTION, DutyObjection.Status),
        ("未对应事项", "linkage/lifecycle.py", linkage.UNMAPPED, UnmappedEvent.Status),
        ("联动清单版本", "linkage/lifecycle.py", linkage.LIST, ListVersion.Status),
        ("数据共享协议", "linkage/lifecycle.py", linkage.CONTRACT, ExchangeContract.Status),
        ("投递", "linkage/lifecycle.py", linkage.DELIVERY, Delivery.Status),
        ("对账差异", "linkage/lifecycle.py", linkage.DISCREPANCY, Discrepancy.State),
        ("会商", "linkage/lifecycle.py", linkage.CONSULTATION, Consultation.Status),
        ("检查任务", "supervision/lifecycle.py", supervision.TASK, CheckTask.Status),
        ("检查", "supervision/lifecycle.py", supervision.INSPECTION, Inspection.Status),
        ("问题与整改", "supervision/lifecycle.py", supervision.FINDING, Finding.Status),
        ("行政处罚", "supervision/lifecycle.py", supervision.PENALTY, Penalty.Status),
        ("线索", "supervision/lifecycle.py", supervision.CLUE, Clue.Status),
        ("信用记录", "credit/lifecycle.py", credit.RECORD, CreditRecord.State),
        ("信用异议", "credit/lifecycle.py", credit.OBJECTION, CreditRecord.Objection),
        ("冻结审批请求", "credit/lifecycle.py", credit.FREEZE, Freeze.Status),
    )
    for title, source, table, states in tables:
        yield f"## {title}\n\n`{source}`\n\n```mermaid\n{mermaid(table, states)}\n```\n"
        if still := _still(table, states):
            yield f"不改变状态的操作：{still}。\n"


def _still(table: "Table", states: "type[TextChoices]") -> str:
    """The actions that leave the status as it is, each with the states it is open in."""
    return "；".join(
        f"{action.label}（{'、'.join(str(state.label) for state in states if state.value in action.sources)}）"
        for action in table.values()
        if action.target is None
    )


def main() -> None:
    """Writes the page."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DEMO", "1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shenguan.settings")
    import django

    django.setup()
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
