"""文号 (RULES R7.12)."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shenguan.identifiers.docno import check_docno, format_docno
from shenguan.identifiers.errors import IdentifierError
from tests.domain import cases

CASES = cases("docno")
DEMO_CITY = Path(__file__).parents[2] / "demo_city"


@pytest.mark.parametrize("case", [c for c in CASES if c["valid"]], ids=lambda c: c["value"])
def test_it_accepts_a_document_number_of_the_standard(case):
    assert check_docno(f" {case['value']} ") == case["value"]


@pytest.mark.parametrize("case", [c for c in CASES if not c["valid"]], ids=lambda c: c["value"])
def test_it_refuses_any_other_form(case):
    with pytest.raises(IdentifierError):
        check_docno(case["value"])


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "empty"),
        ("云审许[2026]12号", "brackets"),
        ("云审许﹝2026﹞12号", "brackets"),
        ("云审许（2026）12号", "brackets"),
        ("云审许〔2026〕第12号", "di"),
        ("云审许〔2026〕012号", "leading_zero"),
        ("云审许〔2026〕0号", "leading_zero"),
        ("云审许〔2026〕12", "suffix"),
        ("〔2026〕12号", "prefix"),
        ("云审许〔26〕12号", "shape"),
        ("云审许〔2026〕号", "shape"),
        ("云审许〔2026〕１２号", "shape"),
        ("云审许〔2026〕12号之一号", "shape"),
    ],
)
def test_it_says_what_is_wrong(value, code):
    with pytest.raises(IdentifierError) as refused:
        check_docno(value)
    assert refused.value.code == code


def test_it_refuses_to_format_without_a_prefix():
    with pytest.raises(IdentifierError):
        format_docno("", 2026, 1)


def test_it_refuses_to_format_number_zero():
    with pytest.raises(IdentifierError):
        format_docno("云审许", 2026, 0)


def test_it_accepts_every_document_number_of_the_demo_city():
    with (DEMO_CITY / "信用记录.csv").open(encoding="utf-8-sig", newline="") as rows:
        # Courts number their cases （2026）…号 under rules of their own; those are not 文号.
        found = [row["文书号"] for row in csv.DictReader(rows) if not row["文书号"].startswith("（")]
    assert found
    assert [check_docno(docno) for docno in found] == found


@given(st.integers(1900, 2099), st.integers(1))
def test_it_checks_what_it_formats(year, n):
    assert check_docno(format_docno("云审许", year, n)) == f"云审许〔{year}〕{n}号"
