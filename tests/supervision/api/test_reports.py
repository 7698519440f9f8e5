"""Results of departments' own supervision systems (CONTRACT §3): inspections, penalties, clues."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from credit.models import CreditRecord, Subject
from shenguan.access.actors import Actor
from shenguan.access.models import MachineClient
from shenguan.access.scopes import Scope
from shenguan.events.models import Event, PendingEvent
from supervision.actions import objects
from supervision.models import CheckTask, Clue, Finding, Inspection, Penalty, SupervisedObject
from tests.factories.access import MachineClientFactory, calling_as
from tests.factories.credit import SubjectFactory
from tests.factories.supervision import CheckTaskFactory, SupervisedObjectFactory, SupervisionItemFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
TWO = [{"name": "韩国栋", "certificate": "43990200001"}, {"name": "易晓明", "certificate": "43990200002"}]
PROBLEM = {"description": "食品未离地存放", "measure": "责令限期改正", "rectify_by": "2026-12-05"}


@pytest.fixture
def task() -> CheckTask:
    return CheckTaskFactory()


@pytest.fixture
def machine(task: CheckTask) -> MachineClient:
    return MachineClientFactory(department=task.department)


@pytest.fixture
def caller(machine: MachineClient) -> APIClient:
    return calling_as(machine)


def inspection(task: CheckTask, **more: Any) -> dict[str, Any]:
    return {
        "source_inspection_id": "ZF-2026-001",
        "push_number": task.push_number,
        "checked_on": "2026-11-20",
        "inspectors": TWO,
        "result_codes": ["1"],
    } | more


def abnormal(task: CheckTask, **more: Any) -> dict[str, Any]:
    return inspection(task, result_codes=["E"], problems=[PROBLEM], summary="后厨不整洁") | more


def penalty(watched: SupervisedObject, **more: Any) -> dict[str, Any]:
    return {
        "source_penalty_id": "CF-001",
        "subject": {"uscc": watched.subject.uscc},
        "document_number": "云市监罚〔2026〕12号",
        "kinds": ["罚款"],
        "fine_yuan": "5000.00",
        "facts": "经营超过保质期的食品",
        "result": "罚款 5000 元",
        "legal_basis": ["《中华人民共和国食品安全法》第一百二十四条"],
        "decided_on": "2026-11-18",
    } | more


def clue(watched: SupervisedObject, **more: Any) -> dict[str, Any]:
    return {
        "source": "12345",
        "source_number": "RX2026112001",
        "received_at": "2026-11-20T08:30:00+08:00",
        "supervision_item_code": watched.item.code,
        "subject": {"uscc": watched.subject.uscc},
        "address": "云州市临江区文昌路 1 号",
        "title": "后厨卫生差",
        "content": "切熟食的案板旁边放着生鱼",
        "reporter": "李女士",
        "reporter_phone": "13800002001",
    } | more


def send(caller: APIClient, name: str, body: dict[str, Any]) -> Any:
    return caller.post(reverse(f"supervision_api:{name}"), body, format="json")


def fields(answer: Any) -> list[str]:
    return [error["field"] for error in answer.json()["errors"]]


def reported() -> list[str]:
    """Cases whose approvers will hear of something abnormal."""
    return [one.event.case_number for one in PendingEvent.objects.filter(event__kind="finding.reported")]


def test_a_normal_inspection_does_its_task_and_tells_no_approver(caller: APIClient, task: CheckTask) -> None:
    answer = send(caller, "inspections", inspection(task))

    task.refresh_from_db()
    assert answer.status_code == 201
    assert answer.json()["is_abnormal"] is False
    assert (task.status, reported()) == (CheckTask.Status.DONE, [])


def test_an_abnormal_inspection_opens_findings_and_feeds_back_by_itself(caller: APIClient, task: CheckTask) -> None:
    answer = send(caller, "inspections", abnormal(task))

    found = Finding.objects.get()
    assert answer.json()["findings"][0]["number"] == found.number
    assert (found.status, found.measure) == (Finding.Status.OPEN, "rectify")
    assert CheckTask.objects.get(kind=CheckTask.Kind.RECHECK).finding == found
    assert reported() == [task.case_number]


def test_the_same_report_again_changes_nothing(caller: APIClient, task: CheckTask) -> None:
    first = send(caller, "inspections", abnormal(task))
    second = send(caller, "inspections", abnormal(task, result_codes=["1"], problems=[]))

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json() == first.json()
    assert (Inspection.objects.count(), len(reported())) == (1, 1)


def test_two_departments_may_use_the_same_source_number(caller: APIClient, task: CheckTask) -> None:
    other = CheckTaskFactory()
    send(caller, "inspections", inspection(task))

    answer = send(calling_as(MachineClientFactory(department=other.department)), "inspections", inspection(other))

    assert answer.status_code == 201


def test_an_object_of_another_department_does_not_exist(task: CheckTask) -> None:
    answer = send(calling_as(MachineClientFactory()), "inspections", inspection(task))

    assert (answer.status_code, answer.json()["code"]) == (422, "object_unknown")
    assert not Inspection.objects.exists()


def test_a_party_watched_under_two_items_needs_the_item(caller: APIClient, task: CheckTask) -> None:
    subject = task.object.subject
    SupervisedObjectFactory(subject=subject, item__department=task.department)
    body = inspection(task, push_number="", subject={"uscc": subject.uscc})

    answer = send(caller, "inspections", body)
    named = send(caller, "inspections", body | {"supervision_item_code": task.object.item.code})

    assert (answer.status_code, answer.json()["code"]) == (422, "object_ambiguous")
    assert named.status_code == 201


def test_nothing_named_is_refused(caller: APIClient, task: CheckTask) -> None:
    answer = send(caller, "inspections", inspection(task, push_number=""))

    assert (answer.status_code, fields(answer)) == (422, ["push_number"])


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("inspectors", {"inspectors": TWO[:1]}),
        ("inspectors", {"inspectors": [TWO[0], TWO[0] | {"name": "另一人"}]}),
        ("checked_on", {"checked_on": "2026-11-21"}),
        ("result_codes", {"result_codes": ["1", "E"]}),
        ("result_codes", {"result_codes": ["1"], "problems": [PROBLEM]}),
        ("commitment_result", {"commitment_result": "true"}),
        ("problems[0].rectify_by", {"result_codes": ["E"], "problems": [PROBLEM | {"rectify_by": None}]}),
        ("problems[0].rectify_by", {"result_codes": ["E"], "problems": [PROBLEM | {"rectify_by": "2026-11-20"}]}),
        ("result_codes[0]", {"result_codes": ["99"]}),
    ],
)
def test_one_mistake_is_named_and_nothing_is_kept(
    caller: APIClient, task: CheckTask, field: str, more: dict[str, Any]
) -> None:
    answer = send(caller, "inspections", inspection(task, **more))

    assert answer.status_code == 422
    assert [one for one in fields(answer) if one.startswith(field.split("[0]", maxsplit=1)[0])]
    assert not Inspection.objects.exists()
    assert CheckTask.objects.get().status == CheckTask.Status.OPEN


def test_an_ended_object_is_not_inspected(caller: APIClient, task: CheckTask) -> None:
    SupervisedObject.objects.update(status=SupervisedObject.Status.ENDED)

    answer = send(caller, "inspections", inspection(task))

    assert answer.status_code == 409
    assert answer.json()["state"] == "ended"
    assert "inspect" not in answer.json()["allowed_actions"]


def test_a_commitment_check_needs_its_own_result(caller: APIClient) -> None:
    task = CheckTaskFactory(commitment=True)
    caller = calling_as(MachineClientFactory(department=task.department))

    send(caller, "inspections", inspection(task))
    task.refresh_from_db()
    assert task.status == CheckTask.Status.OPEN

    send(caller, "inspections", inspection(task, source_inspection_id="2", commitment_result="false"))
    task.refresh_from_db()
    assert task.status == CheckTask.Status.DONE
    assert reported() == [task.case_number]


def test_a_reported_recheck_closes_its_finding(caller: APIClient, task: CheckTask) -> None:
    send(caller, "inspections", abnormal(task))

    send(caller, "inspections", inspection(task, source_inspection_id="2"))

    assert Finding.objects.get().status == Finding.Status.CLOSED


def test_a_penalty_goes_on_the_credit_record_and_back_to_the_approver(caller: APIClient, task: CheckTask) -> None:
    answer = send(caller, "penalties", penalty(task.object))

    kept = Penalty.objects.get()
    assert answer.status_code == 201
    assert answer.json()["case_numbers"] == [task.case_number]
    assert (kept.credit_record.level, kept.credit_record.category) == ("general", "penalty")
    assert reported() == [task.case_number]


def test_a_penalty_of_a_party_nobody_here_watches_is_kept_and_told_to_nobody(
    caller: APIClient, task: CheckTask
) -> None:
    stranger = SubjectFactory()

    answer = send(caller, "penalties", penalty(task.object, subject={"uscc": stranger.uscc}))

    assert (answer.status_code, answer.json()["case_numbers"], reported()) == (201, [], [])
    assert CreditRecord.objects.get().subject == stranger


def test_the_same_penalty_again_changes_nothing(caller: APIClient, task: CheckTask) -> None:
    send(caller, "penalties", penalty(task.object))

    assert send(caller, "penalties", penalty(task.object)).status_code == 200
    assert (Penalty.objects.count(), CreditRecord.objects.count(), len(reported())) == (1, 1, 1)


def test_one_document_is_not_two_penalties(caller: APIClient, task: CheckTask) -> None:
    send(caller, "penalties", penalty(task.object))

    answer = send(caller, "penalties", penalty(task.object, source_penalty_id="CF-002"))

    assert (answer.status_code, fields(answer)) == (422, ["document_number"])


@pytest.mark.parametrize(
    ("kinds", "level"), [(["警告"], "minor"), (["没收违法所得、非法财物"], "general"), (["revoked_permit"], "severe")]
)
def test_the_gravest_kind_sets_the_grade(caller: APIClient, task: CheckTask, kinds: list[str], level: str) -> None:
    send(caller, "penalties", penalty(task.object, kinds=kinds, fine_yuan=None))

    assert CreditRecord.objects.get().level == level


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("fine_yuan", {"fine_yuan": None}),
        ("fine_yuan", {"kinds": ["警告"]}),
        ("decided_on", {"decided_on": "2026-11-21"}),
        ("supervision_item_code", {"supervision_item_code": "0000"}),
        ("subject.uscc", {"subject": {"name": "某公司", "uscc": "91439902MAYX000175"}}),
        ("legal_basis", {"legal_basis": []}),
    ],
)
def test_a_mistake_in_a_penalty_is_named(caller: APIClient, task: CheckTask, field: str, more: dict[str, Any]) -> None:
    answer = send(caller, "penalties", penalty(task.object, **more))

    assert (answer.status_code, fields(answer)) == (422, [field])
    assert not Penalty.objects.exists()
    assert not CreditRecord.objects.exists()


def test_a_refused_penalty_leaves_no_party_behind(caller: APIClient, task: CheckTask) -> None:
    stranger = {"name": "云州味满堂餐饮管理有限公司", "uscc": "91439902MAYX000174"}

    send(caller, "penalties", penalty(task.object, subject=stranger, decided_on="2026-11-21"))

    assert not Subject.objects.filter(uscc=stranger["uscc"]).exists()


def test_a_quashed_penalty_takes_its_credit_record_along(caller: APIClient, task: CheckTask) -> None:
    send(caller, "penalties", penalty(task.object))
    ended = {"withdrawn": {"on": "2026-11-20", "reason": "云政复决〔2026〕3号撤销"}}

    answer = send(caller, "penalties", penalty(task.object, **ended))
    again = send(caller, "penalties", penalty(task.object, **ended))

    assert (answer.status_code, answer.json()["status"], again.status_code) == (200, "withdrawn", 200)
    assert CreditRecord.objects.get().revoked_on == date(2026, 11, 20)
    assert Event.objects.filter(kind="penalty.withdrawn").count() == 1


def test_a_penalty_is_not_withdrawn_before_it_was_decided(caller: APIClient, task: CheckTask) -> None:
    send(caller, "penalties", penalty(task.object))

    answer = send(caller, "penalties", penalty(task.object, withdrawn={"on": "2026-11-17", "reason": "复议"}))

    assert answer.status_code == 422
    assert Penalty.objects.get().status == Penalty.Status.IN_FORCE


def test_a_clue_for_another_department_is_assigned_to_it(task: CheckTask) -> None:
    reporter = MachineClientFactory()

    answer = send(calling_as(reporter), "clues", clue(task.object))

    kept = Clue.objects.get()
    assert (answer.status_code, answer.json()["status"]) == (201, "assigned")
    assert (kept.department, kept.reporting_department) == (task.department, reporter.department)
    assert kept.reporter_phone == "13800002001"
    assert "13800002001" not in answer.text
    assert "李女士" not in answer.text


def test_an_anonymous_clue_keeps_nobodys_name(caller: APIClient, task: CheckTask) -> None:
    send(caller, "clues", clue(task.object, is_anonymous=True))

    kept = Clue.objects.get()
    assert (kept.reporter, kept.reporter_phone) == ("", "")


@pytest.mark.parametrize(("outcome", "told"), [("属实", 1), ("partly", 1), ("不属实", 0), ("无法核实", 0)])
def test_a_proven_clue_feeds_back_by_itself(caller: APIClient, task: CheckTask, outcome: str, told: int) -> None:
    conclusion = {"outcome": outcome, "handling": "已现场核查", "handled_on": "2026-11-20"}

    send(caller, "clues", clue(task.object))
    answer = send(caller, "clues", clue(task.object, conclusion=conclusion))
    send(caller, "clues", clue(task.object, conclusion=conclusion))

    assert (answer.status_code, answer.json()["status"], len(reported())) == (200, "closed", told)


def test_a_proven_clue_about_an_ended_object_tells_nobody(caller: APIClient, task: CheckTask) -> None:
    objects.end(task.object, by=Actor.system("test"), reason="注销")
    conclusion = {"outcome": "属实", "handling": "已现场核查", "handled_on": "2026-11-20"}

    send(caller, "clues", clue(task.object, conclusion=conclusion))

    assert reported() == []


def test_only_the_handling_department_concludes_a_clue(task: CheckTask) -> None:
    conclusion = {"outcome": "属实", "handling": "已核查", "handled_on": "2026-11-20"}

    answer = send(calling_as(MachineClientFactory()), "clues", clue(task.object, conclusion=conclusion))

    assert answer.status_code == 403
    assert not Clue.objects.exists()


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("received_at", {"received_at": "2026-11-21T08:00:00+08:00"}),
        ("received_at", {"received_at": "昨天"}),
        ("source", {"source": "路人"}),
        ("supervision_item_code", {"supervision_item_code": "0000"}),
        ("region_code", {"region_code": "000000"}),
        ("handling_days", {"handling_days": 0}),
    ],
)
def test_a_mistake_in_a_clue_is_named(caller: APIClient, task: CheckTask, field: str, more: dict[str, Any]) -> None:
    answer = send(caller, "clues", clue(task.object, **more))

    assert (answer.status_code, fields(answer)) == (422, [field])
    assert not Clue.objects.exists()


Body = Callable[[Any], dict[str, Any]]


@pytest.mark.parametrize(
    ("name", "scope"),
    [
        ("inspections", Scope.SUPERVISION_WRITE),
        ("penalties", Scope.SUPERVISION_WRITE),
        ("clues", Scope.CLUES_WRITE),
    ],
)
def test_each_call_needs_its_own_scope(machine: MachineClient, task: CheckTask, name: str, scope: Scope) -> None:
    body = {"inspections": inspection(task), "penalties": penalty(task.object), "clues": clue(task.object)}[name]
    others = [one for one in Scope.values if one != scope]

    assert send(calling_as(machine, *others), name, body).status_code == 403
    assert send(calling_as(machine, scope), name, body).status_code == 201


def test_an_item_nobody_uses_any_more_takes_no_clues(caller: APIClient, task: CheckTask) -> None:
    retired = SupervisionItemFactory(is_active=False)

    assert fields(send(caller, "clues", clue(task.object, supervision_item_code=retired.code))) == [
        "supervision_item_code"
    ]
