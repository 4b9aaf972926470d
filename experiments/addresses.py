"""Internet addresses: how many ways there are to write one, and which of them a stranger must not reach."""

from __future__ import annotations

import socket
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

#: Clouds hand out credentials here; these are not link-local.
_METADATA = frozenset(
    map(ip_address, ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254"))
)
_THIS_NETWORK = IPv4Network("0.0.0.0/8")
_TRANSLATED, _COMPATIBLE = IPv6Network("64:ff9b::/96"), IPv6Network("::/96")


def host_of(url: str) -> str | None:
    """The host of a URL in lower case; None where none can be read."""
    try:
        return urlsplit(url).hostname
    except ValueError:  # brackets that are no address
        return None


@lru_cache(maxsize=1024)
def literal(host: str) -> IPv4Address | IPv6Address | None:
    """The address that a host of a URL is, also as `2852039166` or `0x7f.1`; None for a name."""
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def reached(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Who answers there: the IPv4 address inside an IPv6 one, where there is one."""
    if isinstance(address, IPv4Address):
        return address
    inside = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    if inside is not None:
        return inside
    wraps = address in _TRANSLATED or (address in _COMPATIBLE and int(address) > 1)
    return IPv4Address(int(address) & 0xFFFFFFFF) if wraps else address


def guarded(address: IPv4Address | IPv6Address) -> str:
    """Why nobody may be sent there who did not name the very address; empty for any other address.

    Private networks are none of these: that is where the services of a cluster are.
    """
    there = reached(address)
    if there in _METADATA:
        return "a metadata service"
    if there.is_unspecified or (isinstance(there, IPv4Address) and there in _THIS_NETWORK):
        return "unspecified"
    if there.is_loopback:
        return "loopback"
    if there.is_link_local:
        return "link-local"
    if there.is_multicast:
        return "multicast"
    return "reserved" if there.is_reserved else ""
