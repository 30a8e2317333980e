"""The access cookie over HTTPS: how it is set, what it opens, and what is no access cookie."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gatepost import Gatepost
from gatepost.attacks import Answered, Expected, RawRequest, complaints
from gatepost.attacks.forge import unbase64url
from gatepost.errors import ConfigurationError
from gatepost.issuers import BetterAuthServer
from tests.cli.running import gatepost as gatepost_command
from tests.conftest import settings_for
from tests.gate.over_tls import (
    COOKIE,
    COOKIE_PATH,
    InCookieMode,
    OverTls,
    bearer,
    cookie,
    cookie_app,
    dated,
    in_cookie_mode,
    settings_over_tls,
    signed_up,
    somebody_in_cookie_mode,
)
from tests.issuers.elsewhere import AUDIENCE, issuer_elsewhere

Field = tuple[str, str | bytes]

_ATTRIBUTES = {"Path": "/", "HttpOnly": "", "Secure": "", "SameSite": "Strict"}


@pytest.fixture(scope="module")
def it(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InCookieMode]:
    """An app in cookie mode."""
    with somebody_in_cookie_mode(cookie_app(), tmp_path_factory.mktemp("cookie")) as served:
        yield served


def _call(served: OverTls, method: str, *fields: Field) -> Answered:
    return served.send(RawRequest(method, COOKIE_PATH, fields))


def _cookie_of(answered: Answered) -> tuple[str, dict[str, str]]:
    assert (answered.status, answered.body) == (204, b"")
    assert answered.every("Cache-Control") == ("no-store",)
    [sent] = answered.every("Set-Cookie")
    pair, *attributes = sent.split("; ")
    named = dict(attribute.partition("=")[::2] for attribute in attributes)
    assert len(named) == len(attributes)
    return pair, named


def test_the_cookie_is_out_of_reach(it: InCookieMode) -> None:
    """For this host alone, over HTTPS, for no script and no other site, and no longer than it."""
    before = int(time.time())
    pair, attributes = _cookie_of(_call(it.served, "POST", bearer(it.ada.token)))
    assert pair == f"{COOKIE}={it.ada.token}"
    expires_at = json.loads(unbase64url(it.ada.token.split(".")[1]))["exp"]
    assert 0 < int(attributes.pop("Max-Age")) <= expires_at - before
    assert attributes == _ATTRIBUTES
    soon = dated(it.settings, it.ada.token, 20)
    _, attributes = _cookie_of(_call(it.served, "POST", bearer(soon)))
    assert int(attributes["Max-Age"]) in (19, 20)


def test_the_cookie_is_renewed_while_there_is_one(it: InCookieMode) -> None:
    """Whatever cookie is still sent, a good bearer token takes its place."""
    token = dated(it.settings, it.ada.token, 600)
    expired = dated(it.settings, it.ada.token, -60)
    for old in (it.ada.token, token, expired, "nonsense", "", '"', "a" * 9_000):
        for fields in ((cookie(old),), (cookie(old), cookie(old))):
            pair, _ = _cookie_of(_call(it.served, "POST", *fields, bearer(token)))
            assert pair == f"{COOKIE}={token}"


@pytest.mark.parametrize("site", ["same-origin", "none", None])
def test_the_cookie_is_cleared(site: str | None, it: InCookieMode) -> None:
    """The browser is told to drop it, whether it still means anything or not."""
    fields = (("Sec-Fetch-Site", site),) if site else ()
    for held in ((), (cookie(it.ada.token),), (cookie("nonsense"),), (cookie(""), cookie(""))):
        pair, attributes = _cookie_of(_call(it.served, "DELETE", *fields, *held))
        assert (pair, attributes) == (f"{COOKIE}=", {"Max-Age": "0", **_ATTRIBUTES})


def _unset(it: InCookieMode) -> dict[str, tuple[Expected, tuple[Field, ...]]]:
    token, good = it.ada.token, cookie(it.ada.token)
    with signed_up(it.served, "eve") as eve:
        eve.browser.post("/api/auth/sign-out", json={}).raise_for_status()
    return {
        "nothing": (Expected.R0, ()),
        "the cookie itself": (Expected.R0, (good,)),
        "another scheme": (Expected.R0, (("Authorization", "Basic YTpi"), good)),
        "an expired token": (Expected.R1, (bearer(dated(it.settings, token, -60)), good)),
        "a signed-out token": (Expected.R1, (bearer(eve.token), good)),
        "a forged token": (Expected.R1, (bearer(token[:-4]), good)),
        "two tokens": (Expected.R2, (bearer(token), bearer(token))),
        "two words": (Expected.R2, (bearer(f"{token} {token}"),)),
    }


def test_nothing_but_a_good_bearer_token_sets_it(it: InCookieMode) -> None:
    """A cookie cannot prolong itself, and what opens nothing becomes no cookie."""
    twin = it.served.get("/me", bearer("a.b.c"))
    for name, (expected, fields) in _unset(it).items():
        answered = _call(it.served, "POST", *fields)
        assert complaints(expected, answered, twin=twin) == [], name
    for where in ("access_token", "token"):
        target = f"{COOKIE_PATH}?{where}={it.ada.token}"
        form = RawRequest("POST", target, (), f"{where}={it.ada.token}".encode())
        assert complaints(Expected.R0, it.served.send(form)) == []


def test_the_cookie_opens_what_is_closed(it: InCookieMode) -> None:
    """Routes and websockets, as a bearer token does; and a public route does not look at it."""
    token, subject = it.ada.token, it.ada.user_id
    for way in (cookie(token), bearer(token)):
        answered = it.served.get("/me", way)
        assert (answered.status, answered.body) == (200, f'"{subject}"'.encode())
        assert it.served.first_word("/live", way) == subject
        assert it.served.first_word("/live", way, ("Origin", it.url)) == subject
    for pairs in ("a=b; {}", "{}; a=b", "a=b;{};c", "; ;{}", "better-auth.session_token=x; {}"):
        held = ("Cookie", pairs.format(f"{COOKIE}={token}"))
        assert it.served.get("/me", held).status == 200, pairs
        assert it.served.get("/me", ("Cookie", "a=b"), held).status == 200, pairs
    for held in (cookie("nonsense"), cookie("")):
        assert it.served.get("/open", held, held, ("Authorization", "Bearer a b")).status == 200


def test_a_websocket_with_two_credentials_is_refused(it: InCookieMode) -> None:
    """A page in cookie mode offers no token beside its cookie: nobody guesses which is meant."""
    held = f"{COOKIE}={it.ada.token}"
    protocols = ("Sec-WebSocket-Protocol", f"gatepost, bearer.{it.ada.token}")
    for more in (protocols, bearer(it.ada.token), ("Cookie", held), ("Cookie", f"{COOKIE}=")):
        assert it.served.first_word("/live", ("Cookie", held), more) == 400


def test_the_providers_cookie_opens_nothing(it: InCookieMode) -> None:
    """The session is for the provider; and in the access cookie it is no access token."""
    pairs = it.ada.browser.cookies.items()
    assert pairs
    session = ("Cookie", "; ".join(f"{name}={value}" for name, value in pairs))
    assert it.served.get("/api/auth/token", session).status == 200
    assert complaints(Expected.R0, it.served.get("/me", session)) == []
    assert it.served.first_word("/live", session) == 401
    value = it.ada.browser.get("/api/auth/get-session").json()["session"]["token"]
    twin = it.served.get("/me", bearer("a.b.c"))
    assert complaints(Expected.R1, it.served.get("/me", cookie(value)), twin=twin) == []


def test_the_cookie_ends_with_its_token(it: InCookieMode) -> None:
    """After sign-out, past its expiry, or forged, it is one and the same refusal."""
    twin = it.served.get("/me", bearer("a.b.c"))
    with signed_up(it.served, "cleo") as cleo:
        assert it.served.get("/me", cookie(cleo.token)).status == 200
        cleo.browser.post("/api/auth/sign-out", json={}).raise_for_status()
    header, payload, _ = it.ada.token.split(".")
    tokens = (cleo.token, dated(it.settings, it.ada.token, -60), f"{header}.{payload}.", "x")
    for token in tokens:
        assert complaints(Expected.R1, it.served.get("/me", cookie(token)), twin=twin) == []
        assert it.served.first_word("/live", cookie(token)) == 401


def test_the_cookie_is_nothing_where_cookie_mode_is_off(tmp_path: Path) -> None:
    """Without it a cookie is no credential, nor one too many, and nothing sets one."""
    with (
        in_cookie_mode(cookie_app(), tmp_path, access_cookie=None) as (served, _, _),
        signed_up(served) as ada,
    ):
        good, as_ada = cookie(ada.token), bearer(ada.token)
        for held in (good, cookie(""), cookie("nonsense")):
            assert complaints(Expected.R0, served.get("/me", held)) == []
            assert served.get("/me", held, as_ada).status == 200
        assert served.first_word("/live", good) == 401
        for method in ("POST", "DELETE"):
            assert _call(served, method, as_ada).status == 404


def test_people_from_elsewhere_have_the_cookie_too(tmp_path: Path) -> None:
    """An issuer's token goes into the cookie as it is, and is verified as ever."""
    with issuer_elsewhere("ES256") as elsewhere:
        algorithms = frozenset({"ES256"})
        issuer = BetterAuthServer(url=elsewhere.url, audience=AUDIENCE, algorithms=algorithms)
        with in_cookie_mode(cookie_app(), tmp_path, issuer=[issuer]) as (served, _, _):
            token = elsewhere.token("ada-elsewhere")
            pair, attributes = _cookie_of(_call(served, "POST", bearer(token)))
            assert pair == f"{COOKIE}={token}"
            assert 590 <= int(attributes["Max-Age"]) <= 600
            assert served.get("/me", cookie(token)).body == b'"ada-elsewhere"'
            assert served.first_word("/live", cookie(token)) == "ada-elsewhere"
            twin = served.get("/me", bearer("a.b.c"))
            long = bearer(elsewhere.token("ada", groups=["x" * 40] * 100))
            assert served.get("/me", long).status == 200
            answered = _call(served, "POST", long)  # no browser would keep it (RFC 6265bis)
            assert (answered.status // 100, answered.every("Set-Cookie")) == (4, ())
            for bad in (elsewhere.token("ada", aud="another"), elsewhere.token("ada", exp=1)):
                assert complaints(Expected.R1, served.get("/me", cookie(bad)), twin=twin) == []
                assert complaints(Expected.R1, _call(served, "POST", bearer(bad)), twin=twin) == []


@pytest.mark.parametrize(
    "path",
    ["", "api/cookie", "https://a.example/b", "/{name}", "/a?b", "/a#b", "*", " /a",
     "/api/auth", "/api/auth/", "/api/auth/sign-out"],
)  # fmt: skip
def test_what_is_no_path_is_refused(path: str, tmp_path: Path) -> None:
    """A path that no route has, or the provider, is a mistake; the message shows a right one."""
    with pytest.raises(ConfigurationError, match=r'access_cookie=.*"/api/access-cookie"'):
        Gatepost(settings_over_tls(1, tmp_path), access_cookie=path)


def test_cookie_mode_wants_https(tmp_path: Path) -> None:
    """Over http no browser would keep the cookie: the message says so, and what to do."""
    with pytest.raises(ConfigurationError, match=r"https.*GATEPOST_URL is http://.*bearer"):
        Gatepost(settings_for(1, tmp_path), access_cookie=COOKIE_PATH)
    production = replace(settings_for(1, tmp_path), url="http://tasks.example", production=True)
    with pytest.raises(ConfigurationError, match=r"GATEPOST_URL is http://tasks\.example"):
        Gatepost(production, access_cookie=COOKIE_PATH)


_MAIN = """
from fastapi import FastAPI
from gatepost import Gatepost
app = FastAPI()
Gatepost(access_cookie="/api/access-cookie").protect(app)
"""


def test_both_routes_are_listed(tmp_path: Path) -> None:
    """`gatepost routes` shows that one wants a sign-in, and why the other does not."""
    (tmp_path / "main.py").write_text(_MAIN)
    listed = gatepost_command(
        tmp_path, "routes", "main:app", "--json",
        GATEPOST_URL="https://127.0.0.1:1", GATEPOST_SECRET="what-seals-nothing-in-these-tests",
    )  # fmt: skip
    assert listed.code == 0, listed.err
    rows = json.loads(listed.out)
    rows = rows["routes"] if isinstance(rows, dict) else rows
    ours = {row["method"]: row for row in rows if row["path"] == COOKIE_PATH}
    assert ours["POST"]["policy"] == "signed in"
    assert ours["DELETE"]["policy"] == "public"
    assert "cookie" in ours["DELETE"]["reason"]
    assert len(ours) == 2
