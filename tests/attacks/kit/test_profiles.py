"""People who are named in paths by something else than a number."""

import base64
import json
import uuid

import pytest
from fastapi import FastAPI, HTTPException

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.people_shown import people_shown
from tests.attacks.kit.lab import PEOPLE, Credentials, Lab, Me, attacked, lab_app
from tests.attacks.kit.rented import staged


def _app(*, shows: bool) -> FastAPI:
    """People have an id, a number, a name and an address, and a page by each of them."""
    app, people = lab_app(), dict[str, dict[str, str]]()

    def known(me: str) -> dict[str, str]:
        new = {
            "number": str(len(people) + 1), "id": str(uuid.uuid4()),
            "username": f"n{len(people)}", "email": me, "phone": "+49 30 1",
        }  # fmt: skip
        return people.setdefault(me, new)

    @app.get("/me")
    def read_me(me: Me) -> list[object] | dict[str, object]:
        mine = known(me)
        return {name: mine[name] for name in ("id", "username")} | {"uid": int(mine["number"])}

    @app.get("/profile")
    def profile(me: Me) -> list[dict[str, str]]:
        return [{"sub": f"of-{me}"}]

    _add_pages(app, people, shows=shows)
    return app


def _add_pages(app: FastAPI, people: dict[str, dict[str, str]], *, shows: bool) -> None:
    def by(member: str, value: str, me: str) -> dict[str, str]:
        found = next((each for each in people.values() if each[member] == value), None)
        if found is None:
            raise HTTPException(404, "nobody")
        shown = shows or found["email"] == me
        return found if shown else {"username": found["username"]}

    @app.get("/users/{username}")
    def by_name(username: str, me: Me) -> dict[str, str]:
        if username.isdigit() or "-" in username:
            raise HTTPException(400, "that is no name")
        return by("username", username, me)

    @app.get("/by-email/{email}")
    def by_email(email: str, me: Me) -> dict[str, str]:
        if "@" not in email:
            raise HTTPException(400, "that is no address")
        return by("email", email, me)

    @app.get("/accounts/{account_id}")
    def by_id(account_id: uuid.UUID, me: Me) -> dict[str, str]:
        return by("id", str(account_id), me)

    @app.get("/members/{member_id}")
    def by_number(member_id: int, me: Me) -> dict[str, str]:
        return by("number", str(member_id), me)


_PAGES = {
    ("150", f"GET {path}")
    for path in (
        "/users/{username}", "/by-email/{email}", "/accounts/{account_id}",
        "/members/{member_id}",
    )
}  # fmt: skip


def test_a_person_is_found_by_whatever_the_path_takes() -> None:
    """A name, an address, an id and a number each go where they fit, and what is shown is told."""
    came = attacked(_app(shows=True), people_shown)
    assert came.findings == _PAGES, came.said(*Outcome)
    sound = attacked(_app(shows=False), people_shown)
    assert sound.of(Outcome.REFUSED) == _PAGES, sound.said(*Outcome)


def _token(middle: str) -> str:
    return f"e30.{middle}.c2ln"


@pytest.mark.parametrize(
    ("middle", "known"),
    [
        (base64.urlsafe_b64encode(json.dumps({"sub": "u-7"}).encode()).decode().rstrip("="), "u-7"),
        ("b", ""),
        ("AAAA", ""),
        (base64.urlsafe_b64encode(b"[7]").decode().rstrip("="), ""),
    ],
)
def test_a_token_tells_whose_it_is_if_it_can_be_read(middle: str, known: str) -> None:
    """What only looks like a JWT tells nothing, and the person is called by their address."""
    app, lab = FastAPI(openapi_url=None), Lab()

    @app.post("/register")
    def register(sent: Credentials) -> None:
        lab.passwords[sent.email] = sent.password

    @app.post("/login")
    def login(sent: Credentials) -> dict[str, str]:
        assert lab.sign_in(sent)
        return {"token": _token(middle)}

    with staged(app, people=PEOPLE) as stage:
        assert stage.alice.jwt == _token(middle)
        assert stage.identities.of(stage.alice) == (*filter(None, [known]), stage.alice.email)
