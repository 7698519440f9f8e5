"""The sentences of a credit answer: each says what counts and on what basis (R6.03: the person is told)."""

import re
from collections.abc import Sequence
from datetime import date

from credit.facts import ItemTerms, MeasureFact, RecordFact
from credit.models import CreditCheck, CreditRecord

Outcome = CreditCheck.Outcome
Answer = CreditCheck.Answer
Level = CreditRecord.Level

COMMITMENT_BASIS = "国办发〔2020〕42号"  # no 告知承诺 after a false commitment until repaired (R2.04)
PAPER_NUMBER = re.compile(r"（(\w+〔\d{4}〕\d+号)）$")
REPAIR_BASIS = "《信用修复管理办法》第三条"
NO_COMMITMENT = "不适用告知承诺制"  # names in the published list of measures
NO_CONVENIENCE = "不适用容缺受理、绿色通道等便利服务"
UNSUPPORTED = "本事项不支持此项措施。"
OPEN = {
    "commitment": "申请表加承诺书，当场决定，事后核查。",
    "tolerance": "主要材料齐全，次要材料可限期补齐。",
    "green_channel": "优先审查，专人跟办。",
}
GRADED = "{source}{category}，{level}失信{disputed}：{record.facts}。"
SENTENCES = {
    Outcome.BANNED: "依据{record.ban_basis}，{source}对应的许可至 {record.ban_until}（含当日）"
    "依法不得再次申请{disputed}。",
    Outcome.BROKEN_PROMISE: "{source}认定{category}，属承诺失信，修复前不适用告知承诺和容缺受理（"
    + COMMITMENT_BASIS
    + "）。",
    Outcome.SEVERE: GRADED,
    Outcome.GENERAL: GRADED,
    Outcome.OBJECTION: "{source}认定的{category}正在异议处理中，便利措施按事项设定掌握。",
    Outcome.MINOR: GRADED,
    Outcome.POSITIVE: "{source}守信激励：{record.facts}。",
    Outcome.REPAIRED: "原失信记录已完成信用修复，不再影响办理（" + REPAIR_BASIS + "）。",
    Outcome.EXPIRED: "原失信记录公示期已届满，不再影响办理。",
    Outcome.REVOKED: "原失信记录所依据的决定已被撤销，记录失效，不影响办理。",
}
WITHOUT_EFFECT = frozenset({Outcome.REPAIRED, Outcome.EXPIRED, Outcome.REVOKED, Outcome.POSITIVE, Outcome.NO_RECORD})

Ranked = Sequence[tuple[CreditCheck.Outcome, RecordFact]]


def reasons(ranked: Ranked) -> tuple[str, ...]:
    """One sentence per record that counts; ended ones are named without detail, being out of use (R6.12)."""
    if not ranked:
        return ("未查到公共信用记录。",)
    sentences = [_sentence(outcome, record) for outcome, record in ranked]
    if any(outcome not in WITHOUT_EFFECT for outcome, _ in ranked):
        sentences.append("信用状况不是拒绝受理的理由，仍应依法受理。")
    return tuple(dict.fromkeys(sentences))


def why(name: str, answer: CreditCheck.Answer, outcome: CreditCheck.Outcome, published: Sequence[MeasureFact]) -> str:
    """Why one convenience is open or closed; a closed one cites the published measure where there is one (R6.03)."""
    if answer == Answer.NOT_APPLICABLE:
        return UNSUPPORTED
    if answer == Answer.YES:
        return OPEN[name]
    if answer == Answer.YES_WITH_WARNING:
        return "有一般失信未修复，可以使用，但须提示申请人，核查时重点关注。"
    title = NO_COMMITMENT if name == "commitment" else NO_CONVENIENCE
    cited = next((measure for measure in published if measure.name == title), None)
    basis = f"依据：失信惩戒措施清单 {cited.code}（{_short(cited.legal_basis)}）。" if cited else ""
    return f"{_closing_state(outcome)}，不可用。{basis}"


def banned(until: date | None) -> dict[str, str]:
    """Why no convenience is offered under a ban."""
    return dict.fromkeys(OPEN, f"依法不得再次申请至 {until}（含当日），由窗口人工决定并写明理由。")


def unanswered(terms: ItemTerms, text: str) -> dict[str, str]:
    """One reason for all three, except for what the item does not know at all."""
    return {
        "commitment": text if terms.commitment_allowed else UNSUPPORTED,
        "tolerance": text if terms.tolerance_allowed else UNSUPPORTED,
        "green_channel": text,
    }


def _sentence(outcome: CreditCheck.Outcome, record: RecordFact) -> str:
    return SENTENCES[outcome].format(
        source=f"{record.authority}（{record.decided_on}，{record.document_number}）",
        category=CreditRecord.Category(record.category).label,
        level=Level(record.level).label,
        disputed="（异议处理中）" if record.objection == CreditRecord.Objection.RUNNING else "",
        record=record,
    )


def _short(legal_basis: Sequence[str]) -> str:
    """Papers by their number where they carry one, laws by name."""
    return "、".join(found[1] if (found := PAPER_NUMBER.search(basis)) else basis for basis in legal_basis)


def _closing_state(outcome: CreditCheck.Outcome) -> str:
    if outcome == Outcome.OBJECTION:
        return "记录正在异议处理中"
    if outcome == Outcome.BROKEN_PROMISE:
        return "承诺失信未修复"
    return f"{outcome.label}失信未修复"
