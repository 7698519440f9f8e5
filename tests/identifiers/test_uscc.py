"""统一社会信用代码 (RULES R7.01-R7.04)."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shenguan.identifiers import uscc
from shenguan.identifiers.checksums import USCC_ALPHABET, organisation_check, uscc_check
from shenguan.identifiers.errors import IdentifierError
from tests.domain import cases

CASES = cases("uscc")
DEMO_CITY = Path(__file__).parents[2] / "demo_city"
VALID = "91430900MAXXXX015D"


@st.composite
def codes(draw):
    """Valid codes of every prefix."""
    body = draw(st.sampled_from(sorted(uscc.PREFIXES)))
    body += "".join(draw(st.lists(st.sampled_from("0123456789"), min_size=6, max_size=6)))
    organisation = "MA" + "".join(draw(st.lists(st.sampled_from(USCC_ALPHABET), min_size=6, max_size=6)))
    body += organisation + organisation_check(organisation)
    return body + uscc_check(body)


@pytest.mark.parametrize("case", CASES["valid"] + CASES["letter_prefix_valid_by_standard"], ids=lambda c: c["value"])
def test_it_accepts_a_code_of_every_kind(case):
    assert uscc.check_uscc(case["value"]) == case["value"]


@pytest.mark.parametrize("case", CASES["normalise_then_valid"], ids=lambda c: c["normal"])
def test_it_returns_the_normal_form(case):
    assert uscc.check_uscc(case["value"]) == case["normal"]


@pytest.mark.parametrize("case", CASES["invalid"], ids=lambda c: c["reason"])
def test_it_refuses_a_wrong_code(case):
    with pytest.raises(IdentifierError):
        uscc.check_uscc(case["value"])


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "empty"),
        ("91430900MAXXXX015", "length"),
        ("91430900MAXXXX015DD", "length"),
        ("000000000000000000", "constant"),
        ("91430900MAOXXX015D", "alphabet"),
        ("91430900MA×XXX015D", "alphabet"),
        ("94430900MAXXXX015D", "prefix"),
        ("914309A0MAXXXX015D", "region"),
        ("91430900MAXXXX051D", "check_digit"),
        ("430902190003070015", "id_number"),
        ("43090219000307001x", "id_number"),
    ],
)
def test_it_says_what_is_wrong(value, code):
    with pytest.raises(IdentifierError) as refused:
        uscc.check_uscc(value)
    assert refused.value.code == code


def test_it_names_an_id_number_as_such():
    with pytest.raises(IdentifierError, match="公民身份号码"):
        uscc.check_uscc("11010119000307007X")


def test_it_refuses_all_zeros_although_the_check_digit_fits():
    assert uscc_check("0" * 17) == "0"
    with pytest.raises(IdentifierError, match="同一个字符"):
        uscc.check_uscc("0" * 18)


def test_it_does_not_warn_about_a_sound_organisation_code():
    assert uscc.warnings(VALID) == []


def test_it_warns_about_an_organisation_code_with_a_wrong_check():
    body = "91430900MAXXXX016"
    assert len(uscc.warnings(body + uscc_check(body))) == 1


def test_it_tells_the_kind_of_body():
    assert uscc.kind(VALID) == "企业"


@pytest.mark.parametrize("table", ["部门.csv", "主体.csv"])
def test_it_accepts_every_code_of_the_demo_city_without_a_warning(table):
    with (DEMO_CITY / table).open(encoding="utf-8-sig", newline="") as rows:
        found = [row["统一社会信用代码"] for row in csv.DictReader(rows) if row["统一社会信用代码"]]
    assert found
    assert [code for code in found if uscc.warnings(code)] == []


@given(codes())
def test_it_accepts_every_well_formed_code(code):
    assert uscc.check_uscc(code) == code


@given(codes(), st.integers(2, 17), st.sampled_from(USCC_ALPHABET))
def test_it_notices_every_single_wrong_character(code, place, mark):
    changed = code[:place] + mark + code[place + 1 :]
    if changed == code:
        assert uscc.check_uscc(changed) == code
    else:
        with pytest.raises(IdentifierError):
            uscc.check_uscc(changed)


@given(codes(), st.integers(8, 15))
def test_it_notices_neighbours_that_changed_places(code, place):
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (uscc_check(swapped[:17]) == swapped[17]) == (swapped == code)
