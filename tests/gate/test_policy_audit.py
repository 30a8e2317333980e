"""The audit names each policy that cannot hold: the route, its place, and what to write instead."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import CodeType

import pytest
from fastapi import APIRouter, Depends, FastAPI, Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from gatepost import BuiltIn, ConfigurationError, Gatepost, fresh, requires
from gatepost.gate.audit import table_of
from gatepost.gate.policy import Policy, Public, SignedIn
from tests.conftest import settings_for
from tests.gate.guarded import Recorder, protect, started
from tests.gate.policies_asking import ASKING
from tests.gate.policies_places import OPEN, a, asgi, b, page, plain
from tests.gate.policies_refused import REFUSED, Refused

_HERE = Path.cwd()


def _place(endpoint: object) -> str:
    code: object = getattr(endpoint, "__code__", None)
    assert isinstance(code, CodeType)
    return f"{Path(code.co_filename).relative_to(_HERE)}:{code.co_firstlineno}"


@pytest.mark.parametrize("make", [*REFUSED, *ASKING])
def test_what_cannot_hold_is_named(make: Callable[[], Refused]) -> None:
    """The message has the route as it is called, the file and the line, and a way out."""
    refused = make()
    with pytest.raises(ConfigurationError) as raised:
        table_of(refused.app)
    message = str(raised.value)
    assert message.startswith(refused.route), message
    assert refused.says in message
    if refused.named is not None:
        assert _place(refused.named) in message


@pytest.mark.parametrize("make", REFUSED[:4])
def test_what_cannot_hold_does_not_start(make: Callable[[], Refused], tmp_path: Path) -> None:
    """An app is audited when it starts, and does not start before it holds."""
    app = protect(make().app, tmp_path)

    async def start() -> None:
        async with started(app):
            pass

    with pytest.raises(ConfigurationError):
        asyncio.run(start())


@pytest.mark.parametrize(("scope", "issuer"), [("things:read", None), ("things:read", [BuiltIn()])])
def test_a_scope_that_nobody_could_have_is_refused(
    scope: str, issuer: list[BuiltIn] | None, tmp_path: Path
) -> None:
    """Where people sign in here alone, a route that asks for a scope would be one for nobody."""
    app, mounted, endpoint = FastAPI(), FastAPI(), requires(scope=scope)(page())
    mounted.get("/page/{name}")(endpoint)
    app.mount("/in", mounted)
    Gatepost(settings_for(1, tmp_path), issuer=issuer, events=Recorder()).protect(app)

    async def start() -> None:
        async with started(app):
            pass

    with pytest.raises(ConfigurationError) as raised:
        asyncio.run(start())
    message = str(raised.value)
    assert message.startswith(f"GET /in/page/{{name}} ({_place(endpoint)}) asks for a scope")
    assert "Write requires(role=…), or name that issuer." in message


_ROLE_A = SignedIn(roles=frozenset("a"))


def _policies(app: FastAPI) -> dict[str, Policy]:
    return {each.shown: each.policy for each in table_of(app)}


def _wraps(function: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
    @functools.wraps(function)
    async def wrapper() -> object:
        return await function()

    return wrapper


def _bare(function: Callable[..., Awaitable[object]]) -> Callable[[], object]:
    async def wrapper() -> object:
        return await function()

    return wrapper


def test_a_decorator_that_wraps_keeps_the_mark() -> None:
    """`functools.wraps` carries a policy out, through one decorator or several."""
    app = FastAPI(openapi_url=None)

    async def inner() -> str:
        return "said"

    app.get("/once")(_wraps(a(inner)))
    app.get("/twice")(_wraps(_wraps(inner)))
    app.get("/cached")(functools.update_wrapper(_bare(inner), inner))
    assert set(_policies(app).values()) == {_ROLE_A}


def test_an_endpoint_may_call_another_routes_function() -> None:
    """What a route calls is not what it is: each has the policy that it declares itself."""
    app = FastAPI(openapi_url=None)

    @app.get("/strict")
    @a
    async def strict() -> str:
        return "said"

    @app.get("/calls")
    async def calls() -> str:
        return await strict()

    assert _policies(app) == {"/strict": _ROLE_A, "/calls": SignedIn()}


def test_a_hidden_policy_that_is_asked_all_the_same_is_no_fault() -> None:
    """Where what stands around asks for as much, nothing is lost by what hides the mark."""
    app, router, mounted = FastAPI(openapi_url=None), a(b(APIRouter())), FastAPI(openapi_url=None)

    async def inner() -> str:
        return "said"

    router.get("/page")(_bare(a(inner)))
    app.include_router(router)
    mounted.get("/page")(a(page()))
    app.router.routes.append(a(Mount("/in", _Opaque(mounted))))
    assert _policies(app) == {"/page": SignedIn(roles=frozenset("ab")), "/in/*": _ROLE_A}


class _Opaque:
    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self.app = app

    async def __call__(self, *asked: object) -> None:
        await self.app(*asked)


def test_a_hidden_public_stays_closed() -> None:
    """What hides a `public` leaves the route for those who are signed in."""
    app = FastAPI(openapi_url=None)

    async def inner() -> str:
        return "said"

    app.get("/page")(_bare(OPEN(inner)))
    assert _policies(app) == {"/page": SignedIn()}


def test_a_mark_is_its_own_and_no_copys() -> None:
    """A mark on a class, a router or a function is on no other that is made from it."""
    app = FastAPI(openapi_url=None)
    marked, other = OPEN(APIRouter()), APIRouter()
    other.get("/other")(page())
    marked.get("/marked")(page())
    app.include_router(other)
    app.include_router(marked)
    app.router.routes += [
        Route("/route", OPEN(plain())),
        Route("/another", plain()),
        Mount("/opaque", asgi()),
    ]
    assert _policies(app) == {
        "/other": SignedIn(),
        "/marked": Public("the same for everyone"),
        "/route": Public("the same for everyone"),
        "/another": SignedIn(),
        "/opaque/*": SignedIn(),
    }


def test_the_strictest_of_several_ages_counts() -> None:
    """Of several recent sign-ins that are asked for within each other, the most recent is."""
    app, outer, inner = FastAPI(openapi_url=None), fresh(600)(APIRouter()), fresh(60)(APIRouter())
    inner.get("/inner")(fresh(300)(page()))
    outer.get("/outer")(fresh(900)(a(page())))
    outer.include_router(inner)
    app.include_router(outer)
    assert _policies(app) == {
        "/inner": SignedIn(max_age_seconds=60),
        "/outer": SignedIn(roles=frozenset("a"), max_age_seconds=600),
    }


def test_public_routes_may_depend_on_what_guards_nothing() -> None:
    """A dependency of the app's own that asks for nobody is no reason to refuse a public route."""
    app = FastAPI(openapi_url=None)

    async def own(_request: Request) -> Response:
        return Response()

    app.get("/page", dependencies=[Depends(own)])(OPEN(page()))
    assert _policies(app) == {"/page": Public("the same for everyone")}
