"""Pages of penalties and clues that departments' own systems reported."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from shenguan.org.models import Staff
from supervision.models import Clue, Penalty
from tests.factories.supervision import ClueFactory, PenaltyFactory
from tests.supervision.conftest import Team

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
Browse = Callable[[Staff], Client]


@pytest.fixture
def penalty(team: Team) -> Penalty:
    return PenaltyFactory(department=team.department)


@pytest.fixture
def clue(team: Team) -> Clue:
    return ClueFactory(item__department=team.department)


def conclude(client: Client, clue: Clue, **more: str):
    said = {"outcome": "substantiated", "handling": "已责令改正", "handled_on": "2026-11-20"} | more
    return client.post(reverse("supervision:clue", args=[clue.number]), said)


def test_the_list_shows_the_departments_penalties(inspector_page: Client, penalty: Penalty) -> None:
    foreign = PenaltyFactory()

    page = inspector_page.get(reverse("supervision:penalties"))

    assert penalty.document_number in page.text
    assert foreign.document_number not in page.text


def test_the_lists_ask_the_database_a_fixed_number_of_times(
    inspector_page: Client, team: Team, django_assert_max_num_queries
) -> None:
    for _ in range(3):
        PenaltyFactory(department=team.department)
        ClueFactory(item__department=team.department)
    for name in ("penalties", "clues"):
        with django_assert_max_num_queries(10):
            inspector_page.get(reverse(f"supervision:{name}"))


def test_a_penalty_is_found_by_its_document(inspector_page: Client, penalty: Penalty) -> None:
    other = PenaltyFactory(department=penalty.department)

    page = inspector_page.get(reverse("supervision:penalties"), {"q": other.document_number})

    assert other.document_number in page.text
    assert reverse("supervision:penalty", args=[penalty.number]) not in page.text


def test_the_head_says_that_a_penalty_was_quashed(team: Team, browse: Browse, penalty: Penalty) -> None:
    address = reverse("supervision:penalty", args=[penalty.number])

    browse(team.head).post(address, {"on": "2026-11-20", "reason": "复议撤销"})

    penalty.refresh_from_db()
    assert (penalty.status, penalty.withdrawn_reason) == ("withdrawn", "复议撤销")


def test_a_wrong_day_stands_beside_its_field(team: Team, browse: Browse, penalty: Penalty) -> None:
    address = reverse("supervision:penalty", args=[penalty.number])

    answer = browse(team.head).post(address, {"on": "2026-11-17", "reason": "复议撤销"})

    assert answer.status_code == 422
    assert "撤销日期应在决定日期" in answer.text


def test_an_inspector_does_not_quash(inspector_page: Client, penalty: Penalty) -> None:
    answer = inspector_page.post(
        reverse("supervision:penalty", args=[penalty.number]), {"on": "2026-11-20", "reason": "复议撤销"}
    )

    assert answer.status_code == 422
    penalty.refresh_from_db()
    assert penalty.status == "in_force"


def test_the_list_of_clues_leaves_out_what_is_concluded(inspector_page: Client, clue: Clue) -> None:
    Clue.objects.update(status="closed")

    assert clue.title not in inspector_page.get(reverse("supervision:clues")).text
    assert clue.title in inspector_page.get(reverse("supervision:clues"), {"all": "1"}).text


def test_an_inspector_takes_and_concludes_a_clue(inspector_page: Client, clue: Clue) -> None:
    inspector_page.post(reverse("supervision:clue_take", args=[clue.number]))
    clue.refresh_from_db()
    assert clue.status == "handling"

    conclude(inspector_page, clue)
    clue.refresh_from_db()
    assert (clue.status, clue.outcome) == ("closed", "substantiated")


def test_a_conclusion_without_words_is_refused(inspector_page: Client, clue: Clue) -> None:
    assert conclude(inspector_page, clue, handling=" ").status_code == 422
    clue.refresh_from_db()
    assert clue.status == "assigned"


def test_a_stranger_sees_no_clue(team: Team, browse: Browse, clue: Clue) -> None:
    stranger = browse(team.stranger)

    assert stranger.get(reverse("supervision:clue", args=[clue.number])).status_code == 404
    assert conclude(stranger, clue).status_code == 404


def test_the_head_reads_but_does_not_conclude(team: Team, browse: Browse, clue: Clue) -> None:
    page = browse(team.head).get(reverse("supervision:clue", args=[clue.number]))

    assert clue.content in page.text
    assert "办结线索" not in page.text
