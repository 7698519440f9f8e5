"""Normal form of typed codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shenguan.identifiers.text import normalise


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("９１４３ａｂ", "9143AB"),
        (" 9143\u3000 00\t", "914300"),
        ("9143-00—11－22", "9143001122"),
        ("9143\u200b00\ufeff", "914300"),
        ("", ""),
    ],
)
def test_it_folds_width_blanks_hyphens_and_case(typed, normal):
    assert normalise(typed) == normal


@pytest.mark.parametrize("mark", ["①", "²", "﹝", "Ⅷ", "٣"])
def test_it_does_not_turn_other_characters_into_digits(mark):
    assert normalise(mark) == mark


@given(st.text())
def test_it_is_idempotent(text):
    assert normalise(normalise(text)) == normalise(text)
