"""Whole numbers from outside."""

import pytest

from shenguan.ui.numbers import LONGEST, whole_number


def test_it_reads_a_number() -> None:
    assert whole_number("42") == 42


def test_it_reads_the_longest_key() -> None:
    assert whole_number("9" * LONGEST) == 10**LONGEST - 1


@pytest.mark.parametrize("text", ["", "-1", "1.5", "四", "9" * (LONGEST + 1), "9" * 5000])
def test_it_takes_nothing_else(text: str) -> None:
    assert whole_number(text) is None
