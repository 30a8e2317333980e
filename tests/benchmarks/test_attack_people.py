"""The people that the other tools are handed are let in by the apps."""

from typing import Annotated

import httpx
import pytest
from benchmarks.attacks.attack_files import Admin, Asked, People
from benchmarks.attacks.people import Person, make_people
from fastapi import Cookie, FastAPI, Header, HTTPException, Request, Response

from tests.serving import serving

_ROOT_PASSWORD = "correct horse battery"
_FORM = {"username": "{email}", "password": "{password}"}
_JSON = {"email": "{email}", "password": "{password}"}
_BEARER = Asked(path="/token", body=dict(_FORM), form=True, token="data.token")
_COOKIE = Asked(path="/session", body=dict(_JSON))


def _app() -> FastAPI:
    app = FastAPI()
    accounts = {"root@example.com": _ROOT_PASSWORD}

    def checked(email: str, password: str) -> str:
        if accounts.get(email) != password:
            raise HTTPException(401)
        return email

    @app.post("/register")
    async def register(person: dict[str, str]) -> None:
        accounts[person["email"]] = person["password"]

    @app.post("/token")
    async def token(request: Request) -> dict[str, dict[str, str]]:
        form = httpx.QueryParams((await request.body()).decode())
        return {"data": {"token": checked(form["username"], form["password"])}}

    @app.post("/session")
    async def session(person: dict[str, str], response: Response) -> None:
        email = checked(person["email"], person["password"])
        response.set_cookie("session", email.replace("@", "-at-"), secure=True)

    @app.get("/me")
    async def me(
        session: Annotated[str, Cookie()] = "", authorization: Annotated[str, Header()] = ""
    ) -> str:
        return session.replace("-at-", "@") or authorization.removeprefix("Bearer ")

    return app


def _who(url: str, person: Person) -> str:
    return str(httpx.get(f"{url}/me", headers=dict(person.headers)).json())


@pytest.mark.parametrize("sign_in", [_BEARER, _COOKIE])
def test_the_headers_are_those_of_two_people(sign_in: Asked) -> None:
    """Whatever carries the credential, each of two people has one, and can get another."""
    sign_up = Asked(path="/register", body=dict(_JSON))
    with serving(_app()) as url:
        made = make_people(People(kind="password", sign_up=sign_up, sign_in=sign_in), url)
        said = [_who(url, person) for person in made]
    assert [name.partition("-")[0] for name in said] == ["alice", "bob"]
    again = [person.sign_in.body for person in made if person.sign_in]
    assert [body.get("username", body.get("email")) for body in again] == said


def test_an_administrator_is_one_who_is_there() -> None:
    """The administrator of the attack file signs in and is not signed up."""
    admin = Admin(email="root@example.com", password=_ROOT_PASSWORD)
    sign_up = Asked(path="/register", body=dict(_JSON))
    people = People(kind="password", sign_up=sign_up, sign_in=_BEARER, admin=admin)
    with serving(_app()) as url:
        made = make_people(people, url)
        assert [person.name for person in made] == ["alice", "bob", "admin"]
        assert _who(url, made[2]) == "root@example.com"


def test_credentials_made_elsewhere_are_handed_on_as_they_are() -> None:
    """Headers in the attack file are the credential; there is no way to get another."""
    people = People(kind="headers", alice={"Authorization": "Bearer a"}, bob={"X-Key": "b"})
    with serving(_app()) as url:
        alice, bob = make_people(people, url)
    assert (alice.headers, bob.headers) == (people.alice, people.bob)
    assert alice.sign_in is None


@pytest.mark.parametrize(
    ("sign_in", "error"),
    [
        (_BEARER.model_copy(update={"token": "data.absent"}), LookupError),
        (_BEARER.model_copy(update={"path": "/absent"}), httpx.HTTPStatusError),
        (None, LookupError),
    ],
)
def test_whoever_cannot_sign_in_is_no_credential(
    sign_in: Asked | None, error: type[Exception]
) -> None:
    """A sign-in that fails stops the run: a tool without a credential would find less."""
    sign_up = Asked(path="/register", body=dict(_JSON))
    people = People(kind="password", sign_up=sign_up, sign_in=sign_in)
    with serving(_app()) as url, pytest.raises(error):
        make_people(people, url)
