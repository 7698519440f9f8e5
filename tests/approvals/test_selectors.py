"""Searches, lists and the people to tell."""

from typing import Any

import pytest

from approvals.models import Application, ApprovalItem, ItemVariant
from approvals.selectors import applications, credit_terms, global_search, items, people
from shenguan.access.roles import Role
from shenguan.org.models import Department
from tests.approvals.conftest import People
from tests.factories.approvals import ApplicationFactory, ApprovalItemFactory, ItemVariantFactory, PermitFactory
from tests.factories.ground import StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def catalogue(office: Department) -> dict[str, ApprovalItem]:
    """Four items whose names, initials and codes get in each other's way."""
    rows = [
        ("439901010040", "食品经营许可", "spjyxk", "shipinjingyingxuke"),
        ("439901010060", "食品生产许可", "spscxk", "shipinshengchanxuke"),
        ("439901010990", "小型食品经营店登记", "xxspjyddj", "xiaoxingshipinjingyingdiandengji"),
        ("439901020010", "公共场所卫生许可", "ggcswsxk", "gonggongchangsuoweishengxuke"),
    ]
    return {
        name: ApprovalItemFactory(
            code=code, name=name, name_initials=initials, name_pinyin=pinyin, implementing_department=office
        )
        for code, name, initials, pinyin in rows
    }


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("食品经营许可", ["食品经营许可"]),
        ("食品经营", ["食品经营许可", "小型食品经营店登记"]),
        ("spjy", ["食品经营许可", "小型食品经营店登记"]),
        ("SPJY", ["食品经营许可", "小型食品经营店登记"]),
        ("shipin", ["食品经营许可", "食品生产许可", "小型食品经营店登记"]),
        ("4399010100", ["食品经营许可", "食品生产许可"]),
        ("439901020010", ["公共场所卫生许可"]),
        ("卫生", ["公共场所卫生许可"]),
        ("没有这个", []),
        ("  ", []),
    ],
)
@pytest.mark.usefixtures("catalogue")
def test_it_finds_items_best_first(text: str, names: list[str]) -> None:
    assert [item.name for item in items.search(text)] == names


def test_it_finds_items_by_alias(catalogue: dict[str, ApprovalItem]) -> None:
    item = catalogue["公共场所卫生许可"]
    item.search_alias = "卫生证"
    item.save(update_fields=["search_alias"])

    assert items.search("卫生证") == [item]


def test_it_finds_no_item_that_is_switched_off(catalogue: dict[str, ApprovalItem]) -> None:
    ApprovalItem.objects.filter(name="食品生产许可").update(is_active=False)

    assert items.search("食品生产") == []


def test_it_finds_items_of_one_department(catalogue: dict[str, ApprovalItem], office: Department) -> None:
    ApprovalItemFactory(name="食品摊贩登记")

    assert "食品摊贩登记" not in [item.name for item in items.search("食品", department=office)]


def test_it_finds_items_with_one_query(catalogue: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        [str(item.implementing_department) for item in items.search("食品")]


def test_it_lists_the_own_department_only(variant: ItemVariant, people: People) -> None:
    mine = ApplicationFactory(received=True, variant=variant)
    ApplicationFactory(received=True)

    assert list(applications.listed(people.clerk)) == [mine]


def test_it_lists_the_whole_city_to_coordinators(variant: ItemVariant) -> None:
    ApplicationFactory(received=True, variant=variant)
    ApplicationFactory(received=True)

    assert applications.listed(StaffFactory(roles=[Role.COORDINATOR])).count() == 2


def test_it_lists_with_one_query(variant: ItemVariant, people: People, django_assert_num_queries: Any) -> None:
    ApplicationFactory.create_batch(3, accepted=True, variant=variant)
    clerk = people.clerk
    assert not clerk.may("coordination.view")

    with django_assert_num_queries(1):
        for case in applications.listed(clerk):
            assert case.subject.name
            assert case.variant.name
            assert case.promised_deadline.due_on


@pytest.mark.parametrize(
    ("who", "status"),
    [("clerk", "received"), ("examiner", "accepted"), ("issuer", "granted")],
)
def test_it_shows_everybody_what_waits_for_them(variant: ItemVariant, people: People, who: str, status: str) -> None:
    cases = {
        trait: ApplicationFactory(variant=variant, **{trait: True}) for trait in ("received", "accepted", "granted")
    }

    assert list(applications.waiting_for(getattr(people, who))) == [cases[status]]


def test_it_shows_surveyors_what_needs_a_survey(variant: ItemVariant, item: ApprovalItem, people: People) -> None:
    ApplicationFactory(accepted=True, variant=variant)
    surveyed = ApplicationFactory(accepted=True, variant=ItemVariantFactory(item=item, kind="change", surveyed=True))

    assert list(applications.waiting_for(people.surveyor)) == [surveyed]


def test_it_shows_deciders_commitments_without_examination(variant: ItemVariant, office: Department) -> None:
    decider = StaffFactory(department=office, roles=[Role.DECIDER])
    ApplicationFactory(accepted=True, variant=variant)
    committed = ApplicationFactory(accepted=True, variant=variant, mode=Application.Mode.COMMITMENT)

    assert list(applications.waiting_for(decider)) == [committed]


def test_it_shows_nobody_cases_of_own_systems(variant: ItemVariant, people: People) -> None:
    ApplicationFactory(accepted=True, variant=variant, source="own_system", source_case_id="WJ-1")

    assert not applications.waiting_for(people.examiner).exists()


def test_it_searches_by_number_name_code_and_item(variant: ItemVariant) -> None:
    case = ApplicationFactory(received=True, variant=variant)
    everything = Application.objects.all()

    for text in (case.number, case.subject.name[2:6], case.subject.uscc, "食品经营"):
        assert list(applications.searched(everything, text)) == [case]
    assert not applications.searched(everything, "没有这个").exists()


def test_it_loads_a_page_at_once(variant: ItemVariant, people: People, django_assert_max_num_queries: Any) -> None:
    case = ApplicationFactory(accepted=True, variant=variant)
    assert not people.clerk.may("coordination.view")

    with django_assert_max_num_queries(5):
        found = applications.with_details(people.clerk).get(number=case.number)
        assert found.statutory_deadline.due_on
        assert list(found.steps.all()) == []


def test_it_opens_a_case_by_its_number(variant: ItemVariant, people: People) -> None:
    case = ApplicationFactory(received=True, variant=variant)

    [hit] = global_search.find(people.clerk, case.number)

    assert (hit.exact, hit.url) == (True, f"/approvals/applications/{case.number}/")


def test_it_opens_a_permit_by_its_number(variant: ItemVariant, people: People) -> None:
    permit = PermitFactory(application=ApplicationFactory(concluded=True, variant=variant))

    assert [hit.kind for hit in global_search.find(people.clerk, permit.number)] == ["证照"]


def test_it_finds_no_permit_of_another_department(people: People) -> None:
    assert list(global_search.find(people.clerk, PermitFactory().number)) == []


def test_it_finds_nothing_for_people_without_the_right(variant: ItemVariant) -> None:
    case = ApplicationFactory(received=True, variant=variant)
    outsider = StaffFactory(department=case.department, roles=[Role.INSPECTOR])

    assert list(global_search.find(outsider, case.number)) == []


def test_it_tells_the_head_of_the_section(variant: ItemVariant, people: People) -> None:
    assert people_of(ApplicationFactory(received=True, variant=variant)) == [people.decider]


def test_it_tells_deciders_where_the_head_is_away(variant: ItemVariant, people: People, office: Department) -> None:
    people.decider.status = "away"
    people.decider.save(update_fields=["status"])
    deputy = StaffFactory(department=office, position="副局长", roles=[Role.DECIDER])

    assert people_of(ApplicationFactory(received=True, variant=variant)) == [deputy]


def test_it_knows_the_terms_of_an_item(item: ApprovalItem) -> None:
    assert credit_terms.terms_of_code(item.code).tolerance_allowed is True
    assert credit_terms.terms_of_code("439999999999") is None


def people_of(case: Application) -> list[Any]:
    return people.heads_of(case)
