"""What the credit of an applicant means at intake: RULES §6.1 row by row. Pure: facts in, decision out, no database.

Credit closes conveniences, never the door: no row refuses acceptance. With several records each answer is the
strictest that any of them gives, and the outcome names the gravest.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from credit import wording
from credit.facts import CreditData, Decision, ItemTerms, MeasureFact, RecordFact
from credit.models import CreditCheck, CreditRecord
from credit.rules import is_banned_from

__all__ = ["ItemTerms", "decide", "no_match", "state_on", "unchecked"]

Outcome = CreditCheck.Outcome
Answer = CreditCheck.Answer
Flag = CreditCheck.PushFlag
Level = CreditRecord.Level
State = CreditRecord.State
Objection = CreditRecord.Objection

INTAKE = "行政许可受理"
ALL_LEVELS = frozenset(CreditRecord.Visibility)
SHARED = frozenset({CreditRecord.Visibility.PUBLIC, CreditRecord.Visibility.GOVERNMENT})
# For what an office may ask (R6.07), and which visibility levels that purpose opens (R6.08). The applicant's own
# application or request is the authority to see what is 授权查询.
PURPOSES: dict[str, frozenset[CreditRecord.Visibility]] = {
    INTAKE: ALL_LEVELS,
    "行政许可变更与延续": ALL_LEVELS,
    "本人查询": ALL_LEVELS,
    "行政处罚": SHARED,
    "行政强制": SHARED,
    "行政给付": SHARED,
    "监督检查": SHARED,
    "政府采购与招标投标": SHARED,
    "财政资金安排": SHARED,
    "表彰奖励": SHARED,
}

# Gravest first: which record names the outcome.
GRAVITY = (
    Outcome.BANNED,
    Outcome.BROKEN_PROMISE,
    Outcome.SEVERE,
    Outcome.GENERAL,
    Outcome.OBJECTION,
    Outcome.MINOR,
    Outcome.POSITIVE,
    Outcome.REPAIRED,
    Outcome.EXPIRED,
    Outcome.REVOKED,
)
FLAGS = {
    Outcome.BROKEN_PROMISE: Flag.FOCUS,
    Outcome.SEVERE: Flag.FOCUS,
    Outcome.GENERAL: Flag.NOTICE,
    Outcome.OBJECTION: Flag.OBJECTION,
}
CLOSING_GREEN_CHANNEL = frozenset(FLAGS)  # an honour for clean parties: even a running objection closes it
ENDED = {State.REPAIRED: Outcome.REPAIRED, State.EXPIRED: Outcome.EXPIRED, State.REVOKED: Outcome.REVOKED}
OF_LEVEL = {Level.GENERAL: Outcome.GENERAL, Level.SEVERE: Outcome.SEVERE}
STRICTNESS = (Answer.NO, Answer.YES_WITH_WARNING, Answer.YES)


def decide(*, terms: ItemTerms, data: CreditData, on: date) -> Decision:
    """The answer for a subject whose records are known, on the day of the application."""
    ranked = sorted(
        ((_outcome_of(record, terms, on), record) for record in data.records if record.decided_on <= on),
        key=lambda pair: (GRAVITY.index(pair[0]), -pair[1].decided_on.toordinal()),
    )
    hits = tuple(record for outcome, record in ranked if outcome not in ENDED.values())
    measures = _measures_in_force(data.applied, hits, on)
    reasons = wording.reasons(ranked)
    outcome = ranked[0][0] if ranked else Outcome.NO_RECORD
    if outcome == Outcome.BANNED:
        return _banned(ranked[0][1], reasons, hits, measures)
    present = {found for found, _ in ranked}
    commitment, tolerance = _commitment(present, terms), _tolerance(present, terms)
    green_channel = Answer.NO if CLOSING_GREEN_CHANNEL & present else Answer.YES
    answers = {"commitment": commitment, "tolerance": tolerance, "green_channel": green_channel}
    published = [measure for measure in data.catalogue if measure.is_published(on)]
    return Decision(
        outcome=outcome,
        acceptance=Answer.YES,
        commitment=commitment,
        tolerance=tolerance,
        green_channel=green_channel,
        push_flag=FLAGS.get(outcome, Flag.NONE),
        reasons=reasons,
        convenience_reasons={name: wording.why(name, answer, outcome, published) for name, answer in answers.items()},
        hits=hits,
        measures=measures,
    )


def unchecked(*, terms: ItemTerms, error: str) -> Decision:
    """The source did not answer: accept, mark 未核查, conveniences off until checked; never treated as good."""
    return _off(
        terms,
        Outcome.UNCHECKED,
        Flag.RECHECK,
        (f"信用来源未响应（{error}），标记“未核查”，系统将自动补查。", "查询失败不影响依法受理，按标准流程办理。"),
        "信用状况尚未核查，便利措施暂不开放，补查后再定。",
    )


def no_match(*, terms: ItemTerms, name: str) -> Decision:
    """Only a name was given. Names repeat, so nothing is matched (R13.3 no. 14)."""
    return _off(
        terms,
        Outcome.NO_MATCH,
        Flag.NONE,
        (f"仅凭名称“{name}”不能认定主体，系统不作自动匹配；请补充统一社会信用代码或公民身份号码。",),
        "尚未确认是哪一个主体，便利措施待按代码核查后再定。",
    )


def state_on(record: RecordFact | CreditRecord, day: date) -> CreditRecord.State:
    """What the record is on `day`: the last day of publicity still counts, repair and revocation count at once.

    An objection found right voids the record like a revocation (R6.09).
    """
    if record.decided_on > day:
        return State.PENDING
    if (record.revoked_on and record.revoked_on <= day) or record.objection == Objection.UPHELD:
        return State.REVOKED
    if record.repaired_on and record.repaired_on <= day:
        return State.REPAIRED
    if record.publicity_until and record.publicity_until < day:
        return State.EXPIRED
    return State.EFFECTIVE


def _outcome_of(record: RecordFact, terms: ItemTerms, on: date) -> CreditCheck.Outcome:
    """The row of §6.1 this one record stands in.

    A ban is set by law: it outlives publicity and repair, and an objection does not halt it. A slight fault changes
    no answer, so disputing it must not close what admitting it leaves open.
    """
    state = state_on(record, on)
    if _bans(record, state, terms, on):
        return Outcome.BANNED
    if state in ENDED:
        return ENDED[state]
    if record.level == Level.POSITIVE:
        return Outcome.POSITIVE
    if record.level == Level.MINOR and not record.is_broken_promise:
        return Outcome.MINOR
    if record.objection == Objection.RUNNING:
        return Outcome.OBJECTION
    return Outcome.BROKEN_PROMISE if record.is_broken_promise else OF_LEVEL[Level(record.level)]


def _bans(record: RecordFact, state: CreditRecord.State, terms: ItemTerms, on: date) -> bool:
    """A ban that reaches this item and still runs: its last day is still banned (R1.23); void with the record."""
    if record.ban_until is None or on > record.ban_until or state == State.REVOKED:
        return False
    return is_banned_from(
        terms.item_code,
        terms.item_name,
        basis=record.ban_basis,
        related_item_code=record.related_item_code,
        is_safety_critical=terms.is_safety_critical,
    )


def _banned(
    record: RecordFact, reasons: tuple[str, ...], hits: tuple[RecordFact, ...], measures: tuple[MeasureFact, ...]
) -> Decision:
    """依法不得再次申请: the clerk decides and writes down why; conveniences are not asked for."""
    return Decision(
        outcome=Outcome.BANNED,
        acceptance=Answer.CLERK_DECIDES,
        commitment=Answer.NONE,
        tolerance=Answer.NONE,
        green_channel=Answer.NONE,
        push_flag=Flag.NONE,
        reasons=reasons,
        convenience_reasons=wording.banned(record.ban_until),
        hits=hits,
        measures=measures,
        ban_until=record.ban_until,
    )


def _off(
    terms: ItemTerms, outcome: CreditCheck.Outcome, flag: CreditCheck.PushFlag, reasons: tuple[str, ...], text: str
) -> Decision:
    """Accept on the standard route with every convenience closed, because nothing is known yet."""
    return Decision(
        outcome=outcome,
        acceptance=Answer.YES,
        commitment=Answer.NO if terms.commitment_allowed else Answer.NOT_APPLICABLE,
        tolerance=Answer.NO if terms.tolerance_allowed else Answer.NOT_APPLICABLE,
        green_channel=Answer.NO,
        push_flag=flag,
        reasons=reasons,
        convenience_reasons=wording.unanswered(terms, text),
    )


def _commitment(present: set[CreditCheck.Outcome], terms: ItemTerms) -> CreditCheck.Answer:
    """告知承诺: closed by 严重 and broken promise; for 一般 and 异议中 the item decides."""
    if not terms.commitment_allowed:
        return Answer.NOT_APPLICABLE
    general = Answer.NO if terms.on_general_failure == "refuse" else Answer.YES_WITH_WARNING
    return _strictest({Outcome.GENERAL: general, Outcome.OBJECTION: _during_objection(terms)}, present)


def _tolerance(present: set[CreditCheck.Outcome], terms: ItemTerms) -> CreditCheck.Answer:
    """容缺受理: closed by 一般, 严重 and broken promise; for 异议中 the item decides."""
    if not terms.tolerance_allowed:
        return Answer.NOT_APPLICABLE
    return _strictest({Outcome.GENERAL: Answer.NO, Outcome.OBJECTION: _during_objection(terms)}, present)


def _during_objection(terms: ItemTerms) -> CreditCheck.Answer:
    return Answer.YES if terms.conveniences_during_objection else Answer.NO


def _strictest(
    settable: dict[CreditCheck.Outcome, CreditCheck.Answer], present: Iterable[CreditCheck.Outcome]
) -> CreditCheck.Answer:
    """The strictest answer of all rows present; rows that no item can change are the same for both conveniences."""
    rows = {Outcome.BROKEN_PROMISE: Answer.NO, Outcome.SEVERE: Answer.NO, **settable}
    return min((rows.get(outcome, Answer.YES) for outcome in present), key=STRICTNESS.index, default=Answer.YES)


def _measures_in_force(applied: Sequence[MeasureFact], hits: Sequence[RecordFact], on: date) -> tuple[MeasureFact, ...]:
    """Applied measures that are published, run on `on`, and rest on a record that still counts (R6.03, R6.12)."""
    counting = {record.number for record in hits}
    return tuple(
        measure
        for measure in applied
        if measure.is_published(on) and measure.runs(on) and measure.record_number in counting
    )
