"""Public routes that ask who calls, though nobody may be signed in there."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, WebSocket

from gatepost import CurrentUser, Profile, Rows
from tests.gate.policies_places import OPEN, page
from tests.gate.policies_refused import Refused


async def _needs_rows(_rows: Rows) -> None:
    return


async def _needs_what_needs(_needed: Annotated[object, Depends(_needs_rows)]) -> None:
    return


class _Needs:
    def __init__(self, user: CurrentUser) -> None:
        self.user = user


def _asking(endpoint: Callable[..., object], takes: str, **how: object) -> Refused:
    app = FastAPI()
    opened = OPEN(endpoint)
    app.get("/page", **how)(opened)  # type: ignore[arg-type] # dependencies, or nothing
    return Refused(app, "GET /page", f"is declared public and takes {takes}, though", opened)


def asks_who_calls() -> Refused:
    """Take CurrentUser where nobody is signed in."""

    async def endpoint(user: CurrentUser) -> str:
        return user.user_id

    return _asking(endpoint, "CurrentUser")


def asks_for_everything() -> Refused:
    """Take all three."""

    async def endpoint(_user: CurrentUser, _rows: Rows, _person: Profile) -> str:
        return "said"

    return _asking(endpoint, "CurrentUser and Profile and Rows")


def asks_by_a_dependency_of_a_dependency() -> Refused:
    """Take what takes Rows."""

    async def endpoint(_needed: Annotated[object, Depends(_needs_what_needs)]) -> str:
        return "said"

    return _asking(endpoint, "Rows")


def asks_by_a_class() -> Refused:
    """Take an object that is made with CurrentUser."""

    async def endpoint(_needed: Annotated[_Needs, Depends()]) -> str:
        return "said"

    return _asking(endpoint, "CurrentUser")


def asks_by_the_routes_own_list() -> Refused:
    """Name a dependency beside the function."""
    return _asking(page(), "Rows", dependencies=[Depends(_needs_rows)])


def asks_by_its_router() -> Refused:
    """Name a dependency of two routers around."""
    app, router, outer = FastAPI(), APIRouter(), APIRouter(dependencies=[Depends(_needs_rows)])
    opened = OPEN(page())
    router.get("/page")(opened)
    outer.include_router(router, prefix="/in", dependencies=[Depends(_Needs)])
    app.include_router(outer)
    return Refused(app, "GET /in/page", "takes CurrentUser and Rows, though nobody", opened)


def asks_in_a_public_mount() -> Refused:
    """Take CurrentUser in an app that is mounted public."""
    app, mounted = FastAPI(), OPEN(FastAPI(dependencies=[Depends(_Needs)]))
    endpoint = page()
    mounted.get("/page")(endpoint)
    app.mount("/in", mounted)
    return Refused(app, "GET /in/page", "Take public(…) off it, or do without", endpoint)


def asks_as_a_websocket() -> Refused:
    """Take CurrentUser in a public websocket of a router."""
    app, router = FastAPI(), APIRouter(prefix="/in")

    @OPEN
    async def live(websocket: WebSocket, _user: CurrentUser) -> None:
        await websocket.close()

    router.websocket("/live")(live)
    app.include_router(router)
    return Refused(app, "WEBSOCKET /in/live", "is declared public and takes CurrentUser", live)


ASKING: tuple[Callable[[], Refused], ...] = (
    asks_who_calls, asks_for_everything, asks_by_a_dependency_of_a_dependency, asks_by_a_class,
    asks_by_the_routes_own_list, asks_by_its_router, asks_in_a_public_mount, asks_as_a_websocket,
)  # fmt: skip
