"""公民身份号码 (GB 11643, RULES R7.05-R7.06)."""

import re
from datetime import date
from typing import Literal

from django.utils import timezone

from shenguan.identifiers.checksums import mod_11_2
from shenguan.identifiers.errors import IdentifierError
from shenguan.identifiers.text import normalise

# First two digits. Whether the county existed at birth is not tested: numbers are given at registration, not at birth.
PROVINCE = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
SHAPE = re.compile(r"[0-9]{17}[0-9X]")
EARLIEST_BIRTH_YEAR = 1900


def check_ric(text: str, today: date | None = None) -> str:
    """The number in normal form (X capital). Raises IdentifierError that says what is wrong.

    `today` bounds the date of birth; without it the current date in Asia/Shanghai.
    """
    number = normalise(text)
    if not number:
        raise IdentifierError("empty", "请填写公民身份号码。")
    if re.fullmatch(r"[0-9]{15}", number):
        raise IdentifierError("fifteen", "15 位身份号码已停用，请填写 18 位公民身份号码。")
    if len(number) != 18:
        raise IdentifierError("length", f"公民身份号码应为 18 位，现在是 {len(number)} 位。")
    if not SHAPE.fullmatch(number):
        raise IdentifierError("shape", "公民身份号码前 17 位应为数字，末位为数字或 X。")
    if not PROVINCE.match(number):
        raise IdentifierError("region", f"公民身份号码开头“{number[:2]}”不是省级行政区划代码。")
    _check_birth(number, today or timezone.localdate())
    if mod_11_2(number[:17]) != number[17]:
        raise IdentifierError("check_digit", "公民身份号码的校验位不符，请逐位核对是否有错字或颠倒。")
    return number


def warnings(text: str) -> list[str]:
    """Doubts about a valid number that do not stop anybody (RULES §13.2). Raises IdentifierError for an invalid one."""
    if check_ric(text)[14:17] == "000":
        return ["顺序码为 000，实际中不发放此号，请核对证件原件。"]
    return []


def looks_like_id_number(text: str) -> bool:
    """Whether this was meant as an ID number, right or mistyped: province, century and month of birth fit."""
    number = normalise(text)
    return (
        SHAPE.fullmatch(number) is not None
        and PROVINCE.match(number) is not None
        and number[6:8] in ("19", "20")
        and "01" <= number[10:12] <= "12"
    )


def birth_date(text: str) -> date:
    """The date of birth. Raises IdentifierError for an invalid number."""
    return date.fromisoformat(check_ric(text)[6:14])


def sex(text: str) -> Literal["男", "女"]:
    """男 when the order code is odd. Raises IdentifierError for an invalid number."""
    return "男" if int(check_ric(text)[16]) % 2 else "女"


def _check_birth(number: str, today: date) -> None:
    try:
        birth = date.fromisoformat(number[6:14])
    except ValueError:
        raise IdentifierError("birth", f"公民身份号码中的出生日期“{number[6:14]}”不存在。") from None
    if birth.year < EARLIEST_BIRTH_YEAR:
        raise IdentifierError("too_old", f"公民身份号码中的出生年份早于 {EARLIEST_BIRTH_YEAR} 年。")
    if birth > today:
        raise IdentifierError("future", "公民身份号码中的出生日期晚于今天。")
