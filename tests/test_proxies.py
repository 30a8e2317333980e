"""Where a request comes from: the peer, or whoever trusted proxies name."""

import pytest

from gatepost.errors import ConfigurationError
from gatepost.proxies import TrustedProxies, parse_proxies

_PROXIES = "10.0.0.0/8, 192.0.2.1, 2001:db8:f::/48, ::ffff:198.18.0.0/120"
_SIX = "2001:0db8:0001:0002:0000:0000:0000:0000"

# The peer, its X-Forwarded-For headers, the caller.
CALLERS: dict[str, tuple[str | None, tuple[str, ...], str]] = {
    "nobody in between": ("203.0.113.9", (), "203.0.113.9"),
    "a header from elsewhere": ("203.0.113.9", ("198.51.100.1",), "203.0.113.9"),
    "a proxy that says nothing": ("10.1.2.3", (), "10.1.2.3"),
    "one proxy": ("10.1.2.3", ("198.51.100.1",), "198.51.100.1"),
    "one proxy, and what the caller made up": (
        "10.1.2.3",
        ("127.0.0.1, 10.0.0.1, 198.51.100.1",),
        "198.51.100.1",
    ),
    "two proxies": ("192.0.2.1", ("198.51.100.1, 10.0.0.7",), "198.51.100.1"),
    "two headers": ("192.0.2.1", ("203.0.113.5", "198.51.100.1"), "198.51.100.1"),
    "nothing but proxies": ("192.0.2.1", ("10.0.0.8, 10.0.0.7",), "10.0.0.8"),
    "words": ("10.1.2.3", ("198.51.100.1, unknown",), "10.1.2.3"),
    "words further left": ("10.1.2.3", ("<script>, 10.0.0.7",), "10.0.0.7"),
    "an empty header": ("10.1.2.3", ("",), "10.1.2.3"),
    "an empty place": ("10.1.2.3", ("198.51.100.1,",), "10.1.2.3"),
    "a port": ("10.1.2.3", ("198.51.100.1:4711",), "198.51.100.1"),
    "a port in IPv6": ("10.1.2.3", ("[2001:db8:1:2::9]:4711",), _SIX),
    "IPv6 in brackets": ("10.1.2.3", ("[2001:db8:1:2::9]",), _SIX),
    "IPv6": ("2001:DB8:1:2:3:4:5:6", (), _SIX),
    "IPv6 with a zone": ("2001:db8:1:2::9%eth0", (), _SIX),
    "an IPv6 proxy": ("2001:db8:f::1", ("2001:db8:1:2::9",), _SIX),
    "IPv4 in IPv6": ("::ffff:203.0.113.9", (), "203.0.113.9"),
    "a proxy as IPv4 in IPv6": ("::ffff:10.0.0.1", ("::ffff:198.51.100.1",), "198.51.100.1"),
    "IPv6 with a zone and a port": ("10.1.2.3", ("[2001:db8:1:2::9%eth0]:4711",), _SIX),
    "IPv6 with a zone in escapes": ("10.1.2.3", ("2001:db8:1:2::9%25eth0",), _SIX),
    "IPv6 with a port and no brackets": ("10.1.2.3", ("2001:db8:1:2::9:4711",), _SIX),
    "an IPv6 proxy with a zone": ("2001:db8:f::1%eth0", ("198.51.100.1",), "198.51.100.1"),
    "IPv4 in IPv6 with a zone": ("::ffff:203.0.113.9%eth0", (), "203.0.113.9"),
    "IPv4 in IPv6 in hexadecimal": ("::ffff:cb00:7109", (), "203.0.113.9"),
    "IPv4 in IPv6 with a port": ("10.1.2.3", ("[::ffff:198.51.100.1]:4711",), "198.51.100.1"),
    "a proxy written as IPv4 in IPv6": ("198.18.0.9", ("203.0.113.9",), "203.0.113.9"),
    "a neighbour of a proxy written so": ("198.18.1.9", ("203.0.113.9",), "198.18.1.9"),
    "the other end of a /64": (
        "10.1.2.3",
        ("2001:db8:1:2:ffff:ffff:ffff:ffff",),
        _SIX,
    ),
    "tabs": ("10.1.2.3", ("\t198.51.100.1 \t",), "198.51.100.1"),
    "IPv4 with a zone": ("10.1.2.3", ("198.51.100.1%eth0",), "10.1.2.3"),
    "IPv4 in octal": ("10.1.2.3", ("0306.063.0144.01",), "10.1.2.3"),
    "IPv4 in one number": ("10.1.2.3", ("3325256705",), "10.1.2.3"),
    "a network": ("10.1.2.3", ("198.51.100.0/24",), "10.1.2.3"),
    "quotes": ("10.1.2.3", ('"198.51.100.1"',), "10.1.2.3"),
    "what belongs into Forwarded": ("10.1.2.3", ("for=198.51.100.1;proto=https",), "10.1.2.3"),
    "a port that is none": ("10.1.2.3", ("198.51.100.1:http",), "10.1.2.3"),
    "half a bracket": ("10.1.2.3", ("[2001:db8:1:2::9",), "10.1.2.3"),
    "a name": ("10.1.2.3", ("localhost",), "10.1.2.3"),
    "a socket": ("/run/socket", ("198.51.100.1",), ""),
    "no peer": (None, ("198.51.100.1",), ""),
}


@pytest.mark.parametrize("name", CALLERS)
def test_the_caller_is_whom_trusted_proxies_name(name: str) -> None:
    """From the right, as far as trusted proxies vouch for it, and IPv6 cut to /64."""
    peer, forwarded, caller = CALLERS[name]
    proxies = parse_proxies(_PROXIES, "GATEPOST_TRUSTED_PROXIES")
    assert proxies.network_of_caller(peer, forwarded) == caller


@pytest.mark.parametrize("name", CALLERS)
def test_without_trusted_proxies_no_header_counts(name: str) -> None:
    """Whatever a header says, the caller is the peer."""
    peer, forwarded, _ = CALLERS[name]
    nobody = TrustedProxies()
    assert nobody.network_of_caller(peer, forwarded) == nobody.network_of_caller(peer, ())


@pytest.mark.parametrize(
    "written",
    [
        *("0.0.0.0/0", "::/0", "10.0.0.0/7", "proxy.example", "10.0.0.1/33", "*"),
        *("::ffff:0:0/96", "::ffff:10.0.0.0/103", "fe80::1%eth0", "fe80::%eth0/64"),
        *("10.0.0.1:80", "[2001:db8::1]", "10.0.0.1-10.0.0.9"),
    ],
)
def test_what_is_no_proxys_network_is_refused(written: str) -> None:
    """A name, a network that is none, and half the internet are refused, with the variable."""
    with pytest.raises(ConfigurationError, match=r"^GATEPOST_TRUSTED_PROXIES: "):
        parse_proxies(f"10.0.0.1,{written}", "GATEPOST_TRUSTED_PROXIES")
