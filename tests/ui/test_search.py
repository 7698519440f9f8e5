"""Global search collects, opens a single exact hit, and takes no personal numbers."""

from collections.abc import Callable

import pytest
from django.test import Client

from shenguan.org.models import Staff
from shenguan.ui import search
from shenguan.ui.search import Hit


@pytest.fixture(autouse=True)
def providers(monkeypatch: pytest.MonkeyPatch) -> list[search.Provider]:
    """Only what the test registers."""
    own: list[search.Provider] = []
    monkeypatch.setattr(search, "_providers", own)
    return own


def test_it_asks_for_text_first(client_of: Callable[..., Client]) -> None:
    assert "搜索内容" in client_of().get("/search/").content.decode()


def test_it_lists_the_hits_of_every_provider(client_of: Callable[..., Client]) -> None:
    search.register(lambda staff, text: [Hit("办件", "甲件", "公共场所卫生许可", "/a/")])
    search.register(lambda staff, text: [Hit("监管对象", "乙公司", "南湖区", "/b/")])
    page = client_of().get("/search/", {"q": "云州"}).content.decode()
    assert "甲件" in page
    assert "乙公司" in page


def test_it_opens_a_single_exact_hit(client_of: Callable[..., Client]) -> None:
    search.register(lambda staff, text: [Hit("办件", "近似", "", "/a/"), Hit("办件", "甲件", "", "/b/", exact=True)])
    assert client_of().get("/search/", {"q": "甲件"}).url == "/b/"


def test_it_lists_two_exact_hits(client_of: Callable[..., Client]) -> None:
    search.register(
        lambda staff, text: [Hit("办件", "甲", "", "/a/", exact=True), Hit("证照", "甲", "", "/b/", exact=True)]
    )
    assert client_of().get("/search/", {"q": "甲"}).status_code == 200


def test_it_echoes_a_search_without_hits(client_of: Callable[..., Client]) -> None:
    assert "没有找到“&lt;b&gt;”" in client_of().get("/search/", {"q": "<b>"}).content.decode()


def test_it_shows_a_bounded_number_of_hits(providers: list[search.Provider]) -> None:
    providers.append(lambda staff, text: (Hit("办件", str(n), "", "/a/") for n in range(10_000)))
    assert len(search.find(Staff(), "x")) == search.SHOWN_PER_PROVIDER


@pytest.mark.parametrize("text", ["11010519491231002X", "110105 19491231 002x", "13800001111", "138-0000-1111"])
def test_it_takes_no_personal_number(
    text: str, client_of: Callable[..., Client], providers: list[search.Provider]
) -> None:
    providers.append(lambda staff, text: [Hit("办件", "不应出现", "", "/a/", exact=True)])
    page = client_of().get("/search/", {"q": text}).content.decode()
    assert "不接受身份证件号码和手机号" in page
    assert "不应出现" not in page
    assert f'value="{text}"' not in page


@pytest.mark.parametrize("text", ["91439901MA4DX2730E", "SLYZ2026000123", "0700-6180021"])
def test_it_takes_the_numbers_of_business(text: str) -> None:
    assert not search.is_personal_number(text)
