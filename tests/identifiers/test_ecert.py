"""电子证照标识 (RULES R7.11)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shenguan.identifiers.checksums import ALPHANUMERIC
from shenguan.identifiers.ecert import check_ecert, make_ecert
from shenguan.identifiers.errors import IdentifierError
from tests.domain import cases

CASES = cases("ecert")
TYPE, ISSUER = "11100000MB0341032Y002", "1143090000XX000518"
SOUND = CASES["valid"][0]


@pytest.mark.parametrize("value", CASES["valid"] + CASES["known_samples"])
def test_it_accepts_real_and_made_up_samples(value):
    assert check_ecert(value) == value


@pytest.mark.parametrize("value", CASES["valid"] + CASES["known_samples"])
def test_it_makes_the_samples_from_their_parts(value):
    type_code, issuer, serial, version, _ = value.removeprefix("1.2.156.3005.2.").split(".")
    assert make_ecert(type_code, issuer, serial, int(version)) == value


def test_it_returns_the_normal_form():
    assert check_ecert(f" {SOUND.lower()} ") == SOUND


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "empty"),
        (SOUND.replace("3005.2.", "3005.3."), "root"),
        (SOUND.replace(".001.", ".1."), "shape"),
        (SOUND.replace(".XKZ", ".XKZ_"), "shape"),
        (SOUND[:-1] + "U", "check_digit"),
        (SOUND.replace("20260001", "20260002"), "check_digit"),
    ],
)
def test_it_says_what_is_wrong(value, code):
    with pytest.raises(IdentifierError) as refused:
        check_ecert(value)
    assert refused.value.code == code


def test_it_refuses_to_make_one_from_a_serial_with_other_characters():
    with pytest.raises(IdentifierError, match="数字和大写字母"):
        make_ecert(TYPE, ISSUER, "许可2026", 1)


def test_it_refuses_to_make_one_with_a_short_type_code():
    with pytest.raises(IdentifierError):
        make_ecert(TYPE[:-1], ISSUER, "XKZ20260001", 1)


@given(st.text(ALPHANUMERIC, min_size=1, max_size=20), st.integers(1, 999), st.data())
def test_it_notices_every_single_wrong_character_of_the_serial(serial, version, data):
    sound = make_ecert(TYPE, ISSUER, serial, version)
    place = data.draw(st.integers(0, len(serial) - 1))
    mark = data.draw(st.sampled_from([c for c in ALPHANUMERIC if c != serial[place]]))
    wrong = serial[:place] + mark + serial[place + 1 :]
    with pytest.raises(IdentifierError):
        check_ecert(sound.replace(f".{serial}.{version:03d}.", f".{wrong}.{version:03d}."))
