"""Where a webhook may go (CONTRACT §4): registered https addresses outside our own network.

An address is looked at when it is registered, again before every call, and once more when its name is resolved for the
connection: a name that pointed outside yesterday may point to the metadata service today.
"""

import ipaddress
import socket
from functools import lru_cache

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# Metadata services that do not live on link-local addresses: Alibaba, Tencent's neighbour range, AWS on IPv6.
METADATA = frozenset(ipaddress.ip_address(text) for text in ("100.100.100.200", "fd00:ec2::254"))

# Networks whose last 32 bits are an IPv4 address: compatible, translated, NAT64 and its local kin.
CARRIERS = tuple(ipaddress.ip_network(text) for text in ("::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48"))


class ForbiddenAddressError(Exception):
    """The address may not be called; the message says why."""


class UnresolvedError(OSError):
    """The guard left no address to connect to."""


@lru_cache(maxsize=1024)  # the same text gets the same verdict; what a name points to is looked at by the resolver
def check_url(url: str, *, allow_private: bool) -> None:
    """Looks at the address as the caller will read it, so that １２７.0.0.1 is no name. `allow_private` is the
    operator's word for plain http and private networks.

    Raises ForbiddenAddressError.
    """
    try:
        parts = URL(url)
    except ValueError as error:
        raise ForbiddenAddressError("地址格式有误，请逐字核对。") from error
    if parts.scheme not in ("https", "http") or not parts.host:
        raise ForbiddenAddressError("地址应以 https:// 开头。")
    if parts.scheme == "http" and not allow_private:
        raise ForbiddenAddressError("只能使用 https 地址；确需 http 时由运维人员以 --allow-http 登记。")
    if parts.user or parts.password:
        raise ForbiddenAddressError("地址中不能带用户名或密码。")
    try:
        literal = ipaddress.ip_address(parts.host)
    except ValueError:
        return  # a name: looked at when it is resolved
    check_address(literal, allow_private=allow_private)


def check_address(address: IPAddress, *, allow_private: bool) -> None:
    """Link-local and metadata addresses never, private and loopback ones only by the operator's word.

    Raises ForbiddenAddressError.
    """
    address = _unwrap(address)
    if address.is_link_local or address in METADATA or address.is_multicast or address.is_unspecified:
        raise ForbiddenAddressError(f"地址 {address} 属于链路本地、元数据或保留地址，任何情况下都不能使用。")
    if address.is_global:
        return
    if not (allow_private and (address.is_private or address.is_loopback)):
        raise ForbiddenAddressError(f"地址 {address} 属于内网地址；确需使用时由运维人员以 --allow-http 登记。")


def _unwrap(address: IPAddress) -> IPAddress:
    """The IPv4 address inside an IPv6 one (mapped, 6to4, NAT64 …), which is where the packets would really go."""
    if isinstance(address, ipaddress.IPv6Address):
        if inner := address.ipv4_mapped or address.sixtofour:
            return inner
        if int(address) > 1 and any(address in network for network in CARRIERS):
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


class GuardedResolver(AbstractResolver):
    """Resolves names and drops the addresses that may not be called."""

    def __init__(self, inner: AbstractResolver, *, allow_private: bool) -> None:
        self._inner = inner
        self._allow_private = allow_private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The allowed addresses of a name. Raises UnresolvedError when none is left."""
        allowed, refusal = [], ""
        for found in await self._inner.resolve(host, port, family):
            try:
                check_address(ipaddress.ip_address(found["host"].split("%")[0]), allow_private=self._allow_private)
            except ForbiddenAddressError as error:
                refusal = str(error)
            else:
                allowed.append(found)
        if refusal and not allowed:
            raise UnresolvedError(refusal)
        return allowed

    async def close(self) -> None:
        """Closes the resolver behind."""
        await self._inner.close()
