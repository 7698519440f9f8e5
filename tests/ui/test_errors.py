"""Error pages say in Chinese what to do, and give a number to quote."""

import re
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory

from shenguan.ui.views import errors

pytestmark = pytest.mark.urls("tests.ui.urls")
NUMBER = re.compile(r'错误号 <span class="code">[0-9A-F]{12}</span>')


@pytest.fixture
def visitor(db: None) -> Client:
    return Client(raise_request_exception=False)


def test_it_shows_404_inside_the_frame_of_a_signed_in_person(client_of: Callable[..., Client]) -> None:
    response = client_of().get("/none/")
    page = response.content.decode()
    assert response.status_code == 404
    assert "没有找到这个页面" in page
    assert 'id="side"' in page
    assert NUMBER.search(page)


def test_it_shows_404_to_a_visitor_in_the_public_frame(visitor: Client) -> None:
    response = visitor.get("/public/none/")
    assert response.status_code == 404
    assert 'id="side"' not in response.content.decode()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_it_shows_500_with_a_number(visitor: Client) -> None:
    response = visitor.get("/t/broken/")
    assert response.status_code == 500
    assert NUMBER.search(response.content.decode())


def test_it_hides_what_went_wrong(visitor: Client) -> None:
    assert "a defect of the test" not in visitor.get("/t/broken/").content.decode()


def test_it_logs_the_number_it_shows(visitor: Client, caplog: pytest.LogCaptureFixture) -> None:
    page = visitor.get("/t/broken/").content.decode()
    shown = re.search(r"[0-9A-F]{12}", page[page.index("错误号") :])
    assert shown is not None
    assert shown.group() in caplog.text


def test_it_puts_an_error_into_the_message_area_of_an_htmx_page(client_of: Callable[..., Client]) -> None:
    response = client_of().get("/t/broken/", headers={"hx-request": "true"})
    assert response.status_code == 500
    assert response.headers["HX-Retarget"] == "#messages"
    assert 'role="alert"' in response.content.decode()


def test_it_answers_a_machine_with_a_problem(visitor: Client) -> None:
    response = visitor.get("/api/t/broken/")
    assert response.status_code == 500
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == 500


def test_it_answers_a_machine_at_an_unknown_address_with_a_problem(visitor: Client) -> None:
    response = visitor.get("/api/v1/none/")
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"


def test_it_says_which_right_is_missing(rf: RequestFactory) -> None:
    response = errors.permission_denied(rf.get("/x/"), PermissionDenied("您的岗位没有“发布联动清单”权限。"))
    assert response.status_code == 403
    assert "您的岗位没有“发布联动清单”权限。" in response.content.decode()


def test_it_says_whom_to_ask_when_no_reason_is_given(rf: RequestFactory) -> None:
    assert "请联系本单位系统管理员" in errors.permission_denied(rf.get("/x/"), PermissionDenied()).content.decode()


def test_it_shows_400(rf: RequestFactory) -> None:
    assert errors.bad_request(rf.get("/x/")).status_code == 400


def test_it_explains_a_failed_csrf_check(client_of: Callable[..., Client]) -> None:
    client = client_of()
    client.handler.enforce_csrf_checks = True
    response = client.post("/session/keep/")
    assert response.status_code == 403
    assert "页面已过期" in response.content.decode()


def test_it_needs_no_database_to_show_500(rf: RequestFactory) -> None:
    assert errors.server_error(rf.get("/x/")).status_code == 500
