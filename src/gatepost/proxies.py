"""Where a request really comes from: the peer, or, behind proxies that are trusted, who they name.

`X-Forwarded-For` is anybody's to write. It counts where the peer is a proxy that the deployment
names, and then from the right: each trusted proxy vouches for the address on its left.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

from gatepost.errors import ConfigurationError

IpAddress: TypeAlias = IPv4Address | IPv6Address
_Network: TypeAlias = IPv4Network | IPv6Network
# A wider one would trust half the internet, and so anybody's header.
_SHORTEST_PREFIX = {4: 8, 6: 7}
_MAPPED = IPv6Network("::ffff:0:0/96")
_FOUR = 0xFFFF_FFFF
# Some proxies add the port.
_WITH_PORT = re.compile(r"\[(?P<six>[^\]]+)\](?::\d+)?|(?P<four>[0-9.]+):\d+")


@dataclass(frozen=True, slots=True)
class TrustedProxies:
    """The networks of the proxies in front of this app; none by default."""

    networks: tuple[_Network, ...] = ()

    @classmethod
    def of(cls, written: Iterable[str]) -> "TrustedProxies":
        """Take addresses and CIDR ranges.

        Raises:
            ValueError: one is neither, or so wide that it is no proxy's.
        """
        return cls(tuple(_network(text) for text in written))

    def caller(self, peer: str | None, forwarded: Sequence[str]) -> IpAddress | None:
        """Return the caller's address; None where it is unknown.

        Args:
            peer: whoever is connected.
            forwarded: the values of every X-Forwarded-For header, in their order.
        """
        address = None if peer is None else _parsed(peer)
        for hop in reversed(",".join(forwarded).split(",")):
            if address is None or not self.trusts(address):
                break
            named = _parsed(hop.strip())
            if named is None:
                break  # what stands further left was vouched for by nobody
            address = named
        return address

    def network_of_caller(self, peer: str | None, forwarded: Sequence[str]) -> str:
        """Return that address as Better Auth keeps it: IPv6 cut to /64, and "" where unknown."""
        address = self.caller(peer, forwarded)
        return "" if address is None else _shown(address)

    def trusts(self, address: IpAddress) -> bool:
        """Whether an address is one of the proxies."""
        return any(address in network for network in self.networks)


def parse_proxies(text: str, name: str) -> TrustedProxies:
    """Read `10.0.0.0/24,2001:db8::/64`.

    Args:
        text: as it was set; empty for none.
        name: where it was set; the message begins with it.

    Raises:
        ConfigurationError: an entry that is none, or so wide that it is no proxy's.
    """
    try:
        return TrustedProxies.of(part.strip() for part in text.split(",") if part.strip())
    except ValueError as error:
        raise ConfigurationError(
            f"{name}: {error}. Write the addresses of your proxies, or their networks, such as "
            "10.0.0.0/24,2001:db8::/64. Whoever connects from there says where requests come from."
        ) from error


def _network(text: str) -> _Network:
    if "%" in text:
        # It would be dropped, and whoever has that address on any other link be trusted as well.
        raise ValueError(f"{text} names an interface; leave that out, or name a network")
    network = ip_network(text, strict=False)
    if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
        # Whoever comes from there is shown as the IPv4 address that they are.
        inside = int(network.network_address) & _FOUR
        network = IPv4Network((inside, network.prefixlen - _MAPPED.prefixlen))
    if network.prefixlen < _SHORTEST_PREFIX[network.version]:
        raise ValueError(f"{text} is too wide to be a proxy's network")
    return network


def _parsed(text: str) -> IpAddress | None:
    with_port = _WITH_PORT.fullmatch(text)
    if with_port is not None:
        text = with_port["six"] or with_port["four"]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _shown(address: IpAddress) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    # Whoever has one IPv6 address has a /64 of them (RFC 6177).
    return IPv6Address(int(address) >> 64 << 64).exploded
