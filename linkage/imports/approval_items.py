"""审批事项: the items a city decides, from our own table or from a published licensing list."""

import hashlib
import re
from collections.abc import Iterable, Sequence

from approvals.models import ApprovalItem
from linkage.imports import cells
from linkage.imports.kinds import Column, Kind, Run, Values
from linkage.imports.lookups import Lookups
from linkage.imports.problems import Problem
from shenguan.identifiers import uscc
from shenguan.identifiers.errors import IdentifierError
from shenguan.identifiers.pinyin import initials, pinyin

STATUTE_ARTICLE = re.compile(r"^《([^》]+)》第[一二三四五六七八九十百千零〇0-9]+条")
IMPLEMENT_CODE = re.compile(r"(.{18})([1-6])(\d{12})(\d{2})?")  # organ, level, 基本编码, 业务办理项 (R7.08)
GENERAL_LIMIT = 20  # 工作日, where a list names no limit (行政许可法第四十二条)
GENERAL_LIMIT_BASIS = "《中华人民共和国行政许可法》第四十二条"

TYPES = {"其他": ApprovalItem.ItemType.OTHER, "公共服务": ApprovalItem.ItemType.OTHER}
SPECIAL_STEPS = ("听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审")


def check(values: Values, lookups: Lookups) -> Iterable[Problem]:
    """The rules between the columns of an item."""
    if values["promised_days"] is not None and values["promised_days"] > _statutory(values):
        yield Problem("承诺时限(工作日)", f"承诺时限不得超过法定时限（{_statutory(values)} 个工作日）。")  # R1.06
    office, organ = values["office"], values["implementing_department"] or values["competent_department"]
    if office is not None and office.department_id != organ.pk:
        yield Problem("审批科室", f"科室“{office.name}”不属于实施部门“{organ.name}”。")
    yield from _check_commitment(values, lookups)
    yield from _check_implement_code(values)
    if bool(values["renewal_days"]) != bool(values["renewal_unit"]):
        yield Problem("延续提前单位", "延续提前天数和单位应同时填写。")


def _check_commitment(values: Values, lookups: Lookups) -> Iterable[Problem]:
    """R2.01: no commitment on safety or major risk, unless an article of a statute itself provides for it."""
    if not values["commitment_allowed"]:
        return
    basis = values["commitment_basis"]
    if not basis:
        yield Problem("告知承诺依据", "可告知承诺的事项必须写明依据。")
    if values["commitment_check_days"] is None:
        yield Problem("承诺核查期限(工作日)", "可告知承诺的事项必须写明承诺核查期限。")  # R2.10
    is_excluded = values["is_safety_critical"] or values["major_risk"] != ApprovalItem.MajorRisk.NONE
    if is_excluded and basis and not is_statute_article(basis, lookups):
        reason = "直接关系安全或有重大风险的事项不得告知承诺，除非告知承诺依据是法律条款（写明《法律名称》第几条）。"
        yield Problem("可告知承诺", reason)


def is_statute_article(basis: str, lookups: Lookups) -> bool:
    """Whether a basis is an article of a statute (法律): by the register, else by a name that only statutes carry."""
    match = STATUTE_ARTICLE.match(basis)
    if match is None:
        return False
    category = lookups.law_category(match[1])
    return category == "法律" if category else match[1].startswith("中华人民共和国") and match[1].endswith("法")


def _check_implement_code(values: Values) -> Iterable[Problem]:
    """A code of the national length begins with a valid 统一社会信用代码; other lengths are provincial and free."""
    code = values["implement_code"]
    if len(code) not in (31, 33):
        return
    match = IMPLEMENT_CODE.fullmatch(code)
    if match is None:
        yield Problem("实施编码", f"“{code}”不符合 18 位机关代码 + 1 位行使层级 + 12 位基本编码的构成。")
        return
    try:
        uscc.check_uscc(match[1])
    except IdentifierError as error:
        yield Problem("实施编码", f"“{code}”的前 18 位有误：{error.message}")
    if len(values["code"]) == 12 and values["code"] != match[3]:
        yield Problem("实施编码", f"“{code}”所含的基本编码与事项编码“{values['code']}”不一致。")


def build(values: Values, run: Run) -> Sequence[ApprovalItem]:
    """The item, with what published lists leave out filled by the law's general rule."""
    fields = {name: value for name, value in values.items() if name not in KIND.beside}
    fields["name"] = values["name"].rstrip("*＊")
    competent = values["competent_department"]
    fields["code"] = values["code"] or temporary_code("SX", values["area"], competent.code, fields["name"])
    fields["statutory_days"] = _statutory(values)
    if values["statutory_days"] is None:
        fields["statutory_basis"] = fields["statutory_basis"] or GENERAL_LIMIT_BASIS
        run.tell_once(f"清单没有写法定时限的事项按 {GENERAL_LIMIT} 个工作日登记（{GENERAL_LIMIT_BASIS}），请核对。")
    if values["promised_days"] is None:
        fields["promised_days"] = fields["statutory_days"]
    fields["implementing_department"] = values["implementing_department"] or values["competent_department"]
    at_once = ApprovalItem.Handling.IMMEDIATE, ApprovalItem.Handling.PROMISED
    fields["handling"] = values["handling"] or at_once[fields["statutory_days"] > 1]
    fields["name_pinyin"], fields["name_initials"] = pinyin(fields["name"]), initials(fields["name"])
    return [ApprovalItem(**fields)]


def temporary_code(prefix: str, *parts: object) -> str:
    """A stable code for a row of a list that carries none: the same row gets the same code at every import."""
    return prefix + hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:12].upper()


def _statutory(values: Values) -> int:
    days = values["statutory_days"]
    return GENERAL_LIMIT if days is None else int(days)


COLUMNS = (
    Column("code", "事项编码", cells.code, ("基本编码", "base_code", "item_code"), filled=True),
    Column("implement_code", "实施编码", cells.code, ("实施清单编码", "item_code")),
    Column("name", "事项名称", cells.text, ("许可事项名称", "事项", "item_name"), required=True),
    Column("item_type", "事项类型", cells.choice(ApprovalItem.ItemType, TYPES), ("power_type",), default="licence"),
    Column(
        "competent_department",
        "主管部门",
        aliases=("国务院主管部门", "competent_department", "department"),
        refers=Lookups.department,
        required=True,
    ),
    Column(
        "implementing_department",
        "实施部门",
        aliases=("实施机关", "implementing_authority", "implementing_organ"),
        refers=Lookups.department,
        default=None,
    ),
    Column("organ_code", "实施机关代码", cells.organisation_code, ("implementing_org_uscc",), filled=True),
    Column("office", "审批科室", aliases=("承办科室",), refers=Lookups.office, default=None),
    Column("is_transferred", "是否划转", cells.yes_no, default=False),
    Column(
        "levels",
        "行使层级",
        cells.several("国家级", "省级", "市级", "县级", "乡镇级"),
        ("exercise_level",),
        default=list,
    ),
    Column("legal_basis", "设定依据", cells.citations, ("设定和实施依据", "legal_basis"), default=list),
    Column("handling", "办件类型", cells.choice(ApprovalItem.Handling)),
    Column(
        "statutory_days",
        "法定时限(工作日)",
        cells.working_days,
        ("法定时限", "statutory_days_text", "statutory_days"),
        default=None,
    ),
    Column("statutory_basis", "法定时限依据"),
    Column(
        "promised_days",
        "承诺时限(工作日)",
        cells.working_days,
        ("承诺时限", "promised_days_text", "promised_days"),
        default=None,
    ),
    Column("reform", "改革方式", cells.choice(ApprovalItem.Reform), default=ApprovalItem.Reform.NONE),
    Column("commitment_allowed", "可告知承诺", cells.yes_no, default=False),
    Column("commitment_basis", "告知承诺依据"),
    Column("commitment_check_days", "承诺核查期限(工作日)", cells.working_days, ("承诺核查期限",), default=None),
    Column("tolerance_allowed", "可容缺", cells.yes_no, ("可容缺受理",), default=False),
    Column("is_safety_critical", "直接关系安全", cells.yes_no, default=False),
    Column("major_risk", "重大风险排除", cells.choice(ApprovalItem.MajorRisk), default=ApprovalItem.MajorRisk.NONE),
    Column("needs_survey", "需现场踏勘", cells.yes_no, default=False),
    Column("special_steps", "特殊环节", cells.several(*SPECIAL_STEPS), default=list),
    Column("permit_name", "证照名称"),
    Column("permit_months", "证照有效期(月)", cells.small_integer, ("证照有效期",), default=None),
    Column("renewal_days", "延续提前天数", cells.small_integer, default=None),
    Column("renewal_unit", "延续提前单位", cells.choice(ApprovalItem.RenewalUnit)),
    Column("is_quantity_limited", "数量限制", cells.yes_no, default=False),
    Column("service_objects", "服务对象", cells.listing, ("service_objects",), default=list),
    Column(
        "on_general_failure", "一般失信时告知承诺", cells.choice(ApprovalItem.GeneralFailure), default="not_applicable"
    ),
    Column("conveniences_during_objection", "异议期间便利措施", cells.either("允许", "暂停"), default=True),
    Column("linkage_state", "联动清单状态", cells.choice(ApprovalItem.LinkageState), default="waiting"),
    Column("remark", "备注", aliases=("remark",)),
    Column("area", "地区", aliases=("area",)),
)

KIND = Kind(
    name="approval-items",
    title="审批事项",
    model=ApprovalItem,
    columns=COLUMNS,
    key=("code",),
    check=check,
    build=build,
    derived={"name_pinyin": "name", "name_initials": "name"},
    beside=("organ_code", "area"),
    ignored=("业务办理项",),
)
