"""Cells of real lists into values."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from approvals.models import ApprovalItem
from linkage.imports import cells, regions, supervision_items
from linkage.imports.lookups import department_names
from linkage.imports.problems import CellError


@pytest.mark.parametrize(
    ("convert", "raw", "value"),
    [
        (cells.text, " 食品\n经营  许可\u200b", "食品经营 许可"),
        (cells.code, "４３９９０１０１００１０", "439901010010"),
        (cells.code, "511A0138000000-511602000000-000", "511A0138000000-511602000000-000"),
        (cells.integer, "１，２００", 1200),
        (cells.integer, "20.0", 20),
        (cells.small_integer, "10%", 10),
        (cells.working_days, "20(工作日)", 20),
        (cells.working_days, "２０个工作日", 20),
        (cells.working_days, "20日", 20),
        (cells.working_days, "90(自然日)", 60),
        (cells.working_days, "3个月", 60),
        (cells.working_days, "当场办结", 1),
        (cells.amount, "50,000元", Decimal(50000)),
        (cells.day, "2026年2月3日", date(2026, 2, 3)),
        (cells.day, "2026/2/3", date(2026, 2, 3)),
        (cells.day, "20260203", date(2026, 2, 3)),
        (cells.day, "2026-02-03 00:00:00", date(2026, 2, 3)),
        (cells.moment, "2026-11-19 20:14", datetime(2026, 11, 19, 20, 14, tzinfo=cells.OFFICE_ZONE)),
        (cells.yes_no, "√", True),
        (cells.yes_no, "否", False),
        (cells.phone, "0700-6181001", "0700-6181001"),
        (cells.listing, "企业|个体工商户", ["企业", "个体工商户"]),
        (cells.listing, "甲（一；二）；乙", ["甲（一；二）", "乙"]),
        (cells.several("现场", "非现场"), "现场、非现场", ["现场", "非现场"]),
        (cells.choice(ApprovalItem.ItemType), "行政许可", "licence"),
        (cells.choice(ApprovalItem.ItemType), "licence", "licence"),
        (regions.code, "51", "510000"),
        (regions.code, "430902005", "430902005000"),
        (regions.code, "511602000000", "511602"),
        (supervision_items.frequency, "A:0|B:1|C:2|D:4", {"A": 0, "B": 1, "C": 2, "D": 4}),
    ],
)
def test_it_reads_what_people_write(convert: Callable[[str], Any], raw: str, value: Any) -> None:
    assert convert(raw) == value


@pytest.mark.parametrize(
    ("convert", "raw", "words"),
    [
        (cells.code, "4.39902E+17", "科学计数"),
        (cells.code, "事项", "不是代码"),
        (cells.integer, "-1", "不是整数"),
        (cells.integer, "二十", "不是整数"),
        (cells.small_integer, "40000", "太大"),
        (cells.working_days, "约20天", "不是天数"),
        (cells.amount, "五万", "不是金额"),
        (cells.day, "2026-02-29", "不存在"),
        (cells.day, "20261301", "不存在"),
        (cells.day, "去年", "不是日期"),
        (cells.moment, "2026-11-31 09:00", "不是存在的时间"),
        (cells.yes_no, "也许", "应填"),
        (cells.phone, "1380000", "不是电话号码"),
        (cells.organisation_code, "11439900MBYJ000189", "校验位"),
        (cells.organisation_code, "1.14399E+17", "科学计数"),
        (cells.id_number, "439902190106081058", "校验位"),
        (cells.choice(ApprovalItem.ItemType), "许可证", "应为：行政许可"),
        (cells.several("现场", "非现场"), "现场|网上", "“网上”不在可选项内"),
        (cells.either("允许", "暂停"), "是", "应填“允许”或“暂停”"),
        (regions.code, "5116021", "6 位或 12 位"),
        (supervision_items.frequency, "A:2|B:1|C:2|D:4", "不得少于"),
        (supervision_items.frequency, "A:1|B:1", "应写成"),
    ],
)
def test_it_says_what_is_wrong_with_a_cell(convert: Callable[[str], Any], raw: str, words: str) -> None:
    with pytest.raises(CellError, match=words):
        convert(raw)


@pytest.mark.parametrize(
    ("raw", "laws"),
    [
        ("《甲法》第一条|《乙条例》", ["《甲法》第一条", "《乙条例》"]),
        ("《甲法》第一条、第二条《乙条例》第三条", ["《甲法》第一条、第二条", "《乙条例》第三条"]),
        ("《甲法》、《乙条例》（国发〔2016〕72号）", ["《甲法》", "《乙条例》（国发〔2016〕72号）"]),
        ("《某省实施〈甲法〉办法》《乙办法》", ["《某省实施〈甲法〉办法》", "《乙办法》"]),
        ("《关于印发<甲办法>的通知》（一号）《乙》", ["《关于印发<甲办法>的通知》（一号）", "《乙》"]),
        ("《某省《甲法》实施细则》；《乙》", ["《某省《甲法》实施细则》", "《乙》"]),
        ("（同西湖区第1项）", ["（同西湖区第1项）"]),
    ],
)
def test_it_tells_cited_laws_apart(raw: str, laws: list[str]) -> None:
    assert cells.citations(raw) == laws


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        ("市发改局、市经信科局", ["市发改局", "市经信科局"]),
        ("市发改局（非技术改造类）；市经信科局（技术改造类）", ["市发改局", "市经信科局"]),
        ("区教育局（部分为审批，部分为省教育厅委托事项）", ["区教育局"]),
        ("富民县公安局 行政审批办", ["富民县公安局"]),
        ("JYJ|WJW", ["JYJ", "WJW"]),
        ("市、县级市场监督管理部门", ["市、县级市场监督管理部门"]),
        ("区自然资源和规划局", ["区自然资源和规划局"]),
        ("县级以上市场监管部门）", ["县级以上市场监管部门"]),
    ],
)
def test_it_tells_departments_of_one_cell_apart(raw: str, names: list[str]) -> None:
    assert department_names(raw) == names


def test_it_compares_names_without_their_layout() -> None:
    assert cells.same_name("食品经营许可（含 仅销售预包装食品）*", "食品经营许可(含仅销售预包装食品)")


def test_it_does_not_take_a_longer_name_for_the_same() -> None:
    assert not cells.same_name("食品经营许可", "食品经营许可变更")
