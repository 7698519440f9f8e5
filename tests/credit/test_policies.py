"""RULES §6.1 row by row, each with its near misses. Pure: no database."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from credit.facts import CreditData, Decision, ItemTerms, MeasureFact, RecordFact
from credit.models import CreditCheck, CreditRecord
from credit.policies import decide, no_match, state_on, unchecked

Outcome = CreditCheck.Outcome
Answer = CreditCheck.Answer
Flag = CreditCheck.PushFlag
Level = CreditRecord.Level
Category = CreditRecord.Category
Objection = CreditRecord.Objection
State = CreditRecord.State

DAY = date(2026, 11, 20)
YES, WARNED, NO, UNSUPPORTED, NONE = (
    Answer.YES,
    Answer.YES_WITH_WARNING,
    Answer.NO,
    Answer.NOT_APPLICABLE,
    Answer.NONE,
)
ITEM = ItemTerms(
    item_code="439901020010", item_name="公共场所卫生许可", commitment_allowed=True, tolerance_allowed=True
)
FOOD = ItemTerms(item_code="439901010040", item_name="食品经营许可", tolerance_allowed=True, is_safety_critical=True)
FOOD_MAKING = replace(FOOD, item_code="439901010060", item_name="食品生产许可")
FOOD_LAW = "《中华人民共和国食品安全法》第一百三十五条（五年内不得申请食品生产经营许可）"
ARTICLE_78 = "《中华人民共和国行政许可法》第七十八条（一年内不得再次申请该行政许可）"


def record(**changes: Any) -> RecordFact:
    """A fine of 2026-08-20, 一般 until 2027-08-20."""
    fact = RecordFact(
        number="XY20260002",
        level=Level.GENERAL,
        category=Category.PENALTY,
        authority="市市场监管局",
        document_name="行政处罚决定书",
        document_number="云州市监处罚〔2026〕131号",
        facts="经营超过保质期的食品",
        result="罚款",
        legal_basis=("《中华人民共和国食品安全法》第一百二十四条",),
        visibility="public",
        objection=Objection.NONE,
        decided_on=date(2026, 8, 20),
        publicity_until=date(2027, 8, 20),
    )
    return replace(fact, **changes)


def ban(**changes: Any) -> RecordFact:
    """False papers for a food permit: a year's ban under article 78, to the end of 2027-03-10."""
    values = {
        "category": Category.FALSE_MATERIALS,
        "related_item_code": FOOD.item_code,
        "ban_until": date(2027, 3, 10),
        "ban_basis": ARTICLE_78,
        "publicity_until": date(2029, 3, 17),
    }
    return record(**(values | changes))


def answer(*records: RecordFact, terms: ItemTerms = ITEM, on: date = DAY, **data: Any) -> Decision:
    return decide(terms=terms, data=CreditData(records=records, **data), on=on)


def modes(decision: Decision) -> tuple[Answer, Answer, Answer]:
    return decision.commitment, decision.tolerance, decision.green_channel


MINOR = record(level=Level.MINOR, publicity_until=None)
SEVERE = record(level=Level.SEVERE)
SEVERE_LIST = record(level=Level.SEVERE, category=Category.SEVERE_LIST, publicity_until=None)
BROKEN = record(category=Category.COMMITMENT_UNMET)
PRAISED = record(level=Level.POSITIVE, category=Category.COMMENDATION, publicity_until=None)
DISPUTED = record(objection=Objection.RUNNING)


@pytest.mark.parametrize(
    ("records", "outcome", "expected", "flag"),
    [
        ([], Outcome.NO_RECORD, (YES, YES, YES), Flag.NONE),
        ([PRAISED], Outcome.POSITIVE, (YES, YES, YES), Flag.NONE),
        ([MINOR], Outcome.MINOR, (YES, YES, YES), Flag.NONE),
        ([record(repaired_on=DAY)], Outcome.REPAIRED, (YES, YES, YES), Flag.NONE),
        ([record(publicity_until=date(2026, 11, 19))], Outcome.EXPIRED, (YES, YES, YES), Flag.NONE),
        ([record(revoked_on=DAY)], Outcome.REVOKED, (YES, YES, YES), Flag.NONE),
        ([record(objection=Objection.UPHELD)], Outcome.REVOKED, (YES, YES, YES), Flag.NONE),
        ([record()], Outcome.GENERAL, (WARNED, NO, NO), Flag.NOTICE),
        ([record(objection=Objection.REJECTED)], Outcome.GENERAL, (WARNED, NO, NO), Flag.NOTICE),
        ([SEVERE], Outcome.SEVERE, (NO, NO, NO), Flag.FOCUS),
        ([SEVERE_LIST], Outcome.SEVERE, (NO, NO, NO), Flag.FOCUS),
        ([BROKEN], Outcome.BROKEN_PROMISE, (NO, NO, NO), Flag.FOCUS),
        ([record(category=Category.FALSE_COMMITMENT)], Outcome.BROKEN_PROMISE, (NO, NO, NO), Flag.FOCUS),
        ([record(category=Category.TOLERANCE_OVERDUE)], Outcome.BROKEN_PROMISE, (NO, NO, NO), Flag.FOCUS),
        ([DISPUTED], Outcome.OBJECTION, (YES, YES, NO), Flag.OBJECTION),
    ],
)
def test_it_answers_each_row(records: list[RecordFact], outcome: Outcome, expected: tuple[Answer, ...], flag: Flag):
    decision = answer(*records)

    assert (decision.outcome, decision.acceptance) == (outcome, YES)
    assert modes(decision) == expected
    assert decision.push_flag == flag


# ---------------------------------------------------------------- near misses: the day before and the day after


@pytest.mark.parametrize(
    ("one", "on", "state"),
    [
        (record(), date(2026, 8, 19), State.PENDING),
        (record(), date(2026, 8, 20), State.EFFECTIVE),
        (record(), date(2027, 8, 20), State.EFFECTIVE),
        (record(), date(2027, 8, 21), State.EXPIRED),
        (record(repaired_on=DAY), date(2026, 11, 19), State.EFFECTIVE),
        (record(repaired_on=DAY), DAY, State.REPAIRED),
        (record(revoked_on=DAY), date(2026, 11, 19), State.EFFECTIVE),
        (record(revoked_on=DAY), DAY, State.REVOKED),
        (record(repaired_on=date(2026, 11, 1), revoked_on=DAY), DAY, State.REVOKED),
        (MINOR, date(2030, 1, 1), State.EFFECTIVE),
    ],
)
def test_it_ends_a_record_on_the_right_day(one: RecordFact, on: date, state: State):
    assert state_on(one, on) == state


def test_it_restores_commitment_on_the_day_of_repair():
    broken = replace(BROKEN, repaired_on=DAY)

    assert answer(broken, on=date(2026, 11, 19)).commitment == NO
    assert answer(broken, on=DAY).commitment == YES


def test_it_does_not_know_a_decision_of_tomorrow():
    assert answer(SEVERE, on=date(2026, 8, 19)).outcome == Outcome.NO_RECORD


# ---------------------------------------------------------------- what the item settles


def test_it_closes_commitment_for_a_general_failure_where_the_item_says_so():
    assert answer(record(), terms=replace(ITEM, on_general_failure="refuse")).commitment == NO


def test_it_leaves_commitment_open_for_a_minor_failure_whatever_the_item_says():
    assert answer(MINOR, terms=replace(ITEM, on_general_failure="refuse")).commitment == YES


def test_it_closes_conveniences_during_an_objection_where_the_item_says_so():
    decision = answer(DISPUTED, terms=replace(ITEM, conveniences_during_objection=False))

    assert modes(decision) == (NO, NO, NO)


def test_it_says_what_the_item_does_not_support():
    terms = replace(ITEM, commitment_allowed=False, tolerance_allowed=False)

    assert modes(answer(SEVERE, terms=terms)) == (UNSUPPORTED, UNSUPPORTED, NO)


def test_a_disputed_minor_failure_closes_no_more_than_an_admitted_one():
    decision = answer(replace(MINOR, objection=Objection.RUNNING))

    assert modes(decision) == (YES, YES, YES)
    assert "异议处理中" in decision.reasons[0]


# ---------------------------------------------------------------- bans


def test_it_leaves_a_ban_to_the_clerk():
    decision = answer(ban(), terms=FOOD)

    assert (decision.outcome, decision.acceptance) == (Outcome.BANNED, Answer.CLERK_DECIDES)
    assert modes(decision) == (NONE, NONE, NONE)
    assert (decision.ban_until, decision.push_flag) == (date(2027, 3, 10), Flag.NONE)


@pytest.mark.parametrize(
    ("one", "terms", "on", "outcome"),
    [
        (ban(), FOOD, date(2027, 3, 10), Outcome.BANNED),  # last day included
        (ban(), FOOD, date(2027, 3, 11), Outcome.GENERAL),  # the day after
        (ban(), FOOD, date(2026, 8, 19), Outcome.NO_RECORD),  # before the decision
        (ban(), FOOD_MAKING, DAY, Outcome.GENERAL),  # 78: the same permit only
        (ban(), replace(FOOD, is_safety_critical=False), DAY, Outcome.GENERAL),  # 78: safety-critical only
        (ban(related_item_code=""), FOOD, DAY, Outcome.GENERAL),  # which permit is unknown
        (ban(ban_basis=FOOD_LAW), FOOD, DAY, Outcome.BANNED),
        (ban(ban_basis=FOOD_LAW), FOOD_MAKING, DAY, Outcome.BANNED),  # 135 speaks of both food permits
        (ban(ban_basis=FOOD_LAW), replace(FOOD, is_safety_critical=False), DAY, Outcome.BANNED),  # 135 asks no more
        (ban(ban_basis=FOOD_LAW), ITEM, DAY, Outcome.GENERAL),
        (ban(ban_basis="《旅行社条例》第六十四条"), FOOD, DAY, Outcome.BANNED),  # another statute: the same permit
        (ban(ban_basis="《旅行社条例》第六十四条"), FOOD_MAKING, DAY, Outcome.GENERAL),
        (ban(revoked_on=DAY), FOOD, DAY, Outcome.REVOKED),  # void with the decision
        (ban(repaired_on=DAY), FOOD, DAY, Outcome.BANNED),  # the law's term is not lifted by repair
        (ban(publicity_until=DAY), FOOD, date(2026, 11, 21), Outcome.BANNED),  # nor by the end of publicity
        (ban(objection=Objection.RUNNING), FOOD, DAY, Outcome.BANNED),  # nor halted by an objection
    ],
)
def test_it_bans_only_where_and_while_the_law_does(one: RecordFact, terms: ItemTerms, on: date, outcome: Outcome):
    assert answer(one, terms=terms, on=on).outcome == outcome


# ---------------------------------------------------------------- several records


@pytest.mark.parametrize(
    ("records", "outcome"),
    [
        ([record(), SEVERE], Outcome.SEVERE),
        ([SEVERE, BROKEN], Outcome.BROKEN_PROMISE),
        ([DISPUTED, record()], Outcome.GENERAL),
        ([DISPUTED, SEVERE], Outcome.SEVERE),
        ([MINOR, DISPUTED], Outcome.OBJECTION),
        ([PRAISED, MINOR], Outcome.MINOR),
        ([PRAISED, record(repaired_on=DAY)], Outcome.POSITIVE),
        ([PRAISED, SEVERE], Outcome.SEVERE),
        ([record(repaired_on=DAY), SEVERE], Outcome.SEVERE),
    ],
)
def test_it_names_the_gravest_whatever_the_order(records: list[RecordFact], outcome: Outcome):
    assert answer(*records).outcome == outcome
    assert answer(*reversed(records)).outcome == outcome


def test_it_takes_the_strictest_answer_of_all_records():
    decision = answer(record(), DISPUTED, terms=replace(ITEM, conveniences_during_objection=False))

    assert (decision.outcome, decision.commitment) == (Outcome.GENERAL, NO)


def test_it_bans_over_everything_else():
    assert answer(SEVERE, BROKEN, ban(), terms=FOOD).outcome == Outcome.BANNED


# ---------------------------------------------------------------- no answer, no match


def test_it_accepts_without_conveniences_while_the_source_is_silent():
    decision = unchecked(terms=ITEM, error="连接超时")

    assert (decision.outcome, decision.acceptance, decision.push_flag) == (Outcome.UNCHECKED, YES, Flag.RECHECK)
    assert modes(decision) == (NO, NO, NO)
    assert "连接超时" in decision.reasons[0]


def test_it_does_not_match_by_name():
    decision = no_match(terms=ITEM, name="云州阳光宾馆")

    assert (decision.outcome, decision.acceptance, decision.push_flag) == (Outcome.NO_MATCH, YES, Flag.NONE)
    assert modes(decision) == (NO, NO, NO)
    assert "云州阳光宾馆" in decision.reasons[0]


# ---------------------------------------------------------------- reasons, hits, measures


def test_it_says_why_with_the_document():
    [sentence, duty] = answer(record()).reasons

    assert "云州市监处罚〔2026〕131号" in sentence
    assert "仍应依法受理" in duty


@pytest.mark.parametrize("ended", [{"repaired_on": DAY}, {"revoked_on": DAY}, {"publicity_until": date(2026, 1, 1)}])
def test_it_keeps_no_detail_of_an_ended_record(ended: dict[str, date]):
    decision = answer(record(**ended))

    assert decision.hits == ()
    assert "131号" not in "".join(decision.reasons)
    assert "过保质期" not in "".join(decision.reasons)


CLOSING = MeasureFact(
    code="CS21",
    name="不适用告知承诺制",
    category="限制享受优惠政策和便利措施",
    legal_basis=("国办发〔2020〕42号",),
    is_active=True,
    effective_on=date(2026, 4, 1),
)
APPLIED = replace(CLOSING, record_number="XY20260002", starts_on=date(2026, 8, 20))


def test_it_cites_the_published_measure_that_closes_a_convenience():
    why = answer(SEVERE, catalogue=(CLOSING,)).convenience_reasons["commitment"]

    assert "CS21" in why
    assert "国办发〔2020〕42号" in why


@pytest.mark.parametrize("unpublished", [{"is_active": False}, {"effective_on": date(2026, 11, 21)}])
def test_it_cites_no_unpublished_measure(unpublished: dict[str, Any]):
    decision = answer(SEVERE, catalogue=(replace(CLOSING, **unpublished),))

    assert "CS21" not in decision.convenience_reasons["commitment"]


@pytest.mark.parametrize(
    ("changes", "is_shown"),
    [
        ({}, True),
        ({"ends_on": DAY}, True),  # last day
        ({"ends_on": date(2026, 11, 19)}, False),
        ({"starts_on": date(2026, 11, 21)}, False),
        ({"is_active": False}, False),  # taken off the list
        ({"effective_on": date(2026, 11, 21)}, False),  # not published yet
        ({"is_lifted": True}, False),
        ({"record_number": "XY20269999"}, False),  # rests on nothing that counts
    ],
)
def test_it_shows_only_measures_in_force(changes: dict[str, Any], is_shown: bool):
    decision = answer(SEVERE, applied=(replace(APPLIED, **changes),))

    assert bool(decision.measures) == is_shown


def test_it_drops_the_measures_of_a_repaired_record():
    assert answer(record(repaired_on=DAY), applied=(APPLIED,)).measures == ()
