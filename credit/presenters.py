"""How a check looks: the credit panel in its states (design screen 3b). Colour, icon and words always agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from credit.models import CreditCheck, CreditRecord, Subject

Outcome = CreditCheck.Outcome
Answer = CreditCheck.Answer
Category = CreditRecord.Category


@dataclass(frozen=True)
class Face:
    """The head of the panel."""

    tone: str  # ok, wn, dg, mu
    icon: str
    title: str
    text: str


@dataclass(frozen=True)
class Line:
    """One thing that was looked up, and what was found."""

    label: str
    answer: str
    tone: str  # ok, wn, dg, ap
    icon: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Option:
    """One convenience: open, open with a warning, or closed, and why."""

    name: str
    label: str
    reason: str
    is_open: bool
    is_warned: bool


@dataclass(frozen=True)
class Panel:
    """Everything the template prints."""

    face: Face
    grade: str
    lines: tuple[Line, ...]
    options: tuple[Option, ...]


STANDARD_ONLY = "仍应依法受理，只走标准流程"
FACES = {
    Outcome.NO_RECORD: Face("ok", "circle-check", "信用良好", "未命中限制情形，可享便利措施"),
    Outcome.POSITIVE: Face("ok", "circle-check", "信用良好", "列入守信激励，可享便利措施"),
    Outcome.MINOR: Face("ok", "circle-check", "信用良好", "有轻微失信，不影响便利措施"),
    Outcome.REPAIRED: Face("ok", "circle-check", "信用良好", "原失信记录已修复，可享便利措施"),
    Outcome.EXPIRED: Face("ok", "circle-check", "信用良好", "原失信记录已届满，可享便利措施"),
    Outcome.REVOKED: Face("ok", "circle-check", "信用良好", "原失信记录已撤销，可享便利措施"),
    Outcome.GENERAL: Face("wn", "alert-triangle", "需人工核对", "有一般失信未修复，请核对后选择受理方式"),
    Outcome.OBJECTION: Face("wn", "alert-triangle", "需人工核对", "有记录正在异议处理中，请核对后选择受理方式"),
    Outcome.NO_MATCH: Face("wn", "alert-triangle", "需补充代码", "仅凭名称不作自动匹配，请录入代码后再查"),
    Outcome.SEVERE: Face("dg", "ban", "失信，限制便利措施", STANDARD_ONLY),
    Outcome.BROKEN_PROMISE: Face("dg", "ban", "承诺失信，限制便利措施", STANDARD_ONLY),
    Outcome.BANNED: Face("dg", "ban", "依法不得再次申请", "是否受理由窗口人工决定，并写明理由"),
    Outcome.UNCHECKED: Face("mu", "database-off", "信用系统未响应", "标记“未核查”，系统恢复后自动补查"),
}
LABELS = {"green_channel": "绿色通道", "tolerance": "容缺受理", "commitment": "告知承诺"}
BROKEN = tuple(sorted(CreditRecord.BROKEN_PROMISE))
# What is looked up: label, categories, words when found and when not.
LOOKED_UP: tuple[tuple[str, tuple[str, ...], str, str], ...] = (
    ("严重失信主体名单", (Category.SEVERE_LIST,), "列入", "未列入"),
    ("失信被执行人", (Category.JUDICIAL,), "列入", "未列入"),
    ("经营异常名录", (Category.ABNORMAL_LIST,), "列入", "未列入"),
    ("行政处罚（公示期内）", (Category.PENALTY,), "{count} 条", "无"),
    ("承诺失信", BROKEN, "{count} 条", "无"),
    ("隐瞒、骗取许可", (Category.FALSE_MATERIALS, Category.PERMIT_BY_FRAUD), "{count} 条", "无"),
    ("本平台监管反馈", (Category.INSPECTION_ABNORMAL,), "{count} 条", "无未整改问题"),
)
GRAVE = frozenset({CreditRecord.Level.SEVERE})


def panel_of(check: CreditCheck) -> Panel:
    """The panel of a check that was made."""
    outcome = Outcome(check.outcome)
    is_answered = outcome not in (Outcome.UNCHECKED, Outcome.NO_MATCH)
    return Panel(
        face=FACES[outcome],
        grade=str(Subject.PublicGrade(check.public_grade).label) if check.public_grade else "",
        lines=_lines(check) if is_answered else (),
        options=tuple(_option(check, name) for name in LABELS),
    )


def _lines(check: CreditCheck) -> tuple[Line, ...]:
    lines = [
        _line(label, [hit for hit in check.hits if hit["category"] in categories], found, absent)
        for label, categories, found, absent in LOOKED_UP
    ]
    lines.insert(3, _measures_line(check.measures))
    praised = tuple(hit["facts"] for hit in check.hits if hit["category"] == Category.COMMENDATION)
    if praised:
        lines.append(Line("守信激励", f"{len(praised)} 条", "ok", "rosette-discount-check", praised))
    return tuple(lines)


def _line(label: str, hits: Sequence[dict[str, Any]], found: str, absent: str) -> Line:
    if not hits:
        return Line(label, absent, "ok", "check")
    details = tuple(f"{hit['authority']}　{hit['decided_on']}　{hit['facts']}" for hit in hits)
    answer = found.format(count=len(hits))
    if all(hit["level"] == CreditRecord.Level.MINOR for hit in hits):
        return Line(label, f"{answer}，轻微", "ap", "info-circle", details)
    if any(hit["level"] in GRAVE or hit["category"] in BROKEN for hit in hits):
        return Line(label, answer, "dg", "x", details)
    return Line(label, answer, "wn", "alert-triangle", details)


def _measures_line(measures: Sequence[dict[str, Any]]) -> Line:
    if not measures:
        return Line("联合惩戒对象", "不是", "ok", "check")
    details = tuple(f"{measure['name']}（{'、'.join(measure['legal_basis'])}）" for measure in measures)
    return Line("联合惩戒对象", "是", "dg", "x", details)


def _option(check: CreditCheck, name: str) -> Option:
    answer = getattr(check, name)
    return Option(
        name=name,
        label=LABELS[name],
        reason=check.convenience_reasons.get(name, ""),
        is_open=answer in (Answer.YES, Answer.YES_WITH_WARNING),
        is_warned=answer == Answer.YES_WITH_WARNING,
    )
