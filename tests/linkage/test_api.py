"""The machine interface of the linkage."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from approvals.commitment_text import digest
from linkage.models import DutyObjection, Push, PushNote
from shenguan.access.scopes import Scope
from shenguan.org.models import Department
from tests.factories.access import MachineClientFactory, calling_as
from tests.factories.approvals import CommitmentFactory
from tests.factories.linkage import LinkageEntryFactory, PushFactory
from tests.linkage.conftest import City, build_city

pytestmark = pytest.mark.django_db
PUSHES = "/api/v1/pushes/"


def client_of(department: Department, *scopes: str) -> APIClient:
    """The system of a department with a token."""
    return calling_as(MachineClientFactory(department=department), *scopes)


@pytest.fixture
def waiting(clock, nudges) -> Push:
    """A push to be claimed."""
    return build_city(manual=True).route()


def post(push: Push, verb: str, client: APIClient | None = None, **body: Any) -> Any:
    caller = client or client_of(push.department)
    return caller.post(f"{PUSHES}{push.number}/{verb}/", body, format="json")


def test_it_lists_the_departments_own_pushes():
    mine = PushFactory()
    PushFactory()

    answer = client_of(mine.department).get(PUSHES)

    assert [row["number"] for row in answer.json()["results"]] == [mine.number]


def test_it_filters_by_state_direction_and_sequence():
    first = PushFactory()
    second = PushFactory(entry=first.entry, application=first.application, waiting=True)
    caller = client_of(first.department)

    def numbers(query: str) -> list[str]:
        return [row["number"] for row in caller.get(f"{PUSHES}?{query}").json()["results"]]

    assert numbers("state=waiting_claim") == [second.number]
    assert numbers("direction=reverse") == []
    assert numbers(f"since_sequence={first.sequence}") == [second.number]


def test_it_refuses_an_unknown_state():
    answer = client_of(PushFactory().department).get(f"{PUSHES}?state=lost")

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"


def test_it_lists_in_few_queries(django_assert_max_num_queries):
    first = PushFactory()
    for _ in range(5):
        PushFactory(entry=first.entry, application=first.application)
    caller = client_of(first.department)

    with django_assert_max_num_queries(6):
        assert len(caller.get(PUSHES).json()["results"]) == 6


def test_it_shows_one_push_with_what_may_be_done(waiting: Push):
    answer = client_of(waiting.department).get(f"{PUSHES}{waiting.number}/").json()

    assert answer["allowed_actions"] == ["claim", "assign", "transfer", "return", "note"]
    assert waiting.subject.phone not in str(answer)


def test_it_carries_the_words_of_the_commitment(waiting: Push):
    CommitmentFactory(application=waiting.application, text="承诺符合条件", text_sha256=digest("承诺符合条件"))

    answer = client_of(waiting.department).get(f"{PUSHES}{waiting.number}/").json()

    assert (answer["commitment"]["text"], answer["commitment"]["check_days"]) == ("承诺符合条件", 40)


def test_it_has_no_commitment_where_nobody_promised(waiting: Push):
    assert client_of(waiting.department).get(f"{PUSHES}{waiting.number}/").json()["commitment"] is None


def test_it_hides_a_push_of_another_department(waiting: Push):
    stranger = client_of(PushFactory().department)

    assert stranger.get(f"{PUSHES}{waiting.number}/").status_code == 404
    assert post(waiting, "claim", stranger).status_code == 404


def test_it_needs_the_scope(waiting: Push):
    reader = client_of(waiting.department, Scope.PUSHES_READ)

    assert reader.get(PUSHES).status_code == 200
    assert post(waiting, "claim", reader).status_code == 403


def test_it_needs_a_token():
    assert APIClient().get(PUSHES).status_code == 401


def test_it_claims(waiting: Push):
    answer = post(waiting, "claim")

    assert (answer.status_code, answer.json()["status"]) == (200, "claimed")


def test_it_answers_409_with_state_and_allowed_actions_on_a_second_claim(waiting: Push):
    post(waiting, "claim")

    answer = post(waiting, "claim")

    assert (answer.status_code, answer.json()["state"]) == (409, "claimed")
    assert "feedback" in answer.json()["allowed_actions"]


def test_it_answers_409_for_a_stale_version(waiting: Push):
    answer = post(waiting, "claim", expected_version=99)

    assert (answer.status_code, answer.json()["code"]) == (409, "stale_version")


def test_it_claims_once_for_one_idempotency_key(waiting: Push):
    caller = client_of(waiting.department)
    path, key = f"{PUSHES}{waiting.number}/claim/", {"HTTP_IDEMPOTENCY_KEY": "k1"}

    first = caller.post(path, {}, format="json", **key)
    second = caller.post(path, {}, format="json", **key)

    assert (first.status_code, second.status_code, first.json() == second.json()) == (200, 200, True)


def test_it_returns_a_push(waiting: Push):
    answer = post(waiting, "return", reason_code="not_our_duty", reason="属经开区")

    assert (answer.status_code, answer.json()["status"]) == (200, "objected")
    assert DutyObjection.objects.count() == 1


def test_it_refuses_a_return_without_reason(waiting: Push):
    answer = post(waiting, "return", reason_code="not_our_duty")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "reason")
    assert not DutyObjection.objects.exists()


def test_it_takes_feedback(city: City):
    push = city.route()

    answer = post(push, "feedback", text="地址不符", proposal="change")

    assert (answer.status_code, answer.json()["status"]) == (200, "fed_back")


def test_it_keeps_late_feedback_with_202():
    push = PushFactory(closed=True)

    answer = post(push, "feedback", text="又发现问题")

    assert (answer.status_code, answer.json()["notes"][0]["is_late"]) == (202, True)
    assert PushNote.objects.count() == 1


def test_it_answers_feedback(clock, nudges):
    push = PushFactory(waiting_answer=True)

    answer = post(push, "answer", outcome="noted", text="知悉")

    assert (answer.status_code, answer.json()["answer_outcome"]) == (200, "noted")


def test_it_refuses_an_unknown_outcome():
    answer = post(PushFactory(waiting_answer=True), "answer", outcome="forget", text="知悉")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "outcome")


def test_it_adds_a_note(waiting: Push):
    answer = post(waiting, "note", text="已电话联系")

    assert (answer.status_code, answer.json()["notes"][0]["text"]) == (201, "已电话联系")


def test_it_lists_the_published_linkage_list(clock):
    entry = LinkageEntryFactory()
    LinkageEntryFactory(version__draft=True)
    caller = client_of(entry.department)

    rows = caller.get("/api/v1/linkage-items/").json()["results"]

    assert [row["supervision_item"]["code"] for row in rows] == [entry.supervision_item.code]


@pytest.mark.parametrize("query", ["code={code}", "department={department}", "q={text}"])
def test_it_filters_the_list(clock, query):
    entry = LinkageEntryFactory(approval_item__name="歌舞娱乐场所许可")
    LinkageEntryFactory(version=entry.version)
    asked = query.format(code=entry.approval_item.code, department=entry.department.code, text="歌舞")

    rows = client_of(entry.department).get(f"/api/v1/linkage-items/?{asked}").json()["results"]

    assert [row["sequence"] for row in rows] == [entry.sequence]


def test_it_shows_the_timeline_to_both_sides(city: City):
    push = city.route()
    path = f"/api/v1/cases/{city.application.number}/timeline/"

    for department in (push.department, push.sender):
        kinds = [row["kind"] for row in client_of(department).get(path).json()["results"]]
        assert {"approval.concluded", "push.created"} <= set(kinds)


def test_it_hides_the_timeline_of_a_foreign_case(city: City):
    city.route()
    stranger = client_of(PushFactory().department)

    assert stranger.get(f"/api/v1/cases/{city.application.number}/timeline/").status_code == 404
