"""Case, document and permit numbers: gapless per department and year or day (RULES R7.12, DESIGN §4)."""

import re
from datetime import date

from django.conf import settings

from approvals.models import Document, IssuingWord
from shenguan.identifiers import pinyin, series
from shenguan.identifiers.docno import format_docno
from shenguan.org.models import Department

Kind = Document.Kind

# Follows the department's word: 云审 + 受 + 〔2026〕12号.
KIND_WORDS: dict[str, str] = {
    Kind.RECEIPT: "收",
    Kind.ACCEPTANCE: "受",
    Kind.TOLERANCE: "容受",
    Kind.CORRECTION: "补",
    Kind.NON_ACCEPTANCE: "不受",
    Kind.NOT_REQUIRED: "免",
    Kind.EXTENSION: "延",
    Kind.PAUSE: "特",
    Kind.GRANT: "许",
    Kind.REFUSAL: "不许",
    Kind.COMMITMENT: "承",
    Kind.TERMINATION: "终",
    Kind.REVOCATION: "撤",
    Kind.WITHDRAWAL: "撤回",
    Kind.CHANGE: "变",
    Kind.SUSPENSION: "扣",
    Kind.CANCELLATION: "销",
}
PERMIT_WORD = "证"
DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")


def next_case_number(department: Department, day: date) -> str:
    """办件编号, e.g. YZ20261120-0001: one series per department and day."""
    prefix = issuing_word(department).case_prefix
    return case_number(prefix, day, series.take(case_series(department, day), day.year)[0])


def case_series(department: Department, day: date) -> str:
    """The series a department's case numbers of a day come from, in the day's year."""
    return f"case:{department.code}:{day:%m%d}"


def case_number(prefix: str, day: date, number: int) -> str:
    """The text of a 办件编号; `prefix` is that of the department's issuing word."""
    return f"{prefix}{day:%Y%m%d}-{number:04d}"


def next_document_number(department: Department, kind: str, year: int) -> str:
    """文号, e.g. 云审受〔2026〕12号: one series per 代字 and year."""
    return _next_docno(department, KIND_WORDS[kind], year)


def next_permit_number(department: Department, year: int) -> str:
    """证照编号, e.g. 云审证〔2026〕12号."""
    return _next_docno(department, PERMIT_WORD, year)


def issuing_word(department: Department) -> IssuingWord:
    """The department's words; guessed from its name the first time, for the office to change as it likes."""
    known = IssuingWord.objects.filter(department=department).first()
    if known is not None:
        return known
    guess = {"word": _guess_word(department), "case_prefix": _guess_prefix(department)}
    return IssuingWord.objects.get_or_create(department=department, defaults=guess)[0]


def _next_docno(department: Department, kind_word: str, year: int) -> str:
    word = issuing_word(department).word + kind_word
    return format_docno(word, year, series.take(f"document:{word}", year)[0])


def _is_city_approval(department: Department) -> bool:
    return department.kind == Department.Kind.APPROVAL and department.level == Department.Level.CITY


def _guess_word(department: Department) -> str:
    """云审 for the city's approval office, 云水利 for 市水利局; the full name where a short one is taken."""
    city = settings.CITY_NAME[0]
    guesses = [f"{city}审"] if _is_city_approval(department) else []
    guesses += [city + _bare(department.short_name.removeprefix("市")), city + _bare(department.name)]
    taken = set(IssuingWord.objects.filter(word__in=guesses).values_list("word", flat=True))
    return next((guess for guess in guesses if guess not in taken), f"{guesses[-1]}{department.pk}".translate(DIGITS))


def _bare(name: str) -> str:
    """The name without 局 or 委 at its end and without anything that is no Chinese character (R7.12)."""
    return re.sub(r"(?<=.)(?:局|委|委员会)$", "", re.sub(r"[^\u4e00-\u9fff]", "", name.translate(DIGITS)))


def _guess_prefix(department: Department) -> str:
    """YZ for the city's approval office; YZ + department code for others."""
    initials = pinyin.initials(settings.CITY_NAME.rstrip("市")).upper()
    if _is_city_approval(department) and not IssuingWord.objects.filter(case_prefix=initials).exists():
        return initials
    return initials + re.sub(r"[^A-Z0-9]", "", department.code.upper())
