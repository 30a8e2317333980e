"""The seal: what ran is what was decided on, or its answer stays inside."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from gatepost import CurrentUser, dependencies, public
from tests.gate.guarded import Guarded, guarded

_SECRET = "what-only-those-signed-in-may-see"
_BROKEN = ("sys_seal_broken", "asked_for_what_was_not_decided_on")


class _Rewrite:
    """A middleware inside the gate that runs another path than the one that was decided on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope.get("headers", ()))
        if b"x-copy" in headers:
            scope = dict(scope)
        if b"x-run" in headers:
            scope["path"], scope["raw_path"] = headers[b"x-run"].decode(), headers[b"x-run"]
        await self._app(scope, receive, send)


def _sub(word: str) -> FastAPI:
    sub = FastAPI(openapi_url=None)

    @sub.get("/page")
    async def page() -> str:
        return word

    return sub


@pytest.fixture(scope="module")
def rewritten(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """An app with public and closed routes and mounts, and a middleware that mixes them up."""
    app = FastAPI()
    app.add_middleware(_Rewrite)

    @app.get("/open")
    @public("the same for everyone")
    async def opened() -> str:
        return "open"

    @app.get("/closed")
    async def closed() -> str:
        return _SECRET

    app.mount("/closed-app", _sub(_SECRET))
    app.mount("/open-app", public("the same for everyone")(_sub("open")))
    with guarded(app, tmp_path_factory.mktemp("seal")) as served:
        yield served


@pytest.mark.parametrize("copy", [{}, {"X-Copy": "1"}], ids=["same-scope", "copied-scope"])
@pytest.mark.parametrize("run", ["/closed", "/closed-app/page", "/openapi.json"])
@pytest.mark.parametrize("asked", ["/open", "/open-app/page", "/api/auth/ok"])
def test_no_answer_of_another_route_leaves(
    asked: str, run: str, copy: dict[str, str], rewritten: Guarded
) -> None:
    """A path rewritten after the decision ends in 500 and an event, and leaks nothing."""
    assert _SECRET in rewritten.ada.http.get("/closed").text, "INCONCLUSIVE"
    assert _SECRET in rewritten.ada.http.get("/closed-app/page").text, "INCONCLUSIVE"
    rewritten.events.take()
    came = rewritten.anyone.get(asked, headers={"X-Run": run, **copy})
    assert came.status_code == 500
    assert came.json()["code"] == "INTERNAL_SERVER_ERROR"
    assert _SECRET not in came.text
    assert rewritten.events.take() == [_BROKEN]


@pytest.mark.parametrize("path", ["/open", "/closed", "/closed-app/page", "/open-app/page"])
def test_a_middleware_that_copies_the_scope_changes_nothing(path: str, rewritten: Guarded) -> None:
    """`app({**scope}, …)` is how many middlewares pass a request on: no broken seal."""
    assert rewritten.ada.http.get(path, headers={"X-Copy": "1"}).status_code == 200
    assert _BROKEN not in rewritten.events.take()


def test_a_middleware_may_answer_by_itself(tmp_path: Path) -> None:
    """A middleware that refuses before any route runs is answered as it says: no broken seal."""
    app = FastAPI()
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1"])

    @app.get("/closed")
    async def closed() -> str:
        return "closed"

    @app.get("/open")
    @public("the same for everyone")
    async def opened() -> str:
        return "open"

    with guarded(app, tmp_path) as it:
        evil = {"Host": "evil.example"}
        assert it.anyone.get("/closed", headers=evil).status_code == 401
        answers = [it.ada.http.get("/closed", headers=evil), it.anyone.get("/open", headers=evil)]
        assert [came.status_code for came in answers] == [400, 400]
        assert _BROKEN not in it.events.take()


def test_one_function_may_serve_in_two_places(tmp_path: Path) -> None:
    """A function that is a route of the app and of a mounted app runs in both places."""

    async def shared(_request: Request) -> Response:
        return PlainTextResponse("shared")

    routes = [Route("/v1/page", shared), Mount("/v2", routes=[Route("/page", shared)])]
    with guarded(FastAPI(routes=routes), tmp_path) as it:
        assert [came.status_code for came in it.get("/v1/page")] == [401, 200]
        assert [came.status_code for came in it.get("/v2/page")] == [401, 200]


def test_a_route_added_after_the_start_is_refused(tmp_path: Path) -> None:
    """A route that no audit has seen answers nobody, signed in or not, until the next start."""
    app = FastAPI()
    with guarded(app, tmp_path) as it:

        @app.get("/late")
        @public("said too late")
        async def late() -> str:
            return _SECRET

        anonymous, signed_in = it.get("/late")
        assert (anonymous.status_code, signed_in.status_code) == (401, 500)
        assert _SECRET not in anonymous.text + signed_in.text
        assert it.events.take() == [("authz_fail", "credential_missing"), _BROKEN]


@pytest.mark.parametrize("replaced", ["_current_user", "_rows", "_profile"])
def test_an_override_of_what_guards_is_refused(replaced: str, tmp_path: Path) -> None:
    """FastAPI lets anyone replace a dependency at any time; who calls is not to be replaced."""
    app = FastAPI()

    @app.get("/me")
    async def me(user: CurrentUser) -> str:
        return user.user_id

    @app.get("/open")
    @public("the same for everyone")
    async def opened() -> str:
        return "open"

    async def somebody_else() -> str:
        return _SECRET

    with guarded(app, tmp_path) as it:
        assert it.get("/me")[1].status_code == 200
        app.dependency_overrides[opened] = somebody_else
        assert it.get("/me")[1].status_code == 200
        app.dependency_overrides[getattr(dependencies, replaced)] = somebody_else
        for path in ("/me", "/open"):
            came = it.ada.http.get(path)
            assert came.status_code == 500
            assert _SECRET not in came.text
        broken = ("sys_seal_broken", "guarding_dependency_overridden")
        assert it.events.take() == [("authz_fail", "credential_missing")] * 2 + [broken] * 2
