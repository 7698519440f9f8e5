"""A refusal keeps its status, says its sentence and loses nothing."""

from collections.abc import Callable

import pytest
from django.test import Client

pytestmark = pytest.mark.urls("tests.ui.urls")


@pytest.mark.parametrize(("path", "status"), [("/t/stale/", 409), ("/t/forbidden/", 403), ("/t/invalid/", 422)])
def test_it_answers_with_the_status_of_the_refusal(path: str, status: int, client_of: Callable[..., Client]) -> None:
    assert client_of().post(path).status_code == status


def test_it_says_the_sentence_of_the_refusal(client_of: Callable[..., Client]) -> None:
    assert "受理人不能办理同一件的批准，请联系科室负责人。" in client_of().post("/t/forbidden/").content.decode()


def test_it_lists_every_error(client_of: Callable[..., Client]) -> None:
    assert "括号应为〔〕。" in client_of().post("/t/invalid/").content.decode()


def test_it_offers_the_way_back(client_of: Callable[..., Client]) -> None:
    page = client_of().post("/t/stale/", headers={"referer": "http://testserver/search/?q=a"}).content.decode()
    assert 'href="/search/?q=a"' in page


def test_it_does_not_offer_a_foreign_way_back(client_of: Callable[..., Client]) -> None:
    page = client_of().post("/t/stale/", headers={"referer": "https://evil.example/x"}).content.decode()
    assert "evil.example" not in page
    assert 'class="btn btn-primary" href="/"' in page


def test_it_puts_the_sentence_into_the_message_area_of_an_htmx_page(client_of: Callable[..., Client]) -> None:
    response = client_of().post("/t/invalid/", headers={"hx-request": "true"})
    assert response.status_code == 422
    assert response.headers["HX-Retarget"] == "#messages"
    assert "<html" not in response.content.decode()


def test_it_lets_a_view_answer_by_itself(client_of: Callable[..., Client]) -> None:
    response = client_of().post("/t/own/7/")
    assert (response.status_code, response.content.decode()) == (422, "7: 请填写理由。")


def test_it_leaves_a_good_answer_alone(client_of: Callable[..., Client]) -> None:
    response = client_of().post("/t/fine/")
    assert (response.status_code, response.content.decode()) == (200, "好")
