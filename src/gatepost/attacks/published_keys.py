"""Keys that an app publishes, at the usual places."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.sending import Exchange, Sender
from gatepost.attacks.signing_keys import UnfitKeyError, jwk_of, public_key_of
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.wire import RawRequest

_PLACES = (
    "/.well-known/jwks.json", "/jwks.json", "/jwks", "/auth/jwks", "/api/jwks", "/api/jwks.json",
    "/api/.well-known/jwks.json", "/oauth/jwks", "/oauth2/jwks", "/.well-known/jwks",
)  # fmt: skip
_DISCOVERY = "/.well-known/openid-configuration"
_NAMED = re.compile(r"jwks|certs|public[-_.]?key|\.pem$", re.IGNORECASE)
_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.DOTALL)
_PRIVATE = frozenset({"d", "p", "q", "k"})


@dataclass(frozen=True, slots=True)
class Publication:
    """An answer that publishes keys.

    Attributes:
        exchange: the request and the answer.
        keys: what it publishes, as JWKs.
    """

    exchange: Exchange
    keys: tuple[Mapping[str, str], ...]

    @property
    def private(self) -> tuple[Mapping[str, str], ...]:
        """Those that sign, and not only verify."""
        return tuple(key for key in self.keys if _PRIVATE & set(key))


def publications(surface: Surface, sender: Sender) -> list[Publication]:
    """Ask for keys where they usually are, and where an operation is named after them."""
    named = [
        each.path for each in surface
        if each.method == "GET" and not each.names and _NAMED.search(each.path)
    ]  # fmt: skip
    base = f"{surface.file.people.base_path}/jwks"
    places = dict.fromkeys((*named, base, *_PLACES, *_discovered(sender)))
    found = (_asked(place, sender) for place in places)
    return [each for each in found if each is not None]


def _asked(place: str, sender: Sender) -> Publication | None:
    try:
        exchange = sender.send(RawRequest("GET", place))
    except Inconclusive:
        return None
    if not exchange.succeeded:
        return None
    keys = tuple(_keys_in(exchange.answered.body))
    return Publication(exchange, keys) if keys else None


def _discovered(sender: Sender) -> list[str]:
    try:
        body = sender.send(RawRequest("GET", _DISCOVERY)).answered.body
        where = json.loads(body)["jwks_uri"]
    except (Inconclusive, ValueError, KeyError, TypeError):
        return []
    return [urlsplit(where).path] if isinstance(where, str) else []


def _keys_in(body: bytes) -> Iterator[Mapping[str, str]]:
    text = body.decode(errors="replace")
    try:
        found: object = json.loads(text)
    except ValueError:
        found = None
    if isinstance(found, dict):
        listed = found.get("keys", [found])
        for each in listed if isinstance(listed, list) else ():
            if isinstance(each, dict) and "kty" in each:
                yield {name: value for name, value in each.items() if isinstance(value, str)}
    for match in _PEM.finditer(text.replace("\\n", "\n")):
        try:
            yield jwk_of(public_key_of(match[0].encode()))
        except UnfitKeyError:
            continue
