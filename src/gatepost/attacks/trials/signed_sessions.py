"""Signatures of sessions, 100.1 and 100.2: a session's cookie without its own is nobody's.

Better Auth signs the token in its cookie, Starlette what is in it, and so do others: a value, a dot
and a signature. A JWT in a cookie is what 20 to 63 are about.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from urllib.parse import quote, unquote

from gatepost.attacks.catalogue import find
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.people.carrier import is_jwt
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.aiming import probe
from gatepost.attacks.trials.sessions import granted
from gatepost.attacks.wire import RawRequest

_SHORTEST = 20
"""Characters of a signature: shorter ends name a server, a version or a kind."""


def signed_sessions(surface: Surface) -> Iterator[Trial]:
    """Plan 100.1 and 100.2, once each."""
    if surface.file.people.kind == "better-auth" or probe(surface) is not None:
        yield Trial(find("100.1"), None, partial(_tried, with_another=True))
        yield Trial(find("100.2"), None, partial(_tried, with_another=False))


def _tried(stage: Stage, *, with_another: bool) -> Verdict:
    signed = stage.once("signed cookies", lambda: _signed_cookies(stage))
    if not signed:
        return not_applicable("no cookie with a signature is a session's")
    for name, value in signed.items():
        for says, lie in _others(stage, name, value) if with_another else _bare(value):
            exchange = _opened(stage, name, lie)
            if exchange is not None:
                return got_in(f"the session cookie {name} is taken {says}", exchange)
    return REFUSED


def _signed_cookies(stage: Stage) -> dict[str, str]:
    """Return the cookies of Alice's that have a signature and open the app by themselves."""
    found = {name: value for name, value in _cookies_of(stage.alice).items() if _is_signed(value)}
    return {name: value for name, value in found.items() if _opened(stage, name, value) is not None}


def _cookies_of(person: Person) -> Mapping[str, str]:
    pairs = (each.strip().partition("=") for each in (person.cookie or "").split(";"))
    return {**person.cookies, **{name: value for name, equals, value in pairs if equals}}


def _is_signed(value: str) -> bool:
    plain = unquote(value)
    before, dot, signature = plain.rpartition(".")
    return bool(before and dot) and len(signature) >= _SHORTEST and not is_jwt(plain)


def _others(stage: Stage, name: str, value: str) -> Iterator[tuple[str, str]]:
    before, _, signature = unquote(value).rpartition(".")
    bobs = unquote(_cookies_of(stage.bob).get(name, "")).rpartition(".")[2]
    if len(bobs) == len(signature) and bobs != signature:
        yield "with another's signature", _written(f"{before}.{bobs}", value)
    end = signature[len(signature.rstrip("=")) or len(signature) :]
    made_up = "A" * (len(signature) - len(end)) + end
    yield "with a signature of nobody's", _written(f"{before}.{made_up}", value)


def _bare(value: str) -> Iterator[tuple[str, str]]:
    before = unquote(value).rpartition(".")[0]
    for bare in (before, f"{before}.", f"s:{before}"):
        yield "without its signature", _written(bare, value)


def _written(plain: str, like: str) -> str:
    """Encode a value as one that the app has given."""
    return quote(plain, safe="!'()*") if "%" in like else plain


def _opened(stage: Stage, name: str, value: str) -> Exchange | None:
    """Return what a cookie alone gets of Alice's, or None where it is nobody's."""
    others = {key: text for key, text in stage.alice.headers.items()
              if key.lower() not in {"cookie", "authorization"}}  # fmt: skip
    holder = replace(stage.alice, headers={**others, "Cookie": f"{name}={value}"})
    section = stage.doors.section
    if section.kind == "better-auth":
        exchange = stage.send(RawRequest("GET", f"{section.base_path}/get-session"), holder)
        is_hers = stage.alice.email.encode() in exchange.answered.body
        return exchange if exchange.succeeded and is_hers else None
    return granted(stage, holder) if stage.alice.cookie is not None else None
