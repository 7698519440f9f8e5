"""Case and document numbers."""

from datetime import date

import pytest
from django.db import transaction

from approvals.actions import numbers
from approvals.models import Document, IssuingWord
from shenguan.identifiers.docno import check_docno
from shenguan.org.models import Department
from tests.factories.ground import DepartmentFactory

pytestmark = pytest.mark.django_db


def test_it_uses_the_words_the_city_entered(office: Department) -> None:
    IssuingWord.objects.create(department=office, word="云州审批", case_prefix="YZSP")

    assert numbers.next_document_number(office, Document.Kind.GRANT, 2026) == "云州审批许〔2026〕1号"
    assert numbers.next_case_number(office, date(2026, 11, 20)) == "YZSP20261120-0001"


def test_it_counts_every_kind_and_year_anew(office: Department) -> None:
    kinds = [(Document.Kind.ACCEPTANCE, 2026), (Document.Kind.ACCEPTANCE, 2027), (Document.Kind.GRANT, 2026)]

    given = [numbers.next_document_number(office, kind, year) for kind, year in kinds * 2]

    assert given[:3] == ["云审受〔2026〕1号", "云审受〔2027〕1号", "云审许〔2026〕1号"]
    assert given[3:] == ["云审受〔2026〕2号", "云审受〔2027〕2号", "云审许〔2026〕2号"]


@pytest.mark.parametrize("kind", Document.Kind.values)
def test_it_makes_legal_numbers_of_every_kind(office: Department, kind: str) -> None:
    assert check_docno(numbers.next_document_number(office, kind, 2026))


@pytest.mark.parametrize(
    ("short_name", "word"),
    [
        ("市卫健委", "云卫健"),
        ("市生态环境局", "云生态环境"),
        ("临江区市场监管局", "云临江区市场监管"),
        ("第3局", "云第三"),
    ],
)
def test_it_guesses_words_from_names(short_name: str, word: str) -> None:
    assert numbers.issuing_word(DepartmentFactory(short_name=short_name)).word == word


def test_it_guesses_no_word_twice() -> None:
    first, second = (DepartmentFactory(short_name="分局", name=f"云州市{place}分局") for place in "东西")

    words = {numbers.issuing_word(department).word for department in (first, second)}

    assert len(words) == 2


def test_it_gives_numbers_back_with_the_transaction(office: Department) -> None:
    with transaction.atomic():
        numbers.next_permit_number(office, 2026)
        transaction.set_rollback(True)

    assert numbers.next_permit_number(office, 2026) == "云审证〔2026〕1号"
