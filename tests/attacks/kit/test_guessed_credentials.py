"""Credentials that are guessed or computed, and people who pose: told from apps that ask."""

import base64
import hashlib
import hmac
import secrets
import time
from typing import Annotated

import pytest
from fastapi import Cookie, FastAPI, Header, HTTPException, Response

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.credentials import credentials
from gatepost.attacks.trials.posing import posing
from tests.attacks.kit.cookie_lab import cookie_people
from tests.attacks.kit.lab import LAB, PEOPLE, Credentials, Me, attacked, lab_app


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _signature(stamped: str, secret: str) -> str:
    """Sign as `itsdangerous` does."""
    key = hashlib.sha1(b"itsdangerous.Signersigner" + secret.encode()).digest()  # noqa: S324 - it is so
    return _encoded(hmac.digest(key, stamped.encode(), "sha1"))


def _signed(content: str, secret: str) -> str:
    stamped = f"{_encoded(content.encode())}.{_encoded(int(time.time()).to_bytes(4))}"
    return f"{stamped}.{_signature(stamped, secret)}"


def test_the_secret_of_a_signed_cookie_is_not_guessed() -> None:
    """A cookie that is its own session is forged where its secret is one of a dictionary."""
    app, passwords = FastAPI(openapi_url=None), dict[str, str]()

    @app.post("/register", status_code=201)
    def register(sent: Credentials) -> None:
        passwords[sent.email] = sent.password

    @app.post("/login")
    def login(sent: Credentials, response: Response) -> None:
        if passwords.get(sent.email) != sent.password:
            raise HTTPException(401)
        response.set_cookie("session", _signed(sent.email, "changeme"), httponly=True)

    @app.get("/me")
    def me(session: Annotated[str, Cookie()] = "") -> dict[str, str]:
        stamped, _, signature = session.rpartition(".")
        if not hmac.compare_digest(signature.encode(), _signature(stamped, "changeme").encode()):
            raise HTTPException(401)
        content = stamped.partition(".")[0]
        return {"email": base64.urlsafe_b64decode(content + "==").decode()}

    came = attacked(app, credentials, file={"people": cookie_people()})
    assert came.findings == {("36.4", "GET /me")}, came.said(Outcome.FINDING)


@pytest.mark.parametrize(
    ("kind", "attack_id", "outcome"),
    [
        ("named", "142.1", Outcome.FINDING),
        ("random", "142.1", Outcome.REFUSED),
        ("far apart", "142.2", Outcome.REFUSED),
        ("next", "142.2", Outcome.FINDING),
        ("open", "139.1", Outcome.NOT_APPLICABLE),
        ("sent elsewhere", "139.1", Outcome.REFUSED),
        ("not found", "139.1", Outcome.REMARK),
    ],
)
def test_a_credential_tells_of_no_other(kind: str, attack_id: str, outcome: Outcome) -> None:
    """A name that makes the token is found; strangers are told that they are none."""
    app, given = FastAPI(openapi_url=None), dict[str, str]()

    @app.post("/register", status_code=201)
    def register(sent: Credentials) -> None:
        given.setdefault(sent.email, sent.password)

    @app.post("/login")
    def login(sent: Credentials) -> dict[str, str]:
        tokens = {
            "named": f"v1.{sent.email}.lab",
            "far apart": str(10**20 + secrets.randbelow(10**9) * 10**6),
            "next": hex(4096 + len(given)),
        }
        token = tokens.get(kind, secrets.token_urlsafe(24))
        given[token] = sent.email
        return {"token": token}

    @app.get("/me")
    def me(authorization: Annotated[str, Header()] = "") -> dict[str, str]:
        token = authorization.removeprefix("Bearer ")
        if kind == "open":
            return {"email": "anybody"}
        if token not in given and kind == "sent elsewhere":
            raise HTTPException(303, headers={"Location": "/login"})
        if token not in given:
            raise HTTPException(404 if kind == "not found" else 401)
        return {"email": given[token]}

    came = attacked(app, credentials)
    assert came.outcomes(attack_id) == {outcome}, came.said(*Outcome)
    assert came.findings == ({(attack_id, "GET /me")} if outcome is Outcome.FINDING else set())


def test_without_anything_to_read_only_the_doors_are_tried() -> None:
    """Where nothing tells whether a credential is good, none is guessed; keys are looked for."""
    app = lab_app()

    @app.post("/jobs")
    def begin(me: Me) -> str:
        return f"begun for {me}"

    came = attacked(app, credentials)
    assert {"139.1", "47.9"} <= {number for number, _ in came.verdicts}
    assert came.outcomes("36.3") | came.outcomes("142.1") == set()
    assert came.findings == set()


def _posed(hole: str) -> FastAPI:
    app, alice = lab_app(), list[str]()
    LAB.passwords["root@lab"] = "root"

    @app.get("/profile")
    def profile(me: Me, x_remote_user: Annotated[str, Header()] = "") -> dict[str, str]:
        if hole == "breaks" and x_remote_user:
            raise ValueError
        who = x_remote_user if hole == "believed" and x_remote_user in LAB.passwords else me
        alice.extend([who][len(alice) :])
        if who != alice[0]:
            raise HTTPException(403, "of one person only")
        return {"email": alice[0] if hole == "believed" else "hidden"}

    @app.get("/admin/people")
    def people(me: Me, x_role: Annotated[str, Header()] = "") -> list[str]:
        admin = me == "root@lab"
        if hole == "breaks" and x_role:
            raise ValueError
        if not (admin or hole == "open" or (hole == "said" and x_role == "admin")):
            raise HTTPException(403, "for administrators")
        return ["everybody"]

    return app


@pytest.mark.parametrize(
    ("hole", "found", "says"),
    [
        ("", set(), ""),
        ("believed", {("141.1", "GET /profile")}, "gets in where he says that he is Alice"),
        ("breaks", {("141.1", "GET /profile"), ("141.3", "GET /admin/people")}, "breaks: 500"),
        ("said", {("141.3", "GET /admin/people")}, "that he is an administrator"),
        ("open", set(), ""),
    ],
)
def test_nobody_is_who_they_say(hole: str, found: set[tuple[str, str]], says: str) -> None:
    """A header that says who somebody is, or what, is found where it lets in or breaks the app."""
    root = {"email": "root@lab", "password": "root"}
    said: dict[str, object] = {
        "people": {**PEOPLE, "admin": root},
        "admin": {"* /admin/*": "the back office"},
    }
    came = attacked(_posed(hole), posing, file=said)
    assert came.findings == found, came.said(*Outcome)
    assert all(says in told for told in came.said(Outcome.FINDING).values())
    open_to_all = {("141.3", "GET /admin/people")} & came.of(Outcome.NOT_APPLICABLE)
    assert bool(open_to_all) == (hole == "open"), came.said(Outcome.NOT_APPLICABLE)
    assert came.said(Outcome.INCONCLUSIVE) == {}
