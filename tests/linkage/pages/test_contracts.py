"""Pages of exchange contracts: matrix, one contract, drawing up, and the desk of what was withheld."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from linkage.models import Delivery, ExchangeContract, WithheldPush
from shenguan.access.roles import Role
from shenguan.org.models import Staff
from tests.factories.contracts import ExchangeContractFactory
from tests.factories.ground import StaffFactory
from tests.factories.linkage import EndpointFactory, PushFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "nudges")]
TERMS = {
    "kinds": ["approval.concluded"],
    "data_items": "事项、相对人",
    "modes": ["portal", "webhook"],
    "procedure": "逐件推送",
    "limit_days": "0",
    "frequency": "real_time",
    "confidentiality": "internal",
    "purpose": "事中事后监管",
    "valid_from": "2026-11-20",
}


def browse(staff: Staff) -> Client:
    client = Client()
    client.force_login(staff, backend="shenguan.access.backends.StaffBackend")
    return client


@pytest.fixture
def head() -> Staff:
    return StaffFactory(roles=[Role.SUPERVISION_HEAD])


def test_it_is_drawn_up_proposed_and_confirmed_by_hand(coordinator: Staff, head: Staff) -> None:
    office, bureau = browse(coordinator), browse(head)
    pair = f"?department={head.department.code}&direction=to_department"

    office.post(reverse("linkage:contract_new") + pair, TERMS)
    made = ExchangeContract.objects.get()
    assert bureau.get(reverse("linkage:contract", args=[made.number])).status_code == 404
    office.post(reverse("linkage:contract_act", args=[made.number, "propose"]))
    page = bureau.get(reverse("linkage:contract", args=[made.number]))
    assert "确认协议" in page.text
    bureau.post(reverse("linkage:contract_act", args=[made.number, "confirm"]))

    made.refresh_from_db()
    assert made.status == "in_force"
    assert made.number in office.get(reverse("linkage:contracts")).text


def test_a_mistake_stands_beside_its_field_and_nothing_is_kept(coordinator: Staff, head: Staff) -> None:
    address = reverse("linkage:contract_new") + f"?department={head.department.code}&direction=to_department"

    answer = browse(coordinator).post(address, TERMS | {"valid_to": "2026-11-19"})

    assert answer.status_code == 422
    assert "有效期至应不早于" in answer.text
    assert not ExchangeContract.objects.exists()


def test_the_next_edition_begins_with_the_present_terms(coordinator: Staff, head: Staff) -> None:
    ExchangeContractFactory(in_force=True, department=head.department, purpose="独有的目的")
    address = reverse("linkage:contract_new") + f"?department={head.department.code}&direction=to_department"

    assert "独有的目的" in browse(coordinator).get(address).text


def test_a_draft_is_changed(coordinator: Staff, head: Staff) -> None:
    made = ExchangeContractFactory(department=head.department)

    browse(coordinator).post(
        reverse("linkage:contract_edit", args=[made.number]), TERMS | {"version": "1", "purpose": "统计"}
    )

    made.refresh_from_db()
    assert (made.purpose, made.row_version) == ("统计", 2)


def test_a_department_reads_only_its_own_row(head: Staff) -> None:
    mine = ExchangeContractFactory(in_force=True, department=head.department)
    other = ExchangeContractFactory(in_force=True)

    page = browse(head).get(reverse("linkage:contracts")).text

    assert mine.number in page
    assert other.number not in page


def test_the_matrix_asks_a_fixed_number_of_times(coordinator: Staff, django_assert_num_queries) -> None:
    for _ in range(3):
        ExchangeContractFactory(in_force=True)
    client = browse(coordinator)
    client.get(reverse("linkage:contracts"))
    with django_assert_num_queries(9):
        client.get(reverse("linkage:contracts"))


def test_ending_needs_a_reason(coordinator: Staff) -> None:
    made = ExchangeContractFactory(in_force=True)
    address = reverse("linkage:contract_act", args=[made.number, "end"])

    assert browse(coordinator).post(address, {"reason": " "}).status_code == 422
    browse(coordinator).post(address, {"reason": "系统停用"})

    made.refresh_from_db()
    assert (made.status, made.valid_to) == ("ended", date(2026, 11, 20))


def test_an_unknown_step_is_not_found(coordinator: Staff) -> None:
    made = ExchangeContractFactory(in_force=True)

    answer = browse(coordinator).post(reverse("linkage:contract_act", args=[made.number, "sign"]))

    assert answer.status_code == 404


def test_the_paper_names_both_sides(head: Staff) -> None:
    made = ExchangeContractFactory(
        in_force=True, department=head.department, proposed_by="袁承志", confirmed_by="姚慧芳"
    )

    page = browse(head).get(reverse("linkage:contract_print", args=[made.number])).text

    assert "袁承志" in page
    assert "姚慧芳" in page


def test_the_desk_lists_what_was_withheld_and_lets_it_go(coordinator: Staff) -> None:
    endpoint = EndpointFactory()
    push = PushFactory(department=endpoint.department, kind="approval.concluded")
    WithheldPush.objects.create(
        push=push, department=push.department, reason="没有生效的数据共享协议", withheld_at=push.pushed_at
    )
    client = browse(coordinator)
    assert push.number in client.get(reverse("linkage:withheld")).text

    client.post(reverse("linkage:withheld_release", args=[push.department.code]))

    assert Delivery.objects.get().push == push
    assert push.number not in client.get(reverse("linkage:withheld")).text
