"""A guess at the days off of years whose calendar is not published yet (暂定, RULES fact 9).

Only what 全国年节及纪念日放假办法 (2024-11-10) fixes by itself: thirteen statutory days, and a working day made good
for each that falls on a weekend (R1.42). Make-up working days (调休) are decided year by year and cannot be guessed.
"""

from datetime import date, timedelta
from functools import lru_cache

# (month, day) of 除夕, 清明, 端午, 中秋: dates of the lunar calendar (GB/T 33661-2017), checked against an open holiday
# library; 清明 also by test against solar terms. Years beyond the table fall back to the fixed-date holidays.
MOVABLE = {
    2027: ((2, 5), (4, 5), (6, 9), (9, 15)),
    2028: ((1, 25), (4, 4), (5, 28), (10, 3)),
    2029: ((2, 12), (4, 4), (6, 16), (9, 22)),
    2030: ((2, 2), (4, 5), (6, 5), (9, 12)),
}
MOVABLE_NAMES = ("春节", "清明节", "端午节", "中秋节")
MOVABLE_LENGTHS = (4, 1, 1, 1)  # 除夕 to 初三; the others one day each
FIXED = (("元旦", 1, 1, 1), ("劳动节", 5, 1, 2), ("国庆节", 10, 1, 3))


@lru_cache(maxsize=64)
def rest_days(year: int) -> dict[date, str]:
    """Day off -> name of the holiday, weekends' substitutes included (补假)."""
    blocks = [(name, date(year, month, day), length) for name, month, day, length in FIXED]
    for name, first, length in zip(MOVABLE_NAMES, MOVABLE.get(year, ()), MOVABLE_LENGTHS, strict=False):
        blocks.append((name, date(year, *first), length))
    days = {start + timedelta(offset): name for name, start, length in blocks for offset in range(length)}
    for day, name in sorted(days.items()):
        if day.weekday() >= 5:
            days[_next_free_weekday(day, days)] = name
    return days


def _next_free_weekday(day: date, taken: dict[date, str]) -> date:
    """The first Monday-to-Friday after `day` that is not a holiday already."""
    while day.weekday() >= 5 or day in taken:
        day += timedelta(1)
    return day
