"""Hostile tokens: each hole is told by its own attack, and of sound apps nothing is said."""

import hmac
import json
import secrets
import time
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI, Header, HTTPException

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.claims_of_tokens import claims
from gatepost.attacks.trials.credentials import credentials
from gatepost.attacks.trials.other_kinds import other_kinds
from gatepost.attacks.trials.tokens import signatures
from tests.attacks.kit.lab import PEOPLE as LAB_PEOPLE
from tests.attacks.kit.lab import Attacked, Credentials, Me, attacked, lab_app
from tests.attacks.kit.token_app import PEOPLE, token_app
from tests.attacks.kit.token_lab import decoded, encoded, refusal

_SECRET = "kq8Yv2uJ0fWm3zR7tB5nX1cL9sD4gHpE"
_PUBLISHED = {"GET /.well-known/jwks.json": "keys"}


def _attacked(app: FastAPI, *, secret: str = "") -> Attacked:
    file: dict[str, object] = {"people": PEOPLE, "public": _PUBLISHED}
    if secret:
        file["tokens"] = {"secret": secret}
    return attacked(
        app, signatures, claims, credentials, other_kinds, file=file,
        only=lambda trial: str(trial.operation) in {"GET /me", "None"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("hole", "found"),
    [
        ("", set()),
        ("unverified", {"20", "25.1", "25.2"}),
        ("none", {"20", "20.1", "22"}),
        ("kid", {"42"}),
        ("exp", {"64.4"}),
        ("aud", {"75.1"}),
        ("aud begins", {"75.4", "75.5"}),
        ("iss", {"88.1"}),
        ("iss begins", {"72.7"}),
        ("kind", {"85.1", "87.2", "87.3", "87.4"}),
        ("for years", {"140.2"}),
    ],
)
def test_a_hole_in_what_is_signed_with_a_secret_is_told(hole: str, found: set[str]) -> None:
    """Each hole is found by the attacks that are aimed at it, and a sound app passes them all."""
    came = _attacked(token_app(hole, secret=_SECRET), secret=_SECRET)
    assert {number for number, _ in came.findings} == found, came.said(Outcome.FINDING)
    assert came.said(Outcome.INCONCLUSIVE) == {}


@pytest.mark.parametrize(
    ("hole", "found"),
    [("", set()), ("brought", {"37"}), ("confused", {"31"}), ("private", {"47.9"})],
)
def test_a_hole_in_what_is_signed_with_a_key_is_told(hole: str, found: set[str]) -> None:
    """A key that comes along, a public key taken for a secret, and a private one that is shown."""
    came = _attacked(token_app(hole, jwks=True))
    assert {number for number, _ in came.findings} == found, came.said(Outcome.FINDING)
    assert came.said(Outcome.INCONCLUSIVE) == {}


@pytest.mark.parametrize(
    "secret", ["change-me", "harbour-notes-secret-2024", "0123456789abcdef" * 2]
)
def test_a_secret_that_is_guessed_is_told(secret: str) -> None:
    """A secret of tutorials, or one made of the app's own words, signs what the app believes."""
    came = _attacked(_with_title(token_app(secret=secret)))
    assert {number for number, _ in came.findings} == {"36.3"}


def test_a_guessed_secret_is_told_where_the_attack_file_names_another() -> None:
    """An app that signs with a secret of tutorials, and not with the one it was given, is told."""
    came = _attacked(token_app(secret="changeme"), secret="another secret of thirty-two bytes")
    assert {number for number, _ in came.findings} == {"36.3"}
    assert came.said(Outcome.INCONCLUSIVE) == {}


def _with_title(app: FastAPI) -> FastAPI:
    """Let an app tell what it is called, as FastAPI does unless it is told not to."""

    @app.get("/openapi.json", include_in_schema=False)
    def document() -> dict[str, dict[str, str]]:
        return {"info": {"title": app.title}}

    return app


def test_without_the_key_what_needs_it_is_not_applicable() -> None:
    """Claims are not attacked where the app's key is nowhere to be had, and the report says so."""
    came = _attacked(token_app(secret=secrets.token_urlsafe(32)))
    said = came.said(Outcome.NOT_APPLICABLE)
    assert "key is needed" in said["75.1", "GET /me"]
    assert came.findings == set()


def test_the_key_of_an_app_in_this_process_is_found() -> None:
    """A secret in a constant of the app's own module is enough for lies that are well signed."""
    came = _attacked(token_app("aud", secret=_SECRET))
    assert {number for number, _ in came.findings} == {"75.1"}


def test_a_key_that_has_signed_nothing_makes_claims_inconclusive() -> None:
    """Where the attack file names another key than the app's, no refusal of a claim is believed."""
    came = _attacked(token_app(secret=_SECRET), secret="another secret of thirty-two bytes")
    assert came.outcomes("75.1") == {Outcome.INCONCLUSIVE}


def test_what_lets_nobody_in_is_remarked_in_one_line() -> None:
    """What only the key's holder could send is told together, once, and is no finding."""
    came = _attacked(token_app(secret=_SECRET), secret=_SECRET)
    remarks = came.said(Outcome.REMARK)
    assert [number for number, _ in remarks] == ["149.2"]
    assert "66 exp missing" not in str(remarks)
    assert "43.6 kid missing" not in str(remarks)
    assert "38.1" in str(remarks)


def test_opaque_tokens_are_attacked_as_what_they_are() -> None:
    """Of a sound app with opaque tokens nothing is said, and no JWT is tried on it."""
    app = lab_app()

    @app.get("/me")
    def me(who: Me) -> dict[str, str]:
        return {"email": who}

    came = attacked(app, signatures, claims, credentials, other_kinds)
    assert came.findings == set()
    assert came.outcomes("20") == {Outcome.NOT_APPLICABLE}
    assert came.outcomes("139.2") == {Outcome.REFUSED}


def test_each_operation_gets_the_handful() -> None:
    """A route which decodes without verifying is found beside those that verify."""
    app = token_app(secret=_SECRET)

    @app.get("/lazy")
    def lazy(authorization: Annotated[str, Header()] = "") -> dict[str, str]:
        try:
            claims = json.loads(decoded(authorization.split(".")[1]))
        except (IndexError, ValueError):
            raise refusal() from None
        return {"email": claims["sub"]}

    came = attacked(app, signatures, file={"people": PEOPLE})
    assert {where for _, where in came.findings} == {"GET /lazy"}
    assert ("25.1", "GET /lazy") in came.findings


@pytest.mark.parametrize(
    ("known", "found"),
    [
        ("test-token", {"139.7"}),
        ("", {"139.6"}),
        ("begins", {"139.2"}),
        ("any", {"139.1"}),
        ("email", {"142.1"}),
        ("counted", {"142.2"}),
    ],
)
def test_a_credential_that_is_no_secret_is_told(known: str, found: set[str]) -> None:
    """A backdoor, a part, a word, a name or the next number in the place of a token is told."""
    app, given = FastAPI(openapi_url=None), dict[str, str]()

    @app.post("/register", status_code=201)
    def register(sent: Credentials) -> None:
        given.setdefault(sent.email, sent.password)

    @app.post("/login")
    def login(sent: Credentials) -> dict[str, str]:
        made = {"email": sent.email, "counted": str(len(given))}
        token = made.get(known, secrets.token_urlsafe(24))
        given[token] = sent.email
        return {"token": token}

    @app.get("/me")
    def me(authorization: Annotated[str | None, Header()] = None) -> dict[str, str]:
        scheme, _, token = (authorization or "").partition(" ")
        begins = (
            known == "begins" and len(token) > 7 and any(each.startswith(token) for each in given)
        )
        if scheme != "Bearer" or not (known == "any" or token in {known, *given} or begins):
            raise refusal()
        return {"email": given.get(token, "somebody")}

    came = attacked(app, credentials)
    assert {number for number, _ in came.findings} == found, came.said(Outcome.FINDING)


def _with_roles(*, trusted: bool) -> FastAPI:
    """Make an app whose tokens say who is an administrator; it may look that up all the same."""
    app, key, known = FastAPI(openapi_url=None), _SECRET.encode(), {"root@lab.example": "the root"}

    def claims_of(authorization: Annotated[str, Header()] = "") -> dict[str, str]:
        head, _, signature = authorization.removeprefix("Bearer ").rpartition(".")
        if not head or decoded(signature) != hmac.digest(key, head.encode(), "sha256"):
            raise refusal()
        said: dict[str, str] = json.loads(decoded(head.split(".")[1]))
        return said

    Claims = Annotated[dict[str, str], Depends(claims_of)]  # noqa: N806 - a type

    @app.post("/register", status_code=201)
    def register(sent: Credentials) -> None:
        known.setdefault(sent.email, sent.password)

    @app.post("/login")
    def login(sent: Credentials) -> dict[str, str]:
        if known.get(sent.email) != sent.password:
            raise refusal()
        role = "admin" if sent.email == "root@lab.example" else "user"
        claims = {"sub": sent.email, "role": role, "exp": int(time.time()) + 600}
        head = ".".join(encoded(json.dumps(each).encode()) for each in ({"alg": "HS256"}, claims))
        return {"token": f"{head}.{encoded(hmac.digest(key, head.encode(), 'sha256'))}"}

    @app.get("/admin/people")
    def people(claims: Claims) -> list[str]:
        if (claims["role"] != "admin") if trusted else (claims["sub"] != "root@lab.example"):
            raise HTTPException(403)
        return list(known)

    return app


@pytest.mark.parametrize("trusted", [True, False])
def test_a_role_that_the_token_says_is_told_of(trusted: bool) -> None:  # noqa: FBT001 - a column
    """That a token decides who is an administrator is a remark, for its issuer alone writes it."""
    root = {"email": "root@lab.example", "password": "the root"}
    file: dict[str, object] = {
        "people": {**LAB_PEOPLE, "admin": root},
        "admin": {"* /admin/*": "the back office"},
        "tokens": {"secret": _SECRET},
    }
    came = attacked(
        _with_roles(trusted=trusted),
        claims,
        file=file,
        only=lambda trial: trial.attack.id == "90.1",
    )
    assert came.outcomes("90.1") == {Outcome.REMARK if trusted else Outcome.REFUSED}, came.verdicts
