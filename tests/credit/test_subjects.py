"""One row per party; finding it by code, name or initials."""

import pytest
from django.db import IntegrityError, transaction

from credit.actions.subjects import find_or_create, initials
from credit.models import Subject
from credit.selectors.subjects import lookup, same_name, search
from shenguan.access.actors import Actor
from shenguan.audit.models import AuditEntry
from shenguan.refusals import Invalid
from tests.factories.credit import SubjectFactory, id_number, uscc_number

pytestmark = pytest.mark.django_db
Kind = Subject.Kind
CODE, PERSON = uscc_number(500), id_number(500)


def register(by: Actor, **more) -> Subject:
    values = {"kind": Kind.ENTERPRISE, "name": "云州味满堂餐饮管理有限公司", "uscc": CODE}
    return find_or_create(by=by, **(values | more))


def test_it_creates_with_initials_and_audit(actor: Actor):
    subject = register(actor, contact="秦晓燕", phone="13800001001")

    assert (subject.uscc, subject.name_initials) == (CODE, "YZWMTCYGLYXGS")
    assert AuditEntry.objects.get().action == "subject.create"


def test_it_finds_the_same_code_however_typed(actor: Actor):
    known = register(actor)

    assert register(actor, uscc=f" {CODE[:8].lower()}-{CODE[8:]} ") == known
    assert Subject.objects.count() == 1


def test_it_finds_a_firm_that_changed_its_name(actor: Actor):
    known = register(actor)

    assert register(actor, name="云州新味餐饮有限公司") == known
    known.refresh_from_db()
    assert known.name == "云州味满堂餐饮管理有限公司"


def test_it_tells_namesakes_apart(actor: Actor):
    assert register(actor) != register(actor, uscc=uscc_number(501))


def test_it_fills_blanks_and_overwrites_nothing(actor: Actor):
    known = register(actor, contact="秦晓燕")

    register(actor, contact="别人", business_address="望江路13号")

    known.refresh_from_db()
    assert (known.contact, known.business_address) == ("秦晓燕", "望江路13号")


def test_it_finds_a_person_by_hash(actor: Actor):
    known = register(actor, kind=Kind.PERSON, name="郑启明", uscc="", id_number=PERSON)

    assert register(actor, kind=Kind.PERSON, name="郑启明", uscc="", id_number=PERSON.lower()) == known
    known.refresh_from_db()
    assert known.id_number == PERSON
    assert AuditEntry.objects.get().label == "郑*明"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"kind": "animal"}, "kind"),
        ({"uscc": CODE[:-1] + ("0" if CODE[-1] != "0" else "1")}, "uscc"),
        ({"uscc": PERSON}, "uscc"),
        ({"uscc": ""}, "uscc"),
        ({"kind": Kind.PERSON, "id_number": PERSON[:-1]}, "id_number"),
        ({"name": "  "}, "name"),
    ],
)
def test_it_refuses_with_the_field(actor: Actor, more: dict[str, str], field: str):
    with pytest.raises(Invalid) as refusal:
        register(actor, **more)

    assert list(refusal.value.errors) == [field]
    assert not Subject.objects.exists()


def test_it_survives_a_rival_registration(actor: Actor, monkeypatch: pytest.MonkeyPatch):
    rival = SubjectFactory(uscc=CODE)
    looks = iter([Subject.objects.none(), Subject.objects.filter(uscc=CODE)])
    monkeypatch.setattr("credit.actions.subjects._with_identity", lambda _: next(looks))

    assert register(actor) == rival


def test_the_database_wants_exactly_one_number():
    with pytest.raises(IntegrityError), transaction.atomic():
        SubjectFactory(uscc=None)


@pytest.mark.parametrize(("name", "expected"), [("重庆火锅", "CQHG"), ("乐器店A1", "YQDA1"), ("", "")])
def test_initials_follow_the_context(name: str, expected: str):
    assert initials(name) == expected


# ---------------------------------------------------------------- search


@pytest.fixture
def firms() -> list[Subject]:
    return [
        SubjectFactory(name="云州阳光宾馆", name_initials="YZYGBG"),
        SubjectFactory(name="临江区阳光早餐店", name_initials="LJQYGZCD"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("云州阳光", [0]),
        ("阳光", [0, 1]),
        ("yzyg", [0]),
        ("LJQ", [1]),
        ("阳光早餐", [1]),
        ("阳", []),  # one character says nothing
        ("月光", []),
        ("YGBG", []),  # initials are matched from the start
    ],
)
def test_it_searches_names_and_initials(firms: list[Subject], text: str, expected: list[int]):
    assert search(text) == [firms[index] for index in expected]


def test_it_searches_codes(firms: list[Subject]):
    assert search(firms[1].uscc.lower()) == [firms[1]]
    assert search(firms[1].uscc[:17]) == [firms[1]]


def test_it_puts_names_that_begin_so_first(firms: list[Subject]):
    begins = SubjectFactory(name="阳光旅馆")

    assert search("阳光")[0] == begins


def test_it_shows_no_more_than_asked(firms: list[Subject]):
    assert len(search("阳光", limit=1)) == 1


def test_it_never_browses_people():
    SubjectFactory(person=True, name="阳光")

    assert search("阳光") == []


def test_a_person_is_found_by_the_whole_number_only():
    person = SubjectFactory(person=True)

    assert search(person.id_number) == []
    assert lookup(person.id_number) == person


def test_it_looks_up_a_firm_by_code(firms: list[Subject]):
    assert lookup(f" {firms[0].uscc} ") == firms[0]


@pytest.mark.parametrize("code", ["", "12345", CODE, PERSON])
def test_it_looks_up_nobody_for_an_unknown_or_wrong_number(code: str):
    assert lookup(code) is None


def test_it_warns_of_namesakes(firms: list[Subject]):
    namesake = SubjectFactory(name=firms[0].name)

    assert list(same_name(firms[0])) == [namesake]
