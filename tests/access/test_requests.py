"""Whose address a request came from, with our own TLS proxy in front."""

import pytest
from django.test import RequestFactory

from shenguan.access.requests import client_ip, ip_behind_proxy


def asked(**meta: str) -> str | None:
    return ip_behind_proxy(RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", **meta))


def test_it_takes_what_the_proxy_appended() -> None:
    assert asked(HTTP_X_FORWARDED_FOR="203.0.113.7") == "203.0.113.7"


def test_it_ignores_what_the_caller_made_up() -> None:
    assert asked(HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.7") == "203.0.113.7"


@pytest.mark.parametrize("header", ["", "unknown", "203.0.113.7, "])
def test_it_falls_back_to_the_connection(header: str) -> None:
    assert asked(HTTP_X_FORWARDED_FOR=header) == "10.0.0.9"


def test_it_believes_no_header_without_a_proxy() -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", HTTP_X_FORWARDED_FOR="203.0.113.7")
    assert client_ip(request) == "10.0.0.9"
