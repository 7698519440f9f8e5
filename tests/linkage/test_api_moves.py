"""What the machine interface offers on a push is what it can do: names, addresses, refusals."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver
from rest_framework.test import APIClient

from linkage.api.pushes import PushViewSet
from linkage.lifecycle import PUSH, ROUTER_MOVES
from linkage.models import Delivery, Push, PushAttachment, PushWithdrawal
from shenguan.access.roles import Role
from shenguan.files.models import StoredFile
from shenguan.org.models import Department
from supervision.models import CheckTask
from tests.factories.access import MachineClientFactory, calling_as
from tests.factories.files import PDF
from tests.factories.ground import OfficeFactory, StaffFactory
from tests.factories.linkage import DeliveryFactory, PushFactory
from tests.linkage.conftest import City, build_city, route_all

pytestmark = pytest.mark.django_db
PUSHES = "/api/v1/pushes/"
OFFERED = sorted(set(PUSH) - ROUTER_MOVES)
BODIES: dict[str, dict[str, Any]] = {
    "return": {"reason_code": "not_our_duty", "reason": "属经开区"},
    "feedback": {"text": "地址不符"},
    "answer": {"outcome": "noted", "text": "知悉"},
    "measure": {
        "kind": "rectify",
        "document_name": "责令改正通知书",
        "document_number": "云市监责改〔2026〕1号",
        "decided_on": "2026-11-20",
        "facts": "未亮证经营",
        "result": "责令改正",
        "legal_basis": "《中华人民共和国食品安全法》第一百二十六条",
    },
    "withdraw": {"reason": "推错了"},
    "unmerge": {"reason": "并错了"},
    "refuse_withdrawal": {"decision": "已开展检查"},
    "note": {"text": "已电话联系"},
}


def client_of(department: Department) -> APIClient:
    """The system of a department with a token."""
    return calling_as(MachineClientFactory(department=department))


def post(push: Push, verb: str, *, of: Department | None = None, **body: Any) -> Any:
    return client_of(of or push.department).post(f"{PUSHES}{push.number}/{verb}/", body, format="json")


def body_of(push: Push, verb: str) -> dict[str, Any]:
    """A body this call can read."""
    if verb == "assign":
        return {"assignee": StaffFactory(department=push.department, roles=[Role.LIAISON]).username}
    if verb == "transfer":
        return {"office": OfficeFactory(department=push.department).code, "reason": "职责调整"}
    if verb == "merge":
        return {"survivor": push.number, "reason": "重复"}
    return BODIES.get(verb, {})


def push_in(status: str) -> Push:
    """A push of this state, in the direction the state belongs to."""
    if status == Push.Status.WAITING_ANSWER:
        return PushFactory(waiting_answer=True)
    if status == Push.Status.ANSWERED:
        return PushFactory(waiting_answer=True, status=status, next_step="none", is_open=False, answer_outcome="noted")
    return PushFactory(waiting=status == Push.Status.WAITING_CLAIM, status=status)


def test_every_move_of_the_table_has_an_address():
    patterns = [str(row.pattern) for row in get_resolver("linkage.api.urls").url_patterns[0].url_patterns]
    there = {found[1] for text in patterns if (found := re.search(r"\)/(\w+)/\$$", text))}

    assert set(OFFERED) <= there


@pytest.mark.parametrize("status", Push.Status.values)
def test_it_offers_only_calls_it_has_and_refuses_the_others_without_effect(status: str, clock, nudges):
    push = push_in(status)
    offered = client_of(push.department).get(f"{PUSHES}{push.number}/").json()["allowed_actions"]
    before = Push.objects.values().get(pk=push.pk)

    assert set(offered) <= set(OFFERED)
    late = (
        {"feedback"}
        if push.is_forward and status in {"objected", "closed", "rerouted", "merged", "withdrawn"}
        else set()
    )
    for verb in set(OFFERED) - set(offered) - late - {"withdraw"}:
        answer = post(push, verb, **body_of(push, verb))
        told = answer.json()
        assert (verb, answer.status_code, told["allowed_actions"]) == (verb, 409, offered)
        assert told["state"] == status
        assert re.search("[\u4e00-\u9fff]", told["detail"])
    assert Push.objects.values().get(pk=push.pk) == before


@pytest.mark.parametrize("status", Push.Status.values)
def test_it_withdraws_what_the_table_allows_for_the_sender_only(status: str, clock, nudges):
    push = push_in(status)

    assert post(push, "withdraw", **BODIES["withdraw"]).status_code == 404
    answer = post(push, "withdraw", of=push.sender, **BODIES["withdraw"])

    assert answer.status_code == (200 if status in PUSH["withdraw"].sources else 409)
    assert answer.json()["allowed_actions"] == []


def test_a_stale_version_says_what_may_be_done_too(clock, nudges):
    push = PushFactory(waiting=True)

    answer = post(push, "claim", expected_version=99).json()

    assert (answer["code"], answer["state"]) == ("stale_version", "waiting_claim")
    assert "claim" in answer["allowed_actions"]


def test_it_assigns_with_the_checks(city: City):
    push = city.route()
    taker = StaffFactory(department=push.department, roles=[Role.LIAISON])

    answer = post(push, "assign", assignee=taker.username)

    assert (answer.status_code, answer.json()["assignee"]) == (200, taker.name)
    assert [task.assignee for task in CheckTask.objects.filter(push_number=push.number)] == [taker]


def test_it_does_not_know_people_of_another_department(city: City):
    push = city.route()

    answer = post(push, "assign", assignee=city.approver.username)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "assignee")


def test_it_transfers_to_an_office(city: City):
    push = city.route()
    office = OfficeFactory(department=push.department)

    answer = post(push, "transfer", office=office.code, reason="职责调整")

    assert answer.status_code == 200
    assert Push.objects.get(pk=push.pk).office == office


def test_it_names_what_the_calls_may_choose(city: City):
    push = city.route()
    office = OfficeFactory(department=push.department)

    choices = client_of(push.department).get(f"{PUSHES}{push.number}/choices/").json()

    assert push.owner.username in [one["username"] for one in choices["assignees"]]
    assert [one["code"] for one in choices["offices"]] == [office.code]
    assert choices["survivors"] == []
    assert "noted" in [one["code"] for one in choices["outcomes"]]


def test_it_asks_for_a_push_back_and_gets_it(clock, nudges):
    city = build_city(manual=True)
    push = city.route()
    post(push, "claim")

    asked = post(push, "withdraw", of=push.sender, reason="推错了")
    given = post(push, "agree_withdrawal")

    assert (asked.status_code, asked.json()["status"]) == (200, "claimed")
    assert (given.status_code, given.json()["status"]) == (200, "withdrawn")
    assert PushWithdrawal.objects.get().status == "withdrawn"


def test_it_reports_a_measure(city: City):
    push = city.route()

    answer = post(push, "measure", **BODIES["measure"])
    route_all()

    assert (answer.status_code, answer.json()["status"]) == (200, "fed_back")
    assert Push.objects.filter(answers_push=push).count() == 1


def form(push: Push, verb: str, key: str = "", **fields: Any) -> Any:
    headers = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
    return client_of(push.department).post(f"{PUSHES}{push.number}/{verb}/", fields, format="multipart", **headers)


def paper(name: str = "检查笔录.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def test_it_takes_a_paper_with_feedback_and_hands_it_to_both_sides(city: City):
    push = city.route()

    answer = form(push, "feedback", text="地址不符", proposal="change", file=paper())
    route_all()

    [kept] = answer.json()["attachments"]
    assert (answer.status_code, kept["name"], kept["size"]) == (200, "检查笔录.pdf", len(PDF))
    back = Push.objects.get(answers_push=push)
    for one in (push, back):
        got = client_of(one.department).get(f"{PUSHES}{one.number}/files/{kept['uuid']}/")
        assert (got.status_code, b"".join(got.streaming_content)) == (200, PDF)


def test_it_does_not_hand_a_paper_of_another_push(city: City):
    push = city.route()
    form(push, "feedback", text="地址不符", file=paper())
    uuid = PushAttachment.objects.get().file.uuid
    other = PushFactory(entry=push.entry, application=push.application, sequence=push.sequence + 1)

    assert client_of(other.department).get(f"{PUSHES}{other.number}/files/{uuid}/").status_code == 404


def test_it_refuses_a_paper_that_is_none(city: City):
    push = city.route()

    answer = form(push, "feedback", text="地址不符", file=paper("笔录.pdf", b"MZ no paper"))

    assert (answer.status_code, answer.json()["code"]) == (422, "file_kind")
    assert answer.json()["errors"][0]["field"] == "file"
    assert Push.objects.get(pk=push.pk).status == "claimed"


def test_it_keeps_no_paper_of_a_refused_call(clock, nudges):
    push = PushFactory(waiting=True)

    assert form(push, "feedback", text="地址不符", file=paper()).status_code == 409
    assert not StoredFile.objects.exists()


def test_it_refuses_a_broken_form(city: City):
    push = city.route()

    answer = client_of(push.department).post(
        f"{PUSHES}{push.number}/note/", b"--x\r\nbroken", content_type="multipart/form-data"
    )

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_the_same_paper_twice_by_one_key_is_kept_once(city: City):
    push = city.route()
    caller = client_of(push.department)

    def send(content: bytes) -> int:
        fields = {"text": "见附件", "file": paper(content=content)}
        address = f"{PUSHES}{push.number}/note/"
        return caller.post(address, fields, format="multipart", HTTP_IDEMPOTENCY_KEY="n1").status_code

    assert [send(PDF), send(PDF), send(PDF + b"%")] == [201, 201, 409]
    assert StoredFile.objects.count() == 1


def test_the_timeline_shows_what_was_delivered(city: City, django_assert_max_num_queries):
    push = city.route()
    at = push.pushed_at
    row = DeliveryFactory(push=push, case_number=push.case_number, status=Delivery.Status.DELIVERED, finished_at=at)
    caller = client_of(push.sender)

    with django_assert_max_num_queries(6):
        lines = caller.get(f"/api/v1/cases/{push.case_number}/timeline/").json()["results"]

    [line] = [one for one in lines if one["kind"] == "push.delivered"]
    assert (line["push_number"], line["channel"]) == (push.number, "webhook")
    assert line["department_code"] == row.endpoint.department.code


def test_the_timeline_does_not_show_a_push_still_on_its_way(city: City):
    push = city.route()
    DeliveryFactory(push=push, case_number=push.case_number)

    lines = client_of(push.sender).get(f"/api/v1/cases/{push.case_number}/timeline/").json()["results"]

    assert not [one for one in lines if one["channel"]]


def test_the_timeline_comes_in_pages(city: City):
    push = city.route()
    caller = client_of(push.sender)

    first = caller.get(f"/api/v1/cases/{push.case_number}/timeline/?page_size=1").json()
    second = caller.get(first["next"]).json()

    assert (len(first["results"]), first["previous"]) == (1, None)
    assert first["results"] != second["results"]
    assert caller.get(second["previous"]).json() == first


def test_a_broken_body_is_told_in_our_words(clock, nudges):
    push = PushFactory(waiting=True)

    address = f"{PUSHES}{push.number}/claim/"
    answer = client_of(push.department).post(address, '{"a": }', content_type="application/json")

    assert (answer.status_code, answer.json()["detail"]) == (400, "请求内容不是合法的 JSON（第 1 行第 7 列）。")


def test_view_names_are_known():
    assert {one.url_path for one in PushViewSet.get_extra_actions()} >= set(OFFERED)
