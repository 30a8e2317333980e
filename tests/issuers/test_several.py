"""Issuers elsewhere: each has its own keys, its own audience, and its own people."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from gatepost import (
    BetterAuthServer,
    BuiltIn,
    ConfigurationError,
    Gatepost,
    OpenIdProvider,
    SharedSecretIssuer,
)
from gatepost.issuers import Issuer
from gatepost.settings import Secret
from gatepost.testing import sign_up
from gatepost.tokens import derived_user_id
from tests.conftest import settings_for
from tests.issuers.elsewhere import AUDIENCE, Elsewhere, believing, issuer_elsewhere
from tests.tokens.hostile_issuer import sends_json
from tests.tokens.house import base64url

# joserfc warns of the name `EdDSA`, which is the one that Better Auth uses.
pytestmark = pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")

_SHARED = "a secret that two programs know, and nobody else"


def _ask(url: str, token: str, path: str = "/me", method: str = "GET") -> httpx.Response:
    return httpx.request(method, url + path, headers={"Authorization": f"Bearer {token}"})


def _better_auth(issuer: Elsewhere, *, owns: bool = False) -> BetterAuthServer:
    return BetterAuthServer(url=issuer.url, audience=AUDIENCE, subjects_are_user_ids=owns)


def _by_shared_secret(key: bytes, *, kid: bool = False, **claims: object) -> str:
    now = int(time.time())
    head = {"alg": "HS256", "typ": "JWT", **({"kid": "any"} if kid else {})}
    good = {"iss": "https://legacy.test", "aud": AUDIENCE, "sub": "ada", "iat": now}
    body = {**good, "exp": now + 600, **claims}
    signing_input = b".".join(base64url(json.dumps(part).encode()) for part in (head, body))
    signature = hmac.new(key, signing_input, hashlib.sha256).digest()
    return (signing_input + b"." + base64url(signature)).decode()


def test_one_issuers_subject_is_the_user_id(tmp_path: Path) -> None:
    """Where there is one issuer, its subject says whose rows they are."""
    with issuer_elsewhere() as issuer, believing([_better_auth(issuer)], tmp_path) as url:
        assert _ask(url, issuer.token("ada")).json() == {
            "user_id": "ada",
            "issuer": issuer.url,
            "subject": "ada",
        }
        assert _ask(url, issuer.token("@" + "A" * 43)).status_code == 401


def test_one_subject_at_two_issuers_is_two_people(tmp_path: Path) -> None:
    """Nobody reaches the rows of somebody who happens to have the same subject elsewhere."""
    with issuer_elsewhere() as first, issuer_elsewhere() as second:
        trusted = [_better_auth(first), _better_auth(second)]
        with believing(trusted, tmp_path) as url:
            of_first, of_second = first.token("ada"), second.token("ada")
            assert _ask(url, of_first, "/notes/mine", "POST").status_code == 200
            assert _ask(url, of_first, "/notes").json() == ["mine"]
            assert _ask(url, of_second, "/notes").json() == []
            for issuer, token in ((first, of_first), (second, of_second)):
                expected = derived_user_id(issuer.url, "ada")
                assert _ask(url, token).json()["user_id"] == expected


def test_order_of_issuers_means_nothing_and_one_may_own_its_subjects(tmp_path: Path) -> None:
    """A second issuer takes nothing from the people who were there, wherever it stands."""
    with issuer_elsewhere() as first, issuer_elsewhere() as second:
        old, new = _better_auth(first, owns=True), _better_auth(second)
        for trusted in ([old, new], [new, old]):
            with believing(trusted, tmp_path) as url:
                assert _ask(url, first.token("ada")).json()["user_id"] == "ada"
                theirs = _ask(url, second.token("ada")).json()["user_id"]
                assert theirs == derived_user_id(second.url, "ada")


CROSSED: dict[str, Callable[[Elsewhere, Elsewhere], str]] = {
    "another's key under our name": lambda ours, other: other.token("ada", iss=ours.url),
    "ours under another's name": lambda ours, other: ours.token("ada", iss=other.url),
    "nobody's name": lambda ours, _: ours.token("ada", iss="https://nobody.test"),
    "no name": lambda ours, _: ours.token("ada", iss=...),
    "a list of names": lambda ours, other: ours.token("ada", iss=[ours.url, other.url]),
    "another's audience": lambda ours, _: ours.token("ada", aud="https://other.test"),
    "both audiences": lambda ours, _: ours.token("ada", aud=[AUDIENCE, "https://other.test"]),
}


@pytest.mark.parametrize("name", CROSSED)
def test_issuers_do_not_vouch_for_each_other(name: str, tmp_path: Path) -> None:
    """A token is believed under its own issuer's key, name and audience, though kids are alike."""
    with issuer_elsewhere() as ours, issuer_elsewhere() as other:
        theirs = BetterAuthServer(url=other.url, audience="https://other.test")
        with believing([_better_auth(ours), theirs], tmp_path) as url:
            assert _ask(url, ours.token("ada")).status_code == 200
            assert _ask(url, other.token("ada", aud="https://other.test")).status_code == 200
            assert _ask(url, CROSSED[name](ours, other)).status_code == 401


def test_shared_secret_is_an_issuer_of_its_own(tmp_path: Path) -> None:
    """HS256 is believed from the issuer that was named with it, and from no other."""
    with issuer_elsewhere("RS256") as issuer:
        legacy = SharedSecretIssuer(
            issuer="https://legacy.test", audience=AUDIENCE, secret=Secret(_SHARED)
        )
        modern = OpenIdProvider(
            issuer=issuer.url, audience=AUDIENCE, token_types=frozenset({"at+jwt"})
        )
        place = f"{issuer.url}/jwks"
        issuer.server.answers["/.well-known/openid-configuration"] = sends_json(
            {"issuer": issuer.url, "jwks_uri": place}
        )
        with believing([legacy, modern], tmp_path) as url:
            assert _ask(url, issuer.token("ada", header={"typ": "at+jwt"})).status_code == 200
            for kid in (False, True):
                good = _by_shared_secret(_SHARED.encode(), kid=kid)
                assert _ask(url, good).status_code == 200
            public_pem = issuer.keys[0].as_pem(private=False)
            refused = {
                "another secret": _by_shared_secret(b"x" * 32),
                "the public key": _by_shared_secret(public_pem, iss=issuer.url),
                "the secret at the other": _by_shared_secret(_SHARED.encode(), iss=issuer.url),
                "the other's key here": issuer.token("ada", iss="https://legacy.test"),
                "no type": issuer.token("ada"),
                "an ID token's type": issuer.token("ada", header={"typ": "JWT"}),
                "an ID token": issuer.token("ada", header={"typ": "at+jwt"}, nonce="n"),
                "a client": issuer.token("client", header={"typ": "at+jwt"}, client_id="client"),
            }
            answers = {name: _ask(url, token).status_code for name, token in refused.items()}
            assert answers == dict.fromkeys(refused, 401)


def test_provider_here_stands_beside_another(tmp_path: Path) -> None:
    """People who sign in here and people who sign in elsewhere use one app, each their own rows."""
    with (
        issuer_elsewhere() as issuer,
        believing([BuiltIn(), _better_auth(issuer)], tmp_path) as url,
        sign_up(url, "ada") as ada,
    ):
        assert _ask(url, ada.token, "/notes/here", "POST").status_code == 200
        elsewhere = issuer.token(ada.user_id)
        assert _ask(url, elsewhere, "/notes").json() == []
        assert _ask(url, ada.token, "/notes").json() == ["here"]


def test_issuer_that_is_away_is_waited_for_and_nobody_gets_in(tmp_path: Path) -> None:
    """The app starts without its issuer, says 503 to everybody, and serves when it is back."""
    with issuer_elsewhere() as issuer:
        token = issuer.token("ada")
        issuer.server.close_port()
        with believing([_better_auth(issuer)], tmp_path) as url:
            away = _ask(url, token)
            assert (away.status_code, away.json()["code"]) == (503, "SERVICE_UNAVAILABLE")
            assert "WWW-Authenticate" not in away.headers
            issuer.server.open()
            deadline = time.monotonic() + 20
            while _ask(url, token).status_code == 503 and time.monotonic() < deadline:
                time.sleep(0.05)
            assert _ask(url, token).status_code == 200
            issuer.server.close_port()
            assert _ask(url, token).status_code == 200


_URL = "https://auth.example.com"
IMPOSSIBLE: dict[str, Callable[[], object]] = {
    "plain http": lambda: BetterAuthServer(url="http://auth.example.com"),
    "no URL": lambda: BetterAuthServer(url="auth.example.com"),
    "another scheme": lambda: OpenIdProvider(issuer="file:///etc/keys", audience=AUDIENCE),
    "a short secret": lambda: SharedSecretIssuer(
        issuer=_URL, audience=AUDIENCE, secret=Secret("short")
    ),
    "nobody": lambda: _gatepost([]),
    "one twice": lambda: _gatepost([BetterAuthServer(url=_URL), BetterAuthServer(url=_URL)]),
    "two who own their subjects": lambda: _gatepost(
        [BuiltIn(), BetterAuthServer(url=_URL, subjects_are_user_ids=True)]
    ),
}


def _gatepost(issuers: list[Issuer]) -> Gatepost:
    return Gatepost(settings_for(1, Path("nowhere")), issuer=issuers)


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_cannot_be_meant_is_refused_where_it_is_written(name: str) -> None:
    """An issuer that could be anybody, or two that could be each other, stop the app's start."""
    with pytest.raises(ConfigurationError):
        IMPOSSIBLE[name]()


def test_profile_of_somebody_elsewhere_is_not_here(tmp_path: Path) -> None:
    """Where Better Auth's tables are not at hand, a profile is a 404 and no database error."""
    with issuer_elsewhere() as issuer, believing([_better_auth(issuer)], tmp_path) as url:
        assert _ask(url, issuer.token("ada"), "/profile").status_code == 404


def test_provider_here_needs_its_secret_in_production(tmp_path: Path) -> None:
    """Naming the built-in provider in the code is no way round the secret."""
    settings = replace(settings_for(1, tmp_path), secrets=None, production=True)

    async def start() -> None:
        app = FastAPI()
        Gatepost(settings, issuer=BuiltIn()).protect(app)
        async with app.router.lifespan_context(app):
            pass

    with pytest.raises(ConfigurationError, match="GATEPOST_SECRET"):
        asyncio.run(start())


def test_sign_outs_elsewhere_are_not_promised_through_valkey(tmp_path: Path) -> None:
    """A Better Auth server writes nothing into Valkey, so nothing is promised of it."""
    settings = replace(settings_for(1, tmp_path), feed_url=Secret("valkey://127.0.0.1:9"))

    async def start() -> None:
        app = FastAPI()
        Gatepost(settings, issuer="http://127.0.0.1:9").protect(app)
        async with app.router.lifespan_context(app):
            pass

    with pytest.raises(ConfigurationError, match="GATEPOST_FEED_URL"):
        asyncio.run(start())
