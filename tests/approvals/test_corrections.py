"""补正告知."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from approvals.actions import acceptance, corrections, materials
from approvals.models import Application, ApplicationMaterial, Document, ItemVariant
from shenguan.access.actors import Actor
from shenguan.refusals import Invalid, Refusal, StateForbids
from shenguan.workdays.models import Deadline
from tests.factories.approvals import ApplicationFactory, ApplicationMaterialFactory, ItemMaterialFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def received(variant: ItemVariant) -> Application:
    """Received today."""
    return ApplicationFactory(received=True, variant=variant)


def test_it_lists_everything_once(received: Application, clerk: Actor) -> None:
    row = ApplicationMaterialFactory(application=received)

    corrections.request(received, by=clerk, requests=[(row.material_id, "补盖公章"), (None, "更正法定代表人姓名")])

    row.refresh_from_db()
    notice = received.documents.get(kind=Document.Kind.CORRECTION)
    assert notice.number == "云审补〔2026〕1号"
    assert [entry["text"] for entry in notice.body["requests"]] == ["补盖公章", "更正法定代表人姓名"]
    assert row.state == ApplicationMaterial.State.REJECTED
    assert received.correction_deadline.state == Deadline.State.MET


def test_it_refuses_a_second_notice_while_correcting(received: Application, clerk: Actor) -> None:
    corrections.request(received, by=clerk, requests=[(None, "补盖公章")])

    with pytest.raises(StateForbids):
        corrections.request(received, by=clerk, requests=[(None, "补签名")])


def test_it_refuses_a_second_notice_after_the_first_was_answered(received: Application, clerk: Actor) -> None:
    corrections.request(received, by=clerk, requests=[(None, "补盖公章")])
    corrections.complete(received, by=clerk)

    with pytest.raises(Refusal) as refusal:
        corrections.request(received, by=clerk, requests=[(None, "补签名")])

    assert refusal.value.code == "corrected_before"


def test_it_accepts_a_notice_on_the_fifth_day(received: Application, clerk: Actor, clock: Any) -> None:
    clock.move_to(datetime(2026, 11, 27, 23, 59, tzinfo=ZoneInfo("Asia/Shanghai")))

    corrections.request(received, by=clerk, requests=[(None, "补盖公章")])

    assert received.status == Application.Status.CORRECTING


def test_it_refuses_a_notice_after_the_fifth_day(received: Application, clerk: Actor, clock: Any) -> None:
    clock.move_to(datetime(2026, 11, 28, 0, 0, tzinfo=ZoneInfo("Asia/Shanghai")))

    with pytest.raises(Refusal) as refusal:
        corrections.request(received, by=clerk, requests=[(None, "补盖公章")])

    assert refusal.value.code == "accepted_by_law"


@pytest.mark.parametrize("text", ["提供其他材料", "营业执照等材料", "其它相关资料"])
def test_it_refuses_catch_all_requests(received: Application, clerk: Actor, text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        corrections.request(received, by=clerk, requests=[(None, text)])

    assert refusal.value.code == "catch_all"


@pytest.mark.parametrize("requests", [[], [(None, " ")]])
def test_it_refuses_an_empty_notice(received: Application, clerk: Actor, requests: list[Any]) -> None:
    with pytest.raises(Invalid):
        corrections.request(received, by=clerk, requests=requests)


def test_it_refuses_papers_the_item_does_not_list(received: Application, clerk: Actor) -> None:
    with pytest.raises(Invalid, match="不在该事项的材料清单中"):
        corrections.request(received, by=clerk, requests=[(ItemMaterialFactory().pk, "补盖公章")])


def test_it_dates_acceptance_from_the_day_corrections_came_in(received: Application, clerk: Actor, clock: Any) -> None:
    corrections.request(received, by=clerk, requests=[(None, "补盖公章")])
    clock.move_to(datetime(2027, 1, 4, 10, tzinfo=ZoneInfo("Asia/Shanghai")))

    corrections.complete(received, by=clerk)
    acceptance.accept(received, by=clerk)

    assert received.accepted_on == date(2027, 1, 4)


def test_it_is_not_complete_while_a_named_paper_is_out(received: Application, clerk: Actor) -> None:
    row = ApplicationMaterialFactory(application=received)
    corrections.request(received, by=clerk, requests=[(row.material_id, "补盖公章")])

    with pytest.raises(Refusal) as refusal:
        corrections.complete(received, by=clerk)

    assert refusal.value.code == "still_incomplete"


def test_it_accepts_without_papers_the_notice_forgot(received: Application, clerk: Actor) -> None:
    named = ApplicationMaterialFactory(application=received)
    forgotten = ApplicationMaterialFactory(application=received)
    corrections.request(received, by=clerk, requests=[(named.material_id, "补盖公章")])
    named.refresh_from_db()
    materials.receive(named, by=clerk)

    corrections.complete(received, by=clerk)
    acceptance.accept(received, by=clerk)

    forgotten.refresh_from_db()
    assert forgotten.state == ApplicationMaterial.State.MISSING
    assert received.status == Application.Status.ACCEPTED
