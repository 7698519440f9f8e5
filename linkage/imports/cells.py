"""Converters of cells: text as typed in real lists to values of our fields. Each raises CellError with one sentence."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Choices

from linkage.imports.problems import CellError
from shenguan.identifiers import ric, uscc
from shenguan.identifiers.errors import IdentifierError
from shenguan.identifiers.text import FORMAT_MARKS, FULL_WIDTH

Convert = Callable[[str], Any]

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
LIST_MARKS = "|；;\n"
WORD_MARKS = "|；;\n、，,/ "  # for closed sets of words, none of which contains such a mark
LARGEST = 32767  # what a small integer column holds on every database
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._〔〕()-]*")
DAYS = re.compile(r"(\d+)\(?(个?工作日|个?自然日|个?月|天|日)?(?:内|以内)?\)?")
SCIENTIFIC = re.compile(r"[\d.]+[Ee]\+\d+")
AT_ONCE = {"即办", "即时", "当场", "当场办结", "即时办结", "立即办理"}
YES = {"是", "有", "√", "✓", "y", "yes", "true", "1"}
NO = {"否", "无", "×", "✗", "n", "no", "false", "0"}


def half_width(raw: str) -> str:
    """Full-width letters, digits and signs as half-width ones, without invisible marks and outer blanks."""
    return raw.translate(FULL_WIDTH).translate(FORMAT_MARKS).strip()


def text(raw: str) -> str:
    """Text as written; line breaks inside a cell are layout, not content."""
    return " ".join(re.sub(r"\s*\n\s*", "", raw.translate(FORMAT_MARKS)).split())


def code(raw: str) -> str:
    """A code of letters, digits and hyphens."""
    value = "".join(half_width(raw).split())
    _check_digits_kept(value)
    if not CODE.fullmatch(value):
        raise CellError(f"“{raw}”不是代码，只能由字母、数字和连字符组成。")
    return value


def organisation_code(raw: str) -> str:
    """统一社会信用代码 in normal form (R7.01)."""
    return _checked(uscc.check_uscc, raw)


def id_number(raw: str) -> str:
    """公民身份号码 in normal form (R7.05)."""
    return _checked(ric.check_ric, raw)


def phone(raw: str) -> str:
    """A mobile number, or a fixed line with area code (0700-6180001)."""
    value = "".join(half_width(raw).split())
    if not re.fullmatch(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}", value):
        raise CellError(f"“{raw}”不是电话号码，应为 11 位手机号或带区号的固定电话。")
    return value


def email(raw: str) -> str:
    """A mailbox, e.g. li@example.gov.cn."""
    value = "".join(half_width(raw).split())
    try:
        validate_email(value)
    except ValidationError as error:
        raise CellError(f"“{raw}”不是邮箱地址，应如 li@example.gov.cn。") from error
    return value


def integer(raw: str) -> int:
    """A whole number, zero or more; a percent sign behind it is read over."""
    value = half_width(raw).removesuffix("%").replace(",", "")
    value = re.sub(r"\.0+$", "", value)
    if not value.isdecimal():
        raise CellError(f"“{raw}”不是整数。")
    return int(value)


def small_integer(raw: str) -> int:
    """A whole number that a small column holds."""
    value = integer(raw)
    if value > LARGEST:
        raise CellError(f"“{raw}”太大，最大为 {LARGEST}。")
    return value


def working_days(raw: str) -> int:
    """工作日. Lists that give 自然日 or months are folded at 20 工作日 to a month of 30 自然日 (三个月 = 60)."""
    value = "".join(half_width(raw).split())
    if value in AT_ONCE:
        return 1
    match = DAYS.fullmatch(value)
    if match is None:
        raise CellError(f"“{raw}”不是天数，应写成“20”或“20个工作日”。")
    number, unit = int(match[1]), (match[2] or "").removeprefix("个")
    days = {"自然日": number * 2 // 3, "天": number * 2 // 3, "月": number * 20}.get(unit, number)
    if days > LARGEST:
        raise CellError(f"“{raw}”太大，最大为 {LARGEST}。")
    return days


def amount(raw: str) -> Decimal:
    """An amount in 元 with at most two decimals."""
    value = half_width(raw).replace(",", "").removesuffix("元")
    if not re.fullmatch(r"\d{1,14}(\.\d{1,2})?", value):
        raise CellError(f"“{raw}”不是金额，应为以元计的数字，最多两位小数。")
    return Decimal(value)


def day(raw: str) -> date:
    """A date that exists."""
    value = re.sub(r"[ T]00:00(:00)?$", "", half_width(raw))
    match = DAY.fullmatch(value) or COMPACT_DAY.fullmatch(value)
    if match is None:
        raise CellError(f"“{raw}”不是日期，应写成 2026-11-20。")
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        raise CellError(f"“{raw}”这一天不存在，请核对年月日。") from None


def moment(raw: str) -> datetime:
    """A time in Shanghai."""
    try:
        value = datetime.fromisoformat(half_width(raw).replace("/", "-"))
    except ValueError:
        raise CellError(f"“{raw}”不是存在的时间，应写成 2026-11-20 09:30。") from None
    return value if value.tzinfo else value.replace(tzinfo=OFFICE_ZONE)


def yes_no(raw: str) -> bool:
    """是 or 否, and the signs lists use for them."""
    value = half_width(raw).lower()
    if value not in YES | NO:
        raise CellError(f"“{raw}”无法识别，应填“是”或“否”。")
    return value in YES


def either(yes: str, no: str) -> Convert:
    """One of two words that mean yes and no in this column."""

    def convert(raw: str) -> bool:
        if raw.strip() not in (yes, no):
            raise CellError(f"“{raw}”无法识别，应填“{yes}”或“{no}”。")
        return raw.strip() == yes

    return convert


def choice(choices: type[Choices], others: Mapping[str, str] | None = None) -> Convert:
    """The value behind a Chinese label; `others` are further words for values."""
    labels = {str(label): value for value, label in choices.choices}
    words = {**{str(value): value for value in choices.values}, **labels, **(others or {})}

    def convert(raw: str) -> Any:
        value = text(raw)
        if value not in words:
            raise CellError(f"“{raw}”不在可选项内，应为：{'、'.join(labels)}。")
        return words[value]

    return convert


def one_of(*words: str) -> Convert:
    """One of these words, kept as written."""

    def convert(raw: str) -> str:
        value = text(raw)
        if value not in words:
            raise CellError(f"“{raw}”不在可选项内，应为：{'、'.join(words)}。")
        return value

    return convert


def listing(raw: str) -> list[str]:
    """Texts divided by | or, in a cell without it, by semicolons and line breaks; never inside brackets."""
    return split(raw, "|" if "|" in raw else LIST_MARKS)


def words_of(words: Mapping[str, str]) -> Convert:
    """Several of these words, divided by any common mark, as the values behind them."""

    def convert(raw: str) -> list[str]:
        found = split(raw, WORD_MARKS)
        for word in found:
            if word not in words:
                raise CellError(f"“{word}”不在可选项内，应为：{'、'.join(words)}。")
        return list(dict.fromkeys(words[word] for word in found))

    return convert


def several(*words: str) -> Convert:
    """Several of these words, kept as written."""
    return words_of({word: word for word in words})


def citations(raw: str) -> list[str]:
    """Cited laws, one each: lists set them side by side, and a title may hold another one in 〈〉, <> or 《》."""
    found = []
    for part in split(raw, LIST_MARKS):
        depth, start = 0, 0
        for at, char in enumerate(part):
            if char == "《":
                if depth == 0 and part[start:at].strip("、，,和及 "):
                    found.append(part[start:at])
                    start = at
                depth += 1
            elif char == "》":
                depth = max(depth - 1, 0)
        found.append(part[start:])
    return [cited for cited in (piece.strip("、，, ") for piece in found) if cited]


def split(raw: str, marks: str) -> list[str]:
    """Parts of a cell between `marks` that stand outside brackets, without empty ones."""
    parts, depth = [""], 0
    for char in raw.translate(FORMAT_MARKS):
        depth += (char in "（(《〈") - (char in "）)》〉")
        if char in marks and depth <= 0:
            parts.append("")
            depth = 0
        else:
            parts[-1] += char
    return [part.strip() for part in parts if part.strip()]


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same but for blanks, width and style of brackets, and a trailing *."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).rstrip("*")


def _checked(check: Callable[[str], str], raw: str) -> str:
    _check_digits_kept(half_width(raw))
    try:
        return check(raw)
    except IdentifierError as error:
        raise CellError(f"“{raw}”有误：{error.message}") from error


def _check_digits_kept(value: str) -> None:
    if SCIENTIFIC.fullmatch(value):
        raise CellError(f"“{value}”被 Excel 变成了科学计数，后几位已丢失，请把该列设为文本格式后重填。")
