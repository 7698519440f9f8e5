"""Pinyin of names, for search by full spelling and initials; polyphones by phrase (行政 xing, 银行 hang)."""

from collections.abc import Callable
from functools import cache, lru_cache

# Phrases of administrative language that the dictionary misses or reads otherwise.
PHRASES = {
    "准予": [["zhǔn"], ["yǔ"]],
    "给予": [["jǐ"], ["yǔ"]],
    "参与": [["cān"], ["yù"]],
    "重新": [["chóng"], ["xīn"]],
    "调剂": [["tiáo"], ["jì"]],
    "调运": [["diào"], ["yùn"]],
    "行业": [["háng"], ["yè"]],
    "种畜禽": [["zhǒng"], ["chù"], ["qín"]],
    "屠宰场": [["tú"], ["zǎi"], ["chǎng"]],
}

PLAIN = "="  # marks what has no pinyin; no syllable begins with it


def pinyin(text: str) -> str:
    """Full spelling in small letters without blanks or tones: 食品经营许可 → shipinjingyingxuke."""
    return "".join(part.removeprefix(PLAIN) for part in _parts(text)).lower()


def initials(text: str) -> str:
    """First letters in small letters: 食品经营许可 → spjyxk. Latin letters and digits of the name stay whole."""
    return "".join(part[1:] if part.startswith(PLAIN) else part[0] for part in _parts(text)).lower()


@lru_cache(maxsize=256)
def _parts(text: str) -> list[str]:
    """Syllables, and marked runs of letters and digits in between; nobody types punctuation into a search box."""
    return _speller()(text, errors=lambda chars: PLAIN + "".join(c for c in chars if c.isascii() and c.isalnum()))


@cache
def _speller() -> Callable[..., list[str]]:
    """The dictionary weighs 55 MB: a process that never spells a name, such as a worker, does without it."""
    from pypinyin import lazy_pinyin, load_phrases_dict  # noqa: PLC0415

    load_phrases_dict(PHRASES)
    return lazy_pinyin
