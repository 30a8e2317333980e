"""What the audit of policies refuses, or lets pass, and should not."""

from collections.abc import Callable

import pytest
from fastapi import APIRouter, Depends, FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from gatepost import ConfigurationError, Declaration, fresh, public, requires
from gatepost.gate.audit import table_of
from gatepost.gate.policy import Policy, SignedIn


class _Things:
    """Routes as the methods of one object."""

    def __init__(self, router: APIRouter) -> None:
        router.get("/things")(self.read)
        router.delete("/things")(self.remove)

    async def read(self) -> str:
        return "read"

    @requires(role="admin")
    async def remove(self) -> str:
        return "removed"


def test_methods_of_one_object_are_routes_of_their_own() -> None:
    """Where methods are routed one by one, each has its own policy, and the app starts."""
    app = FastAPI(openapi_url=None)
    _Things(app.router)
    found: dict[str, Policy] = {" ".join(each.methods): each.policy for each in table_of(app)}
    assert found == {"GET": SignedIn(), "DELETE": SignedIn(roles=frozenset({"admin"}))}


class _WithSlots:
    """A middleware whose attributes are in no dictionary."""

    __slots__ = ("app",)

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


def _by_default(app: ASGIApp) -> ASGIApp:
    async def around(scope: Scope, receive: Receive, send: Send, inner: ASGIApp = app) -> None:
        await inner(scope, receive, send)

    return around


@pytest.mark.parametrize("wrap", [_WithSlots, _by_default])
def test_a_middleware_hides_nothing_whatever_holds_the_app(
    wrap: Callable[[ASGIApp], ASGIApp],
) -> None:
    """A demand behind a middleware keeps the app down, wherever that keeps what it wraps."""
    app, mounted = FastAPI(), FastAPI()

    @mounted.get("/page")
    @requires(role="admin")
    async def page() -> str:
        return "said"

    app.mount("/in", wrap(mounted))
    with pytest.raises(ConfigurationError, match=r"app\.add_middleware"):
        table_of(app)


@pytest.mark.parametrize("policy", [requires(role="admin"), fresh(60), public("it is")])
def test_a_policy_is_no_dependency(policy: Declaration) -> None:
    """`Depends(requires(…))`, as FastAPI's own checks are written, keeps the app down."""
    app, router = FastAPI(), APIRouter(dependencies=[Depends(policy)])

    @router.get("/page")
    async def page() -> str:
        return "said"

    app.include_router(router)
    with pytest.raises(ConfigurationError, match="GET /page"):
        table_of(app)


def test_a_route_that_is_named_twice_is_said_to_be() -> None:
    """Two entries of a table for one route are refused as that, and not as a missing route."""
    policies = {"GET /docs": requires(role="admin"), "GET HEAD /docs": fresh(60)}
    with pytest.raises(ConfigurationError) as refused:
        table_of(FastAPI(), policies)
    assert "has no route" not in str(refused.value)
