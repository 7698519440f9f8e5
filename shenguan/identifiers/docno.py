"""文号 (GB/T 9704-2012, RULES R7.12): 机关代字〔四位年份〕顺序号号."""

import re

from shenguan.identifiers.errors import IdentifierError

PATTERN = re.compile(r"(?P<prefix>[\u4e00-\u9fff（）]+)〔(?P<year>(?:19|20)[0-9]{2})〕(?P<number>[1-9][0-9]*)号")
BRACKETS = re.compile(r"[\[【﹝（(［]\s*[0-9]{4}\s*[\]】﹞）)］]")


def check_docno(text: str) -> str:
    """The document number without blanks around it. Raises IdentifierError that says what is wrong.

    Nothing is repaired: a document number is quoted in legal documents as it stands.
    """
    docno = text.strip()
    if not docno:
        raise IdentifierError("empty", "请填写文号。")
    if BRACKETS.search(docno):
        raise IdentifierError("brackets", "文号的年份应使用六角括号〔〕，如 云审许〔2026〕12号。")
    if "第" in docno:
        raise IdentifierError("di", "文号的顺序号前不加“第”字，如 云审许〔2026〕12号。")
    if re.search(r"〕0", docno):
        raise IdentifierError("leading_zero", "文号的顺序号不编虚位，应写 12号 而不是 012号。")
    if not docno.endswith("号"):
        raise IdentifierError("suffix", "文号应以“号”字结尾。")
    if docno.startswith("〔"):
        raise IdentifierError("prefix", "文号缺少机关代字，如 云审许〔2026〕12号。")
    if not PATTERN.fullmatch(docno):
        raise IdentifierError("shape", "文号应为 机关代字〔四位年份〕顺序号号，如 云审许〔2026〕12号。")
    return docno


def format_docno(prefix: str, year: int, n: int) -> str:
    """The document number `n` of `prefix` in `year`. Raises IdentifierError when the parts do not make one."""
    return check_docno(f"{prefix}〔{year}〕{n}号")
