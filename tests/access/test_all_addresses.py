"""A sweep over every address of the portal: nothing is open by slip, nothing lacks a named right."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from shenguan.access.api import HasScope

OPEN_ADDRESSES = (
    "accounts/login/",
    "accounts/logout/",
    "api/docs/",
    "api/schema/",
    "healthz/",
    "messages/receipts/sms/",  # signed by the provider
    "metrics",
    "public/",
    "readyz/",
)
MACHINE_ADDRESSES = ("api/", "oauth2/")
# Pages everybody who is signed in may use: home, search, own password, own messages, and the codes in them.
FOR_ALL_STAFF = ("ui", "access", "notify", "code")


def addresses(resolver: URLResolver, prefix: str = "", app: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    """(address, app, pattern) of every view."""
    for pattern in resolver.url_patterns:
        here = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, here, pattern.app_name or app)
        else:
            yield here, app, pattern


ALL = sorted(addresses(get_resolver("shenguan.urls")), key=lambda row: row[0])
MACHINES = [row for row in ALL if row[0].startswith("api/v1/")]
PAGES = [row for row in ALL if not row[0].startswith(MACHINE_ADDRESSES)]


@pytest.mark.parametrize(("address", "pattern"), [(address, pattern) for address, _, pattern in ALL])
def test_only_the_listed_addresses_are_open(address: str, pattern: URLPattern):
    assert getattr(pattern.callback, "is_public", False) is address.startswith(OPEN_ADDRESSES)


@pytest.mark.parametrize(
    ("address", "pattern"),
    [
        (address, pattern)
        for address, app, pattern in PAGES
        if app not in FOR_ALL_STAFF and not address.startswith(OPEN_ADDRESSES)
    ],
)
def test_every_other_page_names_the_right_it_needs(address: str, pattern: URLPattern):
    assert pattern.callback.required_permissions


@pytest.mark.parametrize(("address", "pattern"), [(address, pattern) for address, _, pattern in MACHINES])
def test_every_call_of_the_machine_interface_names_its_scope(address: str, pattern: URLPattern):
    assert any(isinstance(permission, HasScope) for permission in pattern.callback.cls.permission_classes)
