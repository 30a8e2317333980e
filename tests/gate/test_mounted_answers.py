"""A mounted app, whose routes the gate sees into, answers as the app around it does."""

from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from gatepost import CurrentHealth, CurrentUser, Profile, Rows
from tests.gate.guarded import Guarded, guarded
from tests.rows.models import Diary

_TYPED = "hunter3-and-more"
_OWN = "words of the app's own error"


class _Form(BaseModel):
    password: int


def _app() -> FastAPI:
    app = FastAPI(debug=True)

    @app.get("/me")
    async def me(user: CurrentUser) -> str:
        return user.user_id

    @app.get("/pages/{page_id}")
    async def page(page_id: str, rows: Rows) -> str:
        return (await rows.get_one(Diary, page_id)).page

    @app.get("/profile")
    async def profile(person: Profile) -> str:
        return person.email

    @app.get("/fresh")
    async def fresh(health: CurrentHealth) -> float | None:
        return health.sign_outs_bound_seconds

    @app.post("/form")
    async def form(body: _Form) -> int:
        return body.password

    @app.get("/conflict")
    async def conflict() -> str:
        raise HTTPException(409, "in the app's own words")

    @app.get("/breaks")
    async def breaks() -> str:
        raise RuntimeError(_OWN)

    return app


@pytest.fixture(scope="module")
def nested(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """An app in debug mode, and the same app mounted in it."""
    app = _app()
    app.mount("/within", _app())
    with guarded(app, tmp_path_factory.mktemp("nested")) as served:
        yield served


def _ask(nested: Guarded, target: str) -> httpx.Response:
    # By a connection of its own: a server drops the one whose handler has raised.
    method, _, path = target.partition(" ")
    bearer = {"Authorization": f"Bearer {nested.ada.token}", "Accept": "text/html"}
    body = {"password": _TYPED} if method == "POST" else None
    return httpx.request(method, nested.url + path, json=body, headers=bearer)


ANSWERS = {
    "GET {}/me": 200,
    "GET {}/pages/no-such-page": 404,
    "GET {}/profile": 200,
    "GET {}/fresh": 200,
    "GET {}/conflict": 409,
    "GET {}/breaks": 500,
    "POST {}/form": 422,
    "GET {}/nothing": 404,
    "POST {}/me": 405,
}


@pytest.mark.parametrize("target", ANSWERS)
def test_a_mounted_app_answers_as_the_one_around_it(target: str, nested: Guarded) -> None:
    """A refusal, an error and a dependency are the same, wherever the route stands."""
    around, within = (_ask(nested, target.format(prefix)) for prefix in ("", "/within"))
    assert (around.status_code, within.status_code) == (ANSWERS[target], ANSWERS[target])
    assert within.text == around.text
    assert within.headers.get("Connection") == around.headers.get("Connection")


@pytest.mark.parametrize("target", ["GET /within/breaks", "POST /within/form"])
def test_a_mounted_app_repeats_nothing(target: str, nested: Guarded) -> None:
    """No traceback leaves a mounted app in debug mode, and no 422 repeats what was sent."""
    came = _ask(nested, target)
    assert "Traceback" not in came.text
    assert _TYPED not in came.text
    assert _OWN not in came.text
