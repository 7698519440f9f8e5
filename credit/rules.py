"""The credit rules of changing editions, as data: how long a record is published, and whom a ban keeps out.

Each edition holds for decisions of its own time, so an old record keeps the edition it was made under (R6.10, R6.15).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from credit.models import CreditRecord
from shenguan.workdays.calendar import add_months

Level = CreditRecord.Level
Category = CreditRecord.Category

FROM_DECISION = "决定日"
FROM_PUBLICATION = "公示日"
UNCOUNTED = "—"


@dataclass(frozen=True)
class Span:
    """How long a record is published, in calendar months: before `least` no repair, after `most` it ends by itself."""

    least: int | None
    most: int


@dataclass(frozen=True)
class RuleVersion:
    """One edition. Levels without a span are not published and end only by repair."""

    code: str
    count_from: str
    spans: Mapping[CreditRecord.Level, Span]


@dataclass(frozen=True)
class Publicity:
    """What an edition makes of one record. Both last days still count."""

    rule_version: str
    count_from: str
    minimum_until: date | None
    publicity_until: date | None


# Order 36: 一般 3 months to 1 year, 严重 1 to 3 years, 轻微 not published.
_GRADED = {Level.GENERAL: Span(3, 12), Level.SEVERE: Span(12, 36)}
# Order 58 knew no grades: 3 months (1 year in the fields below) to 3 years.
_UNGRADED = {Level.GENERAL: Span(3, 36), Level.SEVERE: Span(3, 36)}
_UNGRADED_SAFETY = {Level.GENERAL: Span(12, 36), Level.SEVERE: Span(12, 36)}
# SAMR order 45: a lower fine 3 months and over, everything else repairable after 6 months, 3 years at most.
_SAMR_LOW_FINE = {Level.GENERAL: Span(3, 3), Level.SEVERE: Span(3, 3)}
_SAMR_OLD = {Level.GENERAL: Span(6, 36), Level.SEVERE: Span(6, 36)}

NDRC_36 = RuleVersion("NDRC36-2026", FROM_DECISION, _GRADED)
SAMR_107 = RuleVersion("SAMR107-2025", FROM_DECISION, _GRADED)
NDRC_58 = RuleVersion("NDRC58-2023", FROM_PUBLICATION, _UNGRADED)
NDRC_58_SAFETY = RuleVersion("NDRC58-2023", FROM_PUBLICATION, _UNGRADED_SAFETY)
SAMR_45 = RuleVersion("SAMR45-2021", FROM_PUBLICATION, _SAMR_OLD)
SAMR_45_LOW_FINE = RuleVersion("SAMR45-2021", FROM_PUBLICATION, _SAMR_LOW_FINE)
SPC_2017 = RuleVersion("SPC-2017", FROM_DECISION, {Level.SEVERE: Span(None, 24)})
COMMENDATION = RuleVersion("守信激励", UNCOUNTED, {})

ORDER_36_SINCE = date(2026, 4, 1)
SAMR_107_SINCE = date(2025, 12, 25)
MARKET_REGULATOR = "市场监督管理"  # in the name of the department, whatever the city
LOW_FINE_YUAN = Decimal(10000)  # 较低数额罚款; the line is set province by province
# Fields in which Order 58 asked for a year: food, drugs, special equipment, work safety, fire.
SAFETY_LAWS = ("食品安全法", "药品管理法", "特种设备安全法", "安全生产法", "烟花爆竹", "危险化学品", "消防法")


def version_for(
    *,
    category: str,
    authority_name: str,
    decided_on: date,
    legal_basis: Sequence[str],
    fine_yuan: Decimal | None = None,
) -> RuleVersion:
    """The edition a decision falls under: by kind of fact, then by day, then by who decided."""
    if category == Category.COMMENDATION:
        return COMMENDATION
    if category == Category.JUDICIAL:
        return SPC_2017
    if decided_on >= ORDER_36_SINCE:
        return NDRC_36
    if MARKET_REGULATOR not in authority_name:
        return NDRC_58_SAFETY if _cites(legal_basis, SAFETY_LAWS) else NDRC_58
    if decided_on >= SAMR_107_SINCE:
        return SAMR_107
    return SAMR_45_LOW_FINE if fine_yuan and fine_yuan <= LOW_FINE_YUAN else SAMR_45


def publicity(version: RuleVersion, *, level: str, decided_on: date, published_on: date | None) -> Publicity:
    """The two last days of a record. Counted from publication where the edition says so, else from the decision."""
    span = version.spans.get(Level(level))
    if span is None:
        return Publicity(version.code, version.count_from, None, None)
    start = (published_on or decided_on) if version.count_from == FROM_PUBLICATION else decided_on
    least = add_months(start, span.least) if span.least is not None else None
    return Publicity(version.code, version.count_from, least, add_months(start, span.most))


# ---------------------------------------------------------------- bans (R1.21-R1.23)


@dataclass(frozen=True)
class StatutoryBan:
    """A law that itself forbids applying again, and the permits it speaks of (words of the item's name)."""

    law: str
    article: str
    permits: tuple[str, ...]


STATUTORY_BANS = (
    StatutoryBan("食品安全法", "第一百三十五条", ("食品生产许可", "食品经营许可")),
    StatutoryBan("药品管理法", "第一百二十三条", ("药品生产许可", "药品经营许可", "药品注册")),
    StatutoryBan("医疗器械监督管理条例", "第八十三条", ("医疗器械生产许可", "医疗器械经营许可", "医疗器械注册")),
    StatutoryBan("排污许可管理条例", "第四十条", ("排污许可",)),
)
GENERAL_BAN_LAW = "行政许可法"  # arts. 78 and 79: the same permit, and only if it concerns safety


def is_banned_from(
    item_code: str, item_name: str, *, basis: str, related_item_code: str, is_safety_critical: bool
) -> bool:
    """Whether a ban on this basis, made over `related_item_code`, reaches the item applied for.

    Articles 78 and 79 of the licensing law reach the very same permit, and only a safety-critical one; another statute
    reaches the same permit and whatever permits it names itself.
    """
    is_same_permit = bool(item_code) and item_code == related_item_code
    if GENERAL_BAN_LAW in basis:
        return is_same_permit and is_safety_critical
    statute = next((ban for ban in STATUTORY_BANS if ban.law in basis and ban.article in basis), None)
    return is_same_permit or (statute is not None and any(permit in item_name for permit in statute.permits))


def _cites(legal_basis: Sequence[str], laws: Sequence[str]) -> bool:
    return any(law in basis for basis in legal_basis for law in laws)
