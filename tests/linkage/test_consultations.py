"""Consultations: asked, replied to, closed; nobody is forgotten and nobody speaks twice by accident."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections
from django.urls import reverse

from linkage.actions import answers, consultations
from linkage.actions.consultations import Question
from linkage.models import Consultation, ConsultationReply, Push
from shenguan.access.roles import Role
from shenguan.events.models import Event, PendingEvent
from shenguan.notify.models import Notice
from shenguan.refusals import Invalid, NotAllowed, Refusal, StaleVersion, StateForbids
from tests.factories.ground import DepartmentFactory, StaffFactory
from tests.linkage.conftest import City, acting, build_city, route_all
from tests.linkage.pages.conftest import sign_in  # noqa: F401

pytestmark = pytest.mark.django_db
QUESTION = Question("经营场所变更是否重新踏勘", "该户已迁址，请研究。", 3)


def ask(city: City, **more: Any) -> Consultation:
    values: Any = {
        "by": acting(city.liaison),
        "question": QUESTION,
        "parties": [(city.application.department, city.approver)],
    }
    made = consultations.open_one(**values | more)
    route_all()
    return made


@pytest.fixture
def made(city: City) -> Consultation:
    return ask(city)


def question_of(made: Consultation) -> Push:
    return Push.objects.get(kind="consultation.opened", case_number=made.number)


def test_the_named_person_must_reply_in_time(city: City, made: Consultation) -> None:
    push = question_of(made)
    assert (push.owner, push.status, push.due_on) == (city.approver, Push.Status.WAITING_ANSWER, made.due_on)
    assert not PendingEvent.objects.exists()
    assert Notice.objects.filter(staff=city.approver, url=f"/linkage/pushes/{push.number}/").exists()


def test_a_supervising_department_is_asked_as_such(city: City) -> None:
    made = ask(city, by=acting(city.approver), parties=[(city.entry.department, None)])
    push = question_of(made)
    assert (push.direction, push.department) == (Push.Direction.FORWARD, city.entry.department)
    consultations.reply(made.number, by=acting(city.liaison), text="同意")
    assert question_of(made).status == Push.Status.ANSWERED


def test_the_first_reply_answers_the_push_and_later_ones_are_kept(city: City, made: Consultation) -> None:
    consultations.reply(made.number, by=acting(city.approver), text="需要重新踏勘")
    consultations.reply(made.number, by=acting(city.approver), text="踏勘安排在下周")
    consultations.reply(made.number, by=acting(city.liaison), text="收到")
    assert question_of(made).status == Push.Status.ANSWERED
    assert [reply.text for reply in made.replies.all()] == ["需要重新踏勘", "踏勘安排在下周", "收到"]
    assert Notice.objects.filter(staff=city.liaison, url=f"/linkage/consultations/{made.number}/").count() == 2


def test_answering_the_push_is_the_reply(city: City, made: Consultation) -> None:
    answers.answer(question_of(made), by=acting(city.approver), outcome="replied", text="需要重新踏勘")
    assert made.replies.get().text == "需要重新踏勘"


def test_departments_not_asked_do_not_speak(made: Consultation) -> None:
    with pytest.raises(NotAllowed):
        consultations.reply(made.number, by=acting(StaffFactory(roles=[Role.LIAISON])), text="意见")
    assert not ConsultationReply.objects.exists()


def test_a_clerk_opens_nothing(city: City) -> None:
    with pytest.raises(NotAllowed):
        ask(city, by=acting(StaffFactory(roles=[Role.WINDOW_CLERK])))


@pytest.mark.parametrize("days", [0, 21])
def test_it_gives_one_to_twenty_working_days(city: City, days: int) -> None:
    with pytest.raises(Invalid):
        ask(city, question=Question("议题", "内容", days))


def test_it_wants_somebody_else(city: City) -> None:
    with pytest.raises(Invalid):
        ask(city, parties=[])
    with pytest.raises(Invalid, match="不能是本部门"):
        ask(city, parties=[(city.entry.department, None)])


def test_a_named_person_belongs_to_the_department(city: City) -> None:
    with pytest.raises(Invalid, match="不是"):
        ask(city, parties=[(DepartmentFactory(), city.approver)])


def test_closing_frees_who_has_not_replied_and_tells_all(city: City, made: Consultation) -> None:
    consultations.close(made.number, by=acting(city.liaison), conclusion="按变更办理")
    push = question_of(made)
    assert (push.status, push.is_open) == (Push.Status.CLOSED, False)
    assert Notice.objects.filter(staff=city.approver, title__startswith="会商已结束").exists()
    with pytest.raises(StateForbids):
        consultations.reply(made.number, by=acting(city.approver), text="迟到的意见")
    kinds = set(Event.objects.filter(case_number=made.number).values_list("kind", flat=True))
    assert {"consultation.opened", "push.created", "push.closed", "consultation.closed"} <= kinds


def test_only_the_opener_or_a_coordinator_closes(city: City, made: Consultation) -> None:
    with pytest.raises(NotAllowed):
        consultations.close(made.number, by=acting(city.approver), conclusion="好")
    consultations.close(made.number, by=acting(city.coordinator), conclusion="裁定按变更办理")


def test_it_is_closed_once(city: City, made: Consultation) -> None:
    consultations.close(made.number, by=acting(city.liaison), conclusion="好")
    with pytest.raises(StateForbids):
        consultations.close(made.number, by=acting(city.liaison), conclusion="好")


def test_a_stale_page_closes_nothing(city: City, made: Consultation) -> None:
    consultations.reply(made.number, by=acting(city.approver), text="等等")
    with pytest.raises(StaleVersion):
        consultations.close(made.number, by=acting(city.liaison), conclusion="好", expected_version=made.version)


def test_the_pages_carry_it_from_end_to_end(city: City, sign_in: Any) -> None:  # noqa: F811
    supervisor, approver = sign_in(city.liaison), sign_in(city.approver)
    push = city.route()
    assert "consultations/new/" in supervisor.get(reverse("linkage:push_detail", args=[push.number])).content.decode()
    supervisor.post(
        f"{reverse('linkage:consultation_new')}?push={push.number}",
        {"topic": "议题", "text": "内容", "people": [city.approver.username], "reply_days": "3"},
    )
    made = Consultation.objects.get()
    assert made.push == push
    route_all()
    address = reverse("linkage:consultation", args=[made.number])
    assert address in approver.get(reverse("linkage:push_detail", args=[question_of(made).number])).content.decode()
    assert approver.post(reverse("linkage:consultation_reply", args=[made.number]), {"text": ""}).status_code == 422
    approver.post(reverse("linkage:consultation_reply", args=[made.number]), {"text": "需要重新踏勘"})
    assert "需要重新踏勘" in supervisor.get(address).content.decode()
    closing = reverse("linkage:consultation_close", args=[made.number])
    assert approver.post(closing, {"conclusion": "好"}).status_code == 403
    assert supervisor.post(closing, {"conclusion": "重新踏勘"}).status_code == 302
    assert "会商结论" in approver.get(address).content.decode()


def test_one_seat_a_department(city: City, sign_in: Any) -> None:  # noqa: F811
    second = StaffFactory(department=city.application.department, roles=[Role.EXAMINER])
    answer = sign_in(city.liaison).post(
        reverse("linkage:consultation_new"),
        {"topic": "议题", "text": "内容", "people": [city.approver.username, second.username], "reply_days": "3"},
    )
    assert answer.status_code == 422
    assert not Consultation.objects.exists()


def test_strangers_do_not_find_it(made: Consultation, sign_in: Any) -> None:  # noqa: F811
    browser = sign_in(StaffFactory(roles=[Role.LIAISON]))
    assert browser.get(reverse("linkage:consultation", args=[made.number])).status_code == 404
    assert made.number not in browser.get(reverse("linkage:consultations")).content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="threads cannot share an in-memory SQLite database")
def test_a_reply_and_the_close_at_once_lose_nothing(clock: Any, nudges: Any) -> None:
    city = build_city()
    made = ask(city)
    barrier = Barrier(2)

    def run(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return call()
        except Refusal as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        replied, closed = pool.map(
            run,
            [
                lambda: consultations.reply(made.number, by=acting(city.approver), text="意见"),
                lambda: consultations.close(made.number, by=acting(city.liaison), conclusion="好"),
            ],
        )

    assert isinstance(closed, Consultation)
    assert question_of(made).status == (Push.Status.CLOSED if isinstance(replied, Refusal) else Push.Status.ANSWERED)
    assert ConsultationReply.objects.count() == (0 if isinstance(replied, Refusal) else 1)
