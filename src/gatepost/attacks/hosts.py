"""Whose host it is that is attacked: this machine, or one that somebody says is theirs."""

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

from gatepost.attacks.errors import AttackError


def origin_of(url: str) -> str:
    """Return the scheme, host and port of a URL.

    Raises:
        AttackError: it has none, or has a user, a query or a fragment.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise AttackError(f"{url!r} is no URL: {error}.") from error
    if not parts.hostname or parts.username is not None or parts.query or parts.fragment:
        raise AttackError(
            f"{url!r} is no URL of an app. Write its origin, for instance http://127.0.0.1:8000; "
            "how people sign in stands below [people] of the attack file."
        )
    return f"{parts.scheme}://{parts.netloc}"


def is_this_machine(url: str) -> bool:
    """Whether every address that the host of a URL has is loopback (RFC 6890).

    Raises:
        AttackError: the name has no address.
    """
    host = host_of(origin_of(url))
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AttackError(f"{host} has no address: {error}.") from error
    return all(_is_loopback(str(address[0])) for *_, address in found)


def host_of(url: str) -> str:
    """Return the host of a URL, in lower case."""
    return (urlsplit(url).hostname or "").lower()


def refuse_others(url: str, owned: str | None) -> bool:
    """Refuse to attack a host that is not this machine unless somebody says that it is theirs.

    Args:
        url: of the app.
        owned: the host that whoever runs the attack says is theirs.

    Returns:
        Whether it is another machine than this.

    Raises:
        AttackError: it is another machine, and nobody has said that it is theirs.
    """
    if is_this_machine(url):
        return False
    host = host_of(url)
    if owned is None:
        raise AttackError(
            f"{host} is not this machine. Attacks may break what they find a way into, and "
            "attacking what is not yours is a crime in most countries. Where it is yours, or you "
            f"have its owner's leave in writing, add --i-own-this-host {host}."
        )
    if owned.lower() != host:
        raise AttackError(f"--i-own-this-host names {owned}, and the URL {host}.")
    return True


def _is_loopback(address: str) -> bool:
    number = ip_address(address.partition("%")[0])
    mapped = getattr(number, "ipv4_mapped", None)
    return (mapped or number).is_loopback
