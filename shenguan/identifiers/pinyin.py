"""Pinyin of names, for search by full spelling and initials; polyphones by phrase (行政 xing, 银行 hang)."""

from pypinyin import Style, lazy_pinyin, load_phrases_dict

# Phrases of administrative language that the dictionary misses or reads otherwise.
load_phrases_dict(
    {
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
)


def pinyin(text: str) -> str:
    """Full spelling in small letters without blanks or tones: 食品经营许可 → shipinjingyingxuke."""
    return "".join(lazy_pinyin(text, errors=_letters_and_digits)).lower()


def initials(text: str) -> str:
    """First letters in small letters: 食品经营许可 → spjyxk. Latin letters and digits of the name stay whole."""
    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER, errors=_letters_and_digits)).lower()


def _letters_and_digits(chars: str) -> str:
    """What is kept of characters without pinyin: nobody types punctuation into a search box."""
    return "".join(char for char in chars if char.isascii() and char.isalnum())
