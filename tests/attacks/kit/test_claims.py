"""Claims: how long tokens last, what they say of administrators, and keys that sign for nobody."""

import hmac
import json
import secrets
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fastapi import Depends, FastAPI, Header, HTTPException

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.claims_of_tokens import claims
from gatepost.attacks.trials.tokens import signatures
from tests.attacks.kit.lab import PEOPLE, Credentials, Me, attacked, lab_app
from tests.attacks.kit.token_lab import TokenLab, decoded, encoded, refusal

_SECRET = "kq8Yv2uJ0fWm3zR7tB5nX1cL9sD4gHpE"
_ROOT = {"email": "root@lab.example", "password": "the root"}
_DAY = 86_400


class _Issuer:
    """Signs tokens and believes them; `hole` says what it does to odd ones."""

    def __init__(self, secret: str, said: Mapping[str, object], hole: str) -> None:
        self.key = secret.encode()
        self.said = said
        self.hole = hole

    def issue(self, email: str) -> str:
        """Return a token."""
        claims = {"sub": email, **self.said, "n": secrets.token_hex(4)}
        if self.hole == "roles":
            claims["role"] = "admin" if email == _ROOT["email"] else "user"
        head = ".".join(encoded(json.dumps(each).encode()) for each in ({"alg": "HS256"}, claims))
        return f"{head}.{self._signature(head)}"

    def _signature(self, head: str) -> str:
        return encoded(hmac.digest(self.key, head.encode(), "sha256"))

    def who(self, authorization: Annotated[str, Header()] = "") -> str:
        """Return whose token it is."""
        head, _, signature = authorization.removeprefix("Bearer ").rpartition(".")
        try:
            payload = json.loads(decoded(head.split(".")[1]))
        except (IndexError, ValueError):
            if self.hole == "anything":
                return "somebody"
            raise refusal() from None
        if self.hole == "padded" and "=" in signature:
            raise HTTPException(500)
        if not isinstance(payload, dict):
            raise refusal()
        if not hmac.compare_digest(signature, self._signature(head)):
            if self.hole == "tells" and payload.get("sub"):
                raise HTTPException(401, "the signature is wrong")
            raise refusal()
        return self._sub(payload, authorization)

    def _sub(self, payload: Mapping[str, object], authorization: str) -> str:
        if self.hole == "registered" and authorization not in _GIVEN:
            raise refusal()
        email = payload.get("sub")
        if self.hole == "odd" and not {"sub", "exp"} <= set(payload):
            raise HTTPException(500)
        if not isinstance(email, str):
            raise refusal()
        expires = payload.get("exp", time.time() + 1)
        if not isinstance(expires, int | float) or expires < time.time():
            raise refusal()
        return email


_GIVEN = set[str]()


def _app(said: Mapping[str, object], *, hole: str = "", secret: str = _SECRET) -> FastAPI:
    issuer, app = _Issuer(secret, said, hole), FastAPI(openapi_url=None)
    passwords = {_ROOT["email"]: _ROOT["password"]}

    @app.post("/register", status_code=201)
    def register(sent: Credentials) -> None:
        passwords.setdefault(sent.email, sent.password)

    @app.post("/login")
    def login(sent: Credentials) -> dict[str, str]:
        if passwords.get(sent.email) != sent.password:
            raise refusal()
        token = issuer.issue(sent.email)
        _GIVEN.add(f"Bearer {token}")
        return {"token": token}

    @app.get("/me")
    def me(email: Annotated[str, Depends(issuer.who)]) -> dict[str, str]:
        return {"email": email}

    @app.get("/admin/people")
    def people(email: Annotated[str, Depends(issuer.who)]) -> list[str]:
        if email != _ROOT["email"]:
            raise HTTPException(403)
        return list(passwords)

    return app


def _in(days: int) -> int:
    return int(time.time()) + days * _DAY


@pytest.mark.parametrize(
    ("said", "endless", "long"),
    [
        ({}, Outcome.FINDING, Outcome.NOT_APPLICABLE),
        ({"sid": "one"}, Outcome.REMARK, Outcome.NOT_APPLICABLE),
        ({"exp": _in(1)}, Outcome.REFUSED, Outcome.REFUSED),
        ({"exp": _in(60)}, Outcome.REFUSED, Outcome.REMARK),
        ({"exp": _in(500), "sid": "one"}, Outcome.REFUSED, Outcome.REMARK),
        ({"exp": _in(500)}, Outcome.REFUSED, Outcome.FINDING),
    ],
)
def test_how_long_a_token_lasts_is_told(
    said: dict[str, object], endless: Outcome, long: Outcome
) -> None:
    """A token without an end is found unless its session has one, and a long one by its length."""
    came = attacked(_app(said), claims, only=lambda trial: trial.attack.number == 140)
    ended = {number: each.outcome for (number, _), each in came.verdicts.items()}
    assert ended == {"140.1": endless, "140.2": long}, came.verdicts


_ALIKE = "the tokens of administrators say nothing more than others do"


@pytest.mark.parametrize(
    ("hole", "admin", "says"),
    [
        ("", _ROOT, _ALIKE),
        ("roles", {"headers": {"Authorization": "Bearer opaque"}}, _ALIKE),
        ("roles", _ROOT, "the app's own key is needed: name it below [tokens]"),
    ],
)
def test_of_administrators_of_whom_no_token_tells_nothing_is_said(
    hole: str, admin: dict[str, object], says: str
) -> None:
    """A role that no token names cannot be written into one."""
    file: dict[str, object] = {
        "people": {**PEOPLE, "admin": admin}, "admin": {"* /admin/*": "the back office"},
    }  # fmt: skip
    app = _app({"exp": _in(1)}, hole=hole, secret=secrets.token_urlsafe(32))
    came = attacked(app, claims, file=file, only=lambda trial: trial.attack.id == "90.1")
    assert came.said(Outcome.NOT_APPLICABLE) == {("90.1", "GET /admin/people"): says}


def _attacked_at_me(
    app: FastAPI, *numbers: str, secret: str = ""
) -> dict[str, tuple[Outcome, str]]:
    file: dict[str, object] = {"tokens": {"secret": secret}} if secret else {}
    came = attacked(
        app, signatures, claims, file=file,
        only=lambda trial: str(trial.operation) == "GET /me" and trial.attack.id in numbers,
    )  # fmt: skip
    return {number: (each.outcome, each.says) for (number, _), each in came.verdicts.items()}


def test_where_any_text_opens_no_token_is_forged() -> None:
    """What no token at all opens tells nothing of how tokens are looked at."""
    came = _attacked_at_me(_app({"exp": _in(1)}, hole="anything"), "25.1", "149.2")
    said = (Outcome.NOT_APPLICABLE, "any text is granted here, as 139.1 says")
    assert came == {"25.1": said, "149.2": said}


def test_what_is_signed_again_has_to_be_believed() -> None:
    """An app that knows each token it gave refuses what its own key signs, whatever is claimed."""
    came = _attacked_at_me(_app({"exp": _in(1)}, hole="registered"), "64.4", secret=_SECRET)
    says = "the same claims, signed again with the app's key, are refused"
    assert came == {"64.4": (Outcome.INCONCLUSIVE, says)}


def test_a_break_that_only_the_key_can_cause_is_a_remark() -> None:
    """Who has the key needs no break: it is told of, and is no finding."""
    app = _app({"exp": _in(1)}, hole="odd")
    came = _attacked_at_me(app, "149.2", "77.1", secret=_SECRET)
    says = "the app breaks (500) over a token that only its own key can sign"
    assert came["77.1"] == (Outcome.REMARK, says)
    assert came["149.2"][0] is Outcome.REMARK
    assert "66 exp missing" not in came["149.2"][1]


def test_a_break_that_anybody_can_cause_is_a_finding() -> None:
    """An app that breaks over the spelling of a signature is broken by everybody."""
    came = _attacked_at_me(_app({"exp": _in(1)}, hole="padded"), "149.2", secret=_SECRET)
    assert came == {"149.2": (Outcome.FINDING, "the app breaks: 500")}


def test_a_public_key_that_is_no_secret_is_told_where_the_file_names_the_private_one(
    tmp_path: Path,
) -> None:
    """Who has the private key has the public one, by which an app may be confused: it is tried."""
    lab, app = TokenLab("confused", ""), FastAPI(openapi_url=None)

    @app.post("/register", status_code=201)
    def register(sent: Credentials) -> None:
        lab.passwords.setdefault(sent.email, sent.password)

    @app.post("/login")
    def login(sent: Credentials) -> dict[str, str]:
        return {"token": lab.sign_in(sent.email, sent.password)["access_token"]}

    @app.get("/me")
    def me(email: Annotated[str, Depends(lab.who)]) -> dict[str, str]:
        return {"email": email}

    path = tmp_path / "key.pem"
    path.write_bytes(lab.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    came = attacked(
        app, signatures, file={"tokens": {"private_key": str(path)}},
        only=lambda trial: trial.attack.id == "31",
    )  # fmt: skip
    assert came.findings == {("31", "GET /me")}, came.verdicts


def test_a_refusal_that_tells_its_cause_is_a_remark() -> None:
    """Other words for a wrong signature than for nonsense tell an attacker how far they came."""
    came = _attacked_at_me(_app({"exp": _in(1)}, hole="tells"), "149.3", secret=_SECRET)
    assert came["149.3"][0] is Outcome.REMARK
    assert "refusals tell the cause" in came["149.3"][1]


def test_of_opaque_tokens_no_claims_are_told() -> None:
    """Where the credential is no JWT nothing is said of what one would claim."""
    app = lab_app()

    @app.get("/admin/people")
    def people(me: Me) -> list[str]:
        return [me]

    admin = {"headers": {"Authorization": "Bearer opaque"}}
    file: dict[str, object] = {"people": {**PEOPLE, "admin": admin}, "admin": {"* /admin/*": "x"}}
    came = attacked(app, claims, file=file, only=lambda trial: trial.attack.id == "90.1")
    assert came.outcomes("90.1") == {Outcome.NOT_APPLICABLE}
