"""公民身份号码 (RULES R7.05-R7.06)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shenguan.identifiers import ric
from shenguan.identifiers.checksums import mod_11_2
from shenguan.identifiers.errors import IdentifierError
from tests.domain import cases

CASES = cases("ric")
ACCEPTED = CASES["valid"] + CASES["valid_all_libs"] + CASES["stdnum_false_negatives"]
TODAY = date(2026, 11, 20)


def number(region="430902", birth="19900307", order="001"):
    """A number with the right last place."""
    body = region + birth + order
    return body + mod_11_2(body)


@pytest.mark.parametrize("case", ACCEPTED, ids=lambda c: c["value"])
def test_it_accepts_a_valid_number(case):
    assert ric.check_ric(case["value"], TODAY) == case["value"]


@pytest.mark.parametrize("case", [c for c in ACCEPTED if "sex" in c], ids=lambda c: c["value"])
def test_it_reads_the_sex(case):
    assert ric.sex(case["value"]) == case["sex"]


@pytest.mark.parametrize("case", [c for c in ACCEPTED if "birth" in c], ids=lambda c: c["value"])
def test_it_reads_the_date_of_birth(case):
    assert ric.birth_date(case["value"]) == date.fromisoformat(case["birth"])


@pytest.mark.parametrize("case", CASES["invalid"], ids=lambda c: c["reason"])
def test_it_refuses_a_wrong_number(case):
    with pytest.raises(IdentifierError):
        ric.check_ric(case["value"], TODAY)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "empty"),
        ("430902900307001", "fifteen"),
        ("43090219900307001", "length"),
        ("4309021990030700X1", "shape"),
        ("43090219900307٣٣٣٣", "shape"),
        (number(region="990000"), "region"),
        (number(region="550000"), "region"),
        (number(birth="19900230"), "birth"),
        (number(birth="18991231"), "too_old"),
        (number(birth="20261121"), "future"),
        ("430902190003070010", "check_digit"),
    ],
)
def test_it_says_what_is_wrong(value, code):
    with pytest.raises(IdentifierError) as refused:
        ric.check_ric(value, TODAY)
    assert refused.value.code == code


def test_it_accepts_a_child_born_today():
    assert ric.check_ric(number(birth="20261120"), TODAY)


def test_it_accepts_a_county_younger_than_the_birth_year():
    assert ric.check_ric(number(region="430902", birth="19500101"), TODAY)


def test_it_takes_a_small_x_and_full_width_digits():
    assert ric.check_ric("４3090219110228091x ", TODAY) == "43090219110228091X"


@pytest.mark.parametrize("case", CASES["warned"], ids=lambda c: c["reason"])
def test_it_accepts_order_code_000_with_a_warning(case):
    assert ric.check_ric(case["value"], TODAY) == case["value"]
    assert len(ric.warnings(case["value"])) == 1


def test_it_does_not_warn_about_order_code_001():
    assert ric.warnings(number(order="001")) == []


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_it_notices_every_single_wrong_digit(birth, order, place, shift):
    sound = number(birth=f"{birth:%Y%m%d}", order=f"{order:03d}")
    wrong = sound[:place] + str((int(sound[place]) + shift) % 10) + sound[place + 1 :]
    assert ric.check_ric(sound, TODAY) == sound
    with pytest.raises(IdentifierError):
        ric.check_ric(wrong, TODAY)
