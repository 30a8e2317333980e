"""Ways in: what an attack file says of them, and what is said where they lead nowhere."""

from itertools import count
from pathlib import Path

import pytest
from fastapi import Cookie, FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from gatepost.attacks.attack_file import AttackFile
from gatepost.attacks.errors import AttackError
from gatepost.attacks.people.signing_in import Doors
from gatepost.attacks.sending import Sender
from tests.attacks.kit.cookie_lab import CookieMe, Door, cookie_app, cookie_people
from tests.attacks.kit.lab import PEOPLE, Credentials
from tests.attacks.kit.rented import staged
from tests.serving import serving


def _doors(url: str, **people: object) -> Doors:
    section = AttackFile.model_validate({"people": people}).people
    return Doors(section, Sender(url, per_second=5_000))


_PLUGIN = """
def signs_in(url: str, name: str) -> dict[str, str]:
    return {"X-Who": f"{name} at {url}"}
"""


def test_a_plugin_signs_people_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A function of the app's developers gives the headers of whoever is asked for."""
    name = f"plugin_{tmp_path.name.replace('-', '_')}"
    (tmp_path / f"{name}.py").write_text(_PLUGIN)
    monkeypatch.syspath_prepend(str(tmp_path))
    bob = _doors("http://127.0.0.1:9", kind="plugin", plugin=f"{name}:signs_in").new("bob")
    assert (bob.name, bob.headers) == ("bob", {"X-Who": "bob at http://127.0.0.1:9"})


@pytest.mark.parametrize("plugin", ["no_such_module:f", "json:no_such_function", "json", ":f"])
def test_a_plugin_that_is_not_there_is_told(plugin: str) -> None:
    """What is to be written is said."""
    with pytest.raises(AttackError, match="Write MODULE:FUNCTION"):
        _doors("http://127.0.0.1:9", kind="plugin", plugin=plugin).new("alice")


def _without_a_token() -> FastAPI:
    app = FastAPI()

    @app.post("/login")
    def login(sent: Credentials) -> dict[str, object]:
        return {"data": {"token": {"of": sent.email}}}

    return app


@pytest.mark.parametrize("place", ["token", "data.token", "data.token.of.it"])
def test_an_answer_without_its_token_is_told(place: str) -> None:
    """Where no text is at the place that the attack file names, nobody is signed in."""
    step = {"path": "/login", "body": PEOPLE["sign_in"]["body"], "token": place}  # type: ignore[index] # a table
    with (
        serving(_without_a_token()) as url,
        pytest.raises(AttackError, match=f"POST /login answered without '{place}'"),
    ):
        _doors(url, kind="password", sign_in=step).new("alice")


def test_who_is_named_by_headers_has_no_door() -> None:
    """Nobody signs in by a password, or out, where the attack file says nothing of how."""
    headers = {name: {"X-Who": name} for name in ("alice", "bob")}
    admin = {"email": "root@example.com", "password": "root"}
    doors = _doors("http://127.0.0.1:9", kind="headers", **headers, admin=admin)
    bob = doors.new("bob")
    assert bob.headers == {"X-Who": "bob"}
    assert not doors.sign_out(bob)
    with pytest.raises(AttackError, match=r"no `sign_in` below \[people\]"):
        doors.administrator()


_ASKING = ("/csrf-token", "/csrf", "/csrf-list", "/csrf-member", "/csrf-broken")


def _with_endpoint(path: str, asked: list[str]) -> FastAPI:
    """The token is told by an endpoint alone, in its own way; without it nothing is changed."""
    app, numbers = cookie_app(Door(tells=False)), count(1)

    def token_of(session: str) -> str:
        return f"t-{session[::-1]}"

    @app.get(path)
    def tell(me: CookieMe, session: str = Cookie()) -> object:
        asked.append(me)
        token = token_of(session)
        return {
            "/csrf-token": token,
            "/csrf-list": [token],
            "/csrf-member": {"token": token, "of": me},
            "/csrf-broken": Response(b"half", headers={"Content-Length": "8"}),
        }.get(path, {"csrf": token, "of": me})

    @app.get("/")
    def page(me: CookieMe, session: str = Cookie()) -> Response:
        asked.append(f"page of {me}")
        field = f'<input name="csrf_token" value="{token_of(session)}">'
        return Response(field if path == "/csrf-broken" else "<p>", media_type="text/html")

    @app.post("/notes", status_code=201)
    def create(me: CookieMe, request: Request, session: str = Cookie()) -> JSONResponse:
        if request.headers.get("x-csrf-token") != token_of(session):
            raise HTTPException(403, "not from here")
        return JSONResponse({"id": next(numbers), "of": me}, 201)

    return app


@pytest.mark.parametrize("path", [each for each in _ASKING if each != "/csrf-list"])
def test_an_endpoint_tells_the_token(path: str) -> None:
    """As a text, or in a member; where it gives no answer, the page is asked as well."""
    asked: list[str] = []
    with staged(_with_endpoint(path, asked), people=cookie_people()) as stage:
        creating = stage.surface.find("POST", "/notes")
        assert creating is not None
        assert stage.control(creating).status == 201
        alice = stage.alice.email
    assert (alice in asked, f"page of {alice}" in asked) == (True, path == "/csrf-broken")


def test_a_list_is_no_token() -> None:
    """What an endpoint tells that is neither a text nor a table is nothing."""
    with staged(_with_endpoint("/csrf-list", []), people=cookie_people()) as stage:
        assert stage.alice.csrf_token is None
