"""Addresses a webhook may and may not go to."""

import asyncio
import ipaddress
import socket
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from linkage import backoff
from linkage.channels.webhook.answers import retry_after
from linkage.channels.webhook.guard import (
    ForbiddenAddressError,
    GuardedResolver,
    UnresolvedError,
    check_address,
    check_url,
)

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)


class Names(AbstractResolver):
    """A name service that answers what a test says."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address in self.addresses
        ]

    async def close(self) -> None:
        """Nothing to close."""


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111"])
def test_it_lets_public_addresses_pass(address):
    check_address(ipaddress.ip_address(address), allow_private=False)


@pytest.mark.parametrize(
    "address", ["10.1.2.3", "192.168.1.1", "172.16.0.1", "127.0.0.1", "::1", "fd12::1", "::ffff:10.0.0.1"]
)
def test_it_lets_private_addresses_pass_only_by_an_operators_word(address):
    check_address(ipaddress.ip_address(address), allow_private=True)

    with pytest.raises(ForbiddenAddressError):
        check_address(ipaddress.ip_address(address), allow_private=False)


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "100.100.100.200",
        "fe80::1",
        "fd00:ec2::254",
        "0.0.0.0",
        "224.0.0.1",
        "::ffff:169.254.169.254",
        "2002:a9fe:a9fe::1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a9fe:a9fe",
        "::169.254.169.254",
        "::ffff:0:a9fe:a9fe",
    ],
)
def test_it_never_lets_metadata_and_link_local_addresses_pass(address):
    with pytest.raises(ForbiddenAddressError):
        check_address(ipaddress.ip_address(address), allow_private=True)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "https://user:secret@example.com/",
        "https:///x",
        "file:///etc",
        "https://169.254.169.254/",
        "https://１６９.254.169.254/",
        "https://169。254。169。254/",
        "https://①⑥⑨.254.169.254/",
        "https://[::ffff:169.254.169.254]/",
        "https://[",
        "https://example.com:99999/",
    ],
)
def test_it_refuses_the_url(url):
    with pytest.raises(ForbiddenAddressError):
        check_url(url, allow_private=False)


def test_it_refuses_a_name_that_leads_inside():
    resolver = GuardedResolver(Names("169.254.169.254"), allow_private=False)

    with pytest.raises(UnresolvedError):
        asyncio.run(resolver.resolve("rebound.example.com", 443))


def test_it_keeps_the_public_addresses_of_a_name():
    resolver = GuardedResolver(Names("10.0.0.1", "8.8.8.8"), allow_private=False)

    found = asyncio.run(resolver.resolve("mixed.example.com", 443))

    assert [address["host"] for address in found] == ["8.8.8.8"]


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("120", timedelta(seconds=120)),
        ("Fri, 20 Nov 2026 01:40:00 GMT", timedelta(minutes=10)),
        ("Fri, 20 Nov 2026 01:00:00 GMT", timedelta(0)),
        ("999999999", timedelta(hours=24)),
    ],
)
def test_it_reads_retry_after(header, wait):
    assert retry_after(header, NOW) == wait


def test_it_doubles_waits_up_to_a_limit():
    first, longest = timedelta(seconds=5), timedelta(hours=1)

    waits = [backoff.wait(attempts, first=first, longest=longest) for attempts in range(1, 60)]

    assert first <= waits[0] <= first * 1.2
    assert all(longest <= wait <= longest * 1.2 for wait in waits[11:])
    assert sum(waits, timedelta()) > timedelta(hours=24)
