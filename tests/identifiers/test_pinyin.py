"""Spellings people type into a search box."""

import pytest

from shenguan.identifiers.pinyin import initials, pinyin


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("食品经营许可", "spjyxk"),
        ("行政许可", "xzxk"),
        ("银行业金融机构", "yhyjrjg"),
        ("重大危险源", "zdwxy"),
        ("重新核发", "cxhf"),
        ("会计师事务所", "kjssws"),
        ("歌舞娱乐场所", "gwylcs"),
        ("种畜禽生产经营许可", "zcqscjyxk"),
        ("长途客运", "ctky"),
        ("第2类医疗器械（Ⅱ类）GSP认证", "d2lylqxlgsprz"),
        ("", ""),
    ],
)
def test_it_takes_first_letters_by_phrase(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_it_spells_out_without_blanks_tones_or_brackets() -> None:
    assert pinyin("食品经营许可（新办）") == "shipinjingyingxukexinban"


def test_it_keeps_letters_and_digits_whole() -> None:
    assert pinyin("KTV 2号") == "ktv2hao"
