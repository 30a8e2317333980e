"""Small apps with a hole or without, and the kit at work on them."""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel

from gatepost.attacks.attack_file import AttackFile
from gatepost.attacks.campaign import run
from gatepost.attacks.listener import Listener
from gatepost.attacks.outcomes import Outcome, Verdict
from gatepost.attacks.sending import Sender
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets import Surface
from gatepost.attacks.targets.routes import allowed_origins_of, operations_of_app
from gatepost.attacks.trial import Family, Trial
from tests.serving import serving

PEOPLE: dict[str, object] = {
    "kind": "password",
    "sign_up": {"path": "/register", "body": {"email": "{email}", "password": "{password}"}},
    "sign_in": {
        "path": "/login",
        "body": {"email": "{email}", "password": "{password}"},
        "token": "token",
    },
    "sign_out": {"path": "/logout", "body": {}},
}
"""How people sign in to an app of `lab_app`."""


class Credentials(BaseModel):
    """What people sign in with."""

    email: str
    password: str


class Lab:
    """The people of one small app, with opaque tokens; sound in itself."""

    def __init__(self) -> None:
        self.passwords: dict[str, str] = {}
        self.tokens: dict[str, str] = {}

    def who(self, authorization: str | None) -> str:
        """Return whose token it is.

        Raises:
            HTTPException: 401, as RFC 6750 has it.
        """
        if authorization is None or not authorization.lower().startswith("bearer "):
            raise _unauthorized('Bearer realm="lab"')
        whose = self.tokens.get(_digest(authorization[7:].strip()))
        if whose is None:
            raise _unauthorized('Bearer realm="lab", error="invalid_token"')
        return whose

    def sign_in(self, sent: Credentials) -> str:
        """Give a token for a password."""
        if self.passwords.get(sent.email) != sent.password:
            raise _unauthorized('Bearer realm="lab"')
        token = secrets.token_urlsafe(24)
        self.tokens[_digest(token)] = sent.email
        return token


LAB = Lab()


def _me(authorization: Annotated[str | None, Header()] = None) -> str:
    return LAB.who(authorization)


Me: TypeAlias = Annotated[str, Depends(_me)]
"""Who calls, as a dependency of a small app's handlers."""


def lab_app() -> FastAPI:
    """Make an app in which people can sign up, in and out, and nothing else yet."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.post("/register", status_code=201)
    def register(sent: Credentials) -> dict[str, str]:
        if sent.email in LAB.passwords:
            raise HTTPException(409, "taken")
        LAB.passwords[sent.email] = sent.password
        return {"email": sent.email}

    @app.post("/login")
    def login(sent: Credentials) -> dict[str, str]:
        return {"token": LAB.sign_in(sent)}

    @app.post("/logout")
    def logout(authorization: Annotated[str | None, Header()] = None) -> dict[str, bool]:
        LAB.who(authorization)
        LAB.tokens.pop(_digest((authorization or "")[7:].strip()), None)
        return {"ok": True}

    return app


@dataclass(frozen=True, slots=True)
class Attacked:
    """What some trials came to, by attack id and operation: `("105", "GET /notes/{note_id}")`."""

    verdicts: dict[tuple[str, str], Verdict]

    def outcomes(self, attack_id: str) -> set[Outcome]:
        """Return how the trials of one attack ended."""
        return {verdict.outcome for key, verdict in self.verdicts.items() if key[0] == attack_id}

    @property
    def findings(self) -> set[tuple[str, str]]:
        """What got in."""
        return self.of(Outcome.FINDING)

    def of(self, *outcomes: Outcome) -> set[tuple[str, str]]:
        """Return the trials that ended so."""
        return {key for key, verdict in self.verdicts.items() if verdict.outcome in outcomes}

    def said(self, *outcomes: Outcome) -> dict[tuple[str, str], str]:
        """Return what was said of the trials that ended so: for the message of an assertion."""
        return {key: self.verdicts[key].says for key in self.of(*outcomes)}


def attacked(
    app: FastAPI,
    *families: Family,
    file: dict[str, object] | None = None,
    only: Callable[[Trial], bool] = lambda _: True,
) -> Attacked:
    """Run families of trials on an app over real HTTP.

    Args:
        app: one of `lab_app`, with routes of its own.
        families: which to plan.
        file: what else the attack file says; `people` is that of `lab_app` unless given.
        only: which trials to run.
    """
    said = AttackFile.model_validate({"people": PEOPLE, **(file or {})})
    surface = Surface(operations_of_app(app), said, allowed_origins_of(app))
    planned: Iterable[Trial] = (trial for family in families for trial in family(surface))
    with serving(app) as url, Listener() as listener:
        stage = Stage(surface, Sender(url, per_second=5_000), listener, seed=1)
        return Attacked(
            {
                (trial.attack.id, str(trial.operation)): run(trial, stage)
                for trial in planned
                if only(trial)
            }
        )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _unauthorized(challenge: str) -> HTTPException:
    return HTTPException(401, "not signed in", {"WWW-Authenticate": challenge})
