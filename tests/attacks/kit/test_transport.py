"""How a credential comes: each wrong place is told, and of sound apps nothing is."""

import base64
import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import parse_qs

import pytest
from fastapi import Cookie, Depends, FastAPI, Header, HTTPException, Query, Request, Response

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.anonymous import anonymous
from gatepost.attacks.trials.posing import posing
from gatepost.attacks.trials.transport import transport
from gatepost.attacks.trials.unread_bodies import unread_bodies
from tests.attacks.kit.cookie_lab import CookieMe, cookie_app, cookie_people
from tests.attacks.kit.lab import LAB, Attacked, Me, attacked, lab_app

Who = Callable[..., str]
Next = Callable[[Request], Awaitable[Response]]


def _attacked(app: FastAPI, file: dict[str, object] | None = None) -> Attacked:
    return attacked(app, anonymous, transport, posing, file=file)


def _in_the_query(
    authorization: Annotated[str | None, Header()] = None, token: Annotated[str, Query()] = ""
) -> str:
    return LAB.who(authorization or f"Bearer {token}")


def _in_a_cookie(
    authorization: Annotated[str | None, Header()] = None, token: Annotated[str, Cookie()] = ""
) -> str:
    return LAB.who(authorization or f"Bearer {token}")


def _by_a_header(
    authorization: Annotated[str | None, Header()] = None,
    x_forwarded_user: Annotated[str | None, Header()] = None,
) -> str:
    return x_forwarded_user or LAB.who(authorization)


def _by_a_machine(
    authorization: Annotated[str | None, Header()] = None,
    x_internal: Annotated[str | None, Header()] = None,
) -> str:
    # Never twice the same, so that nothing which one machine has made is shown to another.
    return secrets.token_hex(8) if x_internal else LAB.who(authorization)


def _any_scheme(authorization: Annotated[str | None, Header()] = None) -> str:
    if (authorization or "").startswith("Basic "):
        return "somebody"
    return LAB.who(authorization)


def _default_login(authorization: Annotated[str | None, Header()] = None) -> str:
    if authorization == f"Basic {base64.b64encode(b'admin:admin').decode()}":
        return "admin"
    return LAB.who(authorization)


def _app(who: Who) -> FastAPI:
    app, rows = lab_app(), list[tuple[str, str]]()

    @app.post("/notes", status_code=201)
    def create(text: dict[str, str], me: Annotated[str, Depends(who)]) -> dict[str, int]:
        rows.append((me, str(text)))
        return {"id": len(rows)}

    @app.get("/notes")
    def every(me: Annotated[str, Depends(who)]) -> list[str]:
        return [text for owner, text in rows if owner == me]

    @app.get("/me")
    def myself(me: Annotated[str, Depends(who)]) -> dict[str, str]:
        return {"email": me}

    return app


@pytest.mark.parametrize(
    ("who", "found"),
    [
        (_in_the_query, {"7.1"}),
        (_in_a_cookie, {"9.2", "9.6"}),
        (_by_a_header, {"12.2", "12.31", "141.1"}),
        (_by_a_machine, {"12.31"}),
        (_any_scheme, {"3.1", "3.7"}),
        (_default_login, {"3.7"}),
    ],
)
def test_a_credential_in_a_wrong_place_is_told(who: Who, found: set[str]) -> None:
    """Each place in which no credential belongs is told by its own attack, on each operation."""
    came = _attacked(_app(who))
    assert {number for number, _ in came.findings} == found, came.said(Outcome.FINDING)
    assert {"GET /notes", "GET /me"} & {where for _, where in came.findings}


def test_a_token_in_a_form_is_told() -> None:
    """A token that is taken from the body is told."""
    app = _app(_plainly)

    @app.post("/search")
    async def search(
        request: Request, authorization: Annotated[str | None, Header()] = None
    ) -> dict[str, str]:
        form = parse_qs((await request.body()).decode())
        return {"email": LAB.who(authorization or f"Bearer {form.get('access_token', [''])[0]}")}

    assert _attacked(app).findings == {("8.1", "POST /search")}


def _plainly(authorization: Annotated[str | None, Header()] = None) -> str:
    return LAB.who(authorization)


def test_a_method_by_another_name_is_told() -> None:
    """A gate that looks at one method while the app acts on another is told."""
    app = _app(_plainly)

    @app.delete("/purge")
    def purge(me: Me) -> dict[str, str]:
        return {"gone": me}

    @app.middleware("http")
    async def override(request: Request, call_next: Next) -> Response:
        named = request.headers.get("x-http-method-override")
        if named == "DELETE" and request.url.path == "/purge":
            return Response("gone")
        return await call_next(request)

    came = _attacked(app)
    assert came.findings == {("12.34", "DELETE /purge")}, came.said(Outcome.FINDING)


def test_head_in_the_place_of_get_is_told() -> None:
    """A gate that knows GET and lets HEAD pass is told."""
    app = _app(_plainly)

    @app.head("/notes")
    def head() -> Response:
        return Response(headers={"X-Count": "3"})

    came = _attacked(app)
    assert ("13.HEAD", "GET /notes") in came.findings


def test_an_administrator_by_a_header_is_told() -> None:
    """Somebody who is signed in and says that they are an administrator is told apart from one."""
    app = _app(_plainly)

    @app.get("/admin/people")
    def people(me: Me, x_role: Annotated[str, Header()] = "") -> list[str]:
        if x_role != "admin":
            raise HTTPException(403, f"not {me}")
        return list(LAB.passwords)

    came = _attacked(app, {"admin": {"* /admin/*": "the back office"}})
    assert ("141.3", "GET /admin/people") in came.findings


@pytest.mark.parametrize("status", [401, 403, 404])
def test_of_a_sound_app_nothing_is_said(status: int) -> None:
    """However an app refuses, a sound one has no finding; what it reads too early is remarked."""

    def who(authorization: Annotated[str | None, Header()] = None) -> str:
        try:
            return LAB.who(authorization)
        except HTTPException:
            raise HTTPException(status, "no") from None

    came = _attacked(_app(who))
    assert came.said(Outcome.FINDING) == {}
    assert came.said(Outcome.INCONCLUSIVE) == {}


def test_a_body_that_is_read_too_early_is_remarked() -> None:
    """FastAPI reads a stranger's body before it asks who they are, which lets nobody in."""
    came = attacked(_app(_plainly), unread_bodies)
    assert {number for number, _ in came.of(Outcome.REMARK)} == {"15.1", "15.2", "15.3", "15.4"}
    assert came.findings == set()


def test_of_a_sound_app_with_cookies_nothing_is_said() -> None:
    """A cookie is a credential like another, and what is tried in its place opens nothing."""
    app = cookie_app()

    @app.get("/me")
    def me(who: CookieMe) -> dict[str, str]:
        return {"email": who}

    came = _attacked(app, {"people": cookie_people()})
    assert came.said(Outcome.FINDING) == {}
    assert came.said(Outcome.INCONCLUSIVE) == {}


def test_the_documentation_of_fastapi_is_remarked() -> None:
    """The pages that FastAPI adds by itself are remarked where they are open, and no finding."""
    app = FastAPI()
    app.mount("/", lab_app())
    came = attacked(
        app, anonymous, file={"public": {"* /register": "people sign up", "* /login": "and in"}}
    )
    assert ("1.1", "GET /docs") in came.of(Outcome.REMARK)
    assert came.findings == set()


def test_an_operation_that_is_open_is_told() -> None:
    """An operation without any check is told, whether or not its row and body can be made."""
    app = _app(_plainly)

    @app.put("/notes/{note_id}/label")
    def label(note_id: int, sent: dict[str, str]) -> dict[str, int]:
        return {"id": note_id, "of": len(sent)}

    came = attacked(app, anonymous)
    assert came.findings == {("1.1", "PUT /notes/{note_id}/label")}
