"""A policy is asked wherever it is laid, together with every other around it, and by each route."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import combinations

import pytest
from fastapi import APIRouter, FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.routing import Mount, Route, Router

from gatepost import ConfigurationError, fresh, requires
from gatepost.gate.audit import table_of
from tests.gate.policies_asked import (
    Answer,
    Question,
    Rewrites,
    ask,
    questions,
    running,
    token_with,
)
from tests.gate.policies_built import build
from tests.gate.policies_places import OPEN, PLACES, Asked, a, asgi, b, live, page, plain
from tests.gate.policies_served import AT_JWT, JOSERFC_WARNS, Served, ago, openid, served
from tests.gate.policies_trees import Tree, trees
from tests.issuers.elsewhere import Elsewhere, issuer_elsewhere

pytestmark = pytest.mark.filterwarnings(JOSERFC_WARNS)

_ALL = "abc"


@pytest.fixture(scope="module")
def issuer() -> Iterator[Elsewhere]:
    """An OpenID provider elsewhere."""
    with issuer_elsewhere() as elsewhere:
        yield elsewhere


@pytest.fixture(scope="module")
def places(
    issuer: Elsewhere, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Served, dict[str, Asked]]]:
    """One app with every place, and what is asked for at each."""
    app = FastAPI()
    asked = {place.__name__: place(app) for place in PLACES}
    directory = tmp_path_factory.mktemp("places")
    with served(app, directory, issuer=openid(issuer)) as running:
        yield running, asked


def _status(running: Served, address: str, token: str | None) -> int:
    if address.startswith("ws:"):
        status = running.knock(address[3:], token).status
        return 200 if status == 101 else status
    if address.startswith("//"):
        host, _, path = address[2:].partition("/")
        return running.ask(f"/{path}", token, fields=[("Host", host)]).status
    return running.ask(address, token).status


@pytest.mark.parametrize("place", [place.__name__ for place in PLACES])
def test_each_place_asks_for_what_stands_there(
    place: str, places: tuple[Served, dict[str, Asked]], issuer: Elsewhere
) -> None:
    """Who has every role but one is refused, for each one; who has exactly those gets in."""
    running, asked = places
    tokens = {
        "".join(roles): issuer.token(
            "ada", header=AT_JWT, roles=list(roles), auth_time=ago(30), sid="s"
        )
        for count in range(len(_ALL) + 1)
        for roles in combinations(_ALL, count)
    }
    for address, roles in asked[place].items():
        answers = {has: _status(running, address, token) for has, token in tokens.items()}
        owed = {has: 200 if set(roles or "") <= set(has) else 403 for has in tokens}
        assert answers == owed, address
        assert _status(running, address, None) == (200 if roles is None else 401), address


def _public_route_in_a_router(app: FastAPI, router: APIRouter, _mounted: FastAPI) -> None:
    router.get("/page")(OPEN(page()))
    app.include_router(router)


def _public_router_in_a_router(app: FastAPI, router: APIRouter, _mounted: FastAPI) -> None:
    inner, between = OPEN(APIRouter()), APIRouter()
    inner.get("/page")(page())
    between.include_router(inner, prefix="/in")
    router.include_router(between, prefix="/in")
    app.include_router(router)


def _public_websocket(app: FastAPI, router: APIRouter, _mounted: FastAPI) -> None:
    router.websocket("/page")(OPEN(live()))
    app.include_router(router)


def _public_route_in_a_mounted_app(app: FastAPI, _router: APIRouter, mounted: FastAPI) -> None:
    mounted.get("/page")(OPEN(page()))
    app.mount("/in", mounted)


def _public_route_in_a_mount_of_routes(app: FastAPI, _r: APIRouter, _mounted: FastAPI) -> None:
    app.router.routes.append(b(Mount("/in", routes=[Route("/page", OPEN(plain()))])))


def _public_app_in_a_router(app: FastAPI, router: APIRouter, _mounted: FastAPI) -> None:
    router.mount("/in", OPEN(asgi()))
    app.include_router(router)


def _public_app_in_a_marked_mount(app: FastAPI, _router: APIRouter, _mounted: FastAPI) -> None:
    app.router.routes.append(a(Mount("/in", OPEN(FastAPI()))))


def _public_route_three_mounts_deep(app: FastAPI, _router: APIRouter, mounted: FastAPI) -> None:
    deepest = FastAPI()
    deepest.get("/page")(OPEN(page()))
    mounted.mount("/one", Router([Mount("/two", deepest)]))
    app.mount("/in", mounted)


def _public_route_within_a_recent_sign_in(app: FastAPI, _r: APIRouter, _m: FastAPI) -> None:
    router = fresh(60)(APIRouter())
    router.get("/page")(OPEN(page()))
    app.include_router(router)


def _public_function_of_a_marked_route(app: FastAPI, _r: APIRouter, _m: FastAPI) -> None:
    app.router.routes.append(requires(scope="things:read")(Route("/page", OPEN(plain()))))


def _included_in_the_open_and_in_a_marked_router(
    app: FastAPI, router: APIRouter, _mounted: FastAPI
) -> None:
    shared = APIRouter()
    shared.get("/page")(OPEN(page()))
    app.include_router(shared, prefix="/fine")
    router.include_router(shared, prefix="/in")
    app.include_router(router)


CONTRADICTIONS: dict[str, Callable[[FastAPI, APIRouter, FastAPI], None]] = {
    contradiction.__name__: contradiction
    for contradiction in (
        _public_route_in_a_router,
        _public_router_in_a_router,
        _public_websocket,
        _public_route_in_a_mounted_app,
        _public_route_in_a_mount_of_routes,
        _public_app_in_a_router,
        _public_app_in_a_marked_mount,
        _public_route_three_mounts_deep,
        _public_route_within_a_recent_sign_in,
        _public_function_of_a_marked_route,
        _included_in_the_open_and_in_a_marked_router,
    )
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_nothing_inside_asks_for_less(name: str) -> None:
    """What is public inside what asks for more keeps the app down, and the message says where."""
    app = FastAPI()
    CONTRADICTIONS[name](app, a(APIRouter()), a(FastAPI()))
    with pytest.raises(ConfigurationError, match=r"declared public, and what it stands in asks"):
        table_of(app)


def test_one_thing_cannot_be_open_and_closed() -> None:
    """`public` and a demand on one thing contradict each other, whichever is laid first."""
    for first, second in ((OPEN, a), (a, OPEN), (OPEN, fresh(5)), (requires(scope="x"), OPEN)):
        for target in (page(), APIRouter(), FastAPI(), Route("/", plain()), Router()):
            first(target)
            with pytest.raises(ConfigurationError, match="Keep one of the two"):
                second(target)


@pytest.mark.parametrize("policy", [OPEN, a, fresh(5)])
def test_the_whole_app_cannot_be_marked(policy: Callable[[object], object]) -> None:
    """A mark on the app, or on its router, would be one on its sign-in as well."""
    for target in ("app", "router"):
        app = FastAPI()
        policy(app if target == "app" else app.router)
        with pytest.raises(ConfigurationError, match="on the whole app"):
            table_of(app)


def test_what_cannot_carry_a_policy_says_so() -> None:
    """A mark that would be lost is refused where it is written."""
    router = APIRouter()
    for target in (None, "text", len, router.get, (), 7, object()):
        with pytest.raises(ConfigurationError, match="cannot carry a policy"):
            a(target)


_CALLERS = [frozenset(roles) for count in range(4) for roles in combinations(_ALL, count)]


async def _flaws(app: FastAPI, tree: Tree, question: Question) -> list[object]:
    """Ask one question as everybody, and compare what ran with what it asks for itself."""
    answers = {roles: await ask(app, question, token_with(roles)) for roles in _CALLERS}
    nobody = await ask(app, question, None)
    flaws: list[object] = []
    for roles, answer in answers.items():
        if answer.ran is not None and not tree.asked[answer.ran].roles <= roles:
            flaws.append(("ran for", sorted(roles), answer))
    if nobody.ran is not None and not tree.asked[nobody.ran].is_open:
        flaws.append(("ran for nobody", nobody))
    if not question.rewritten:
        flaws += _unowed(tree, answers, nobody)
    return flaws


def _unowed(tree: Tree, answers: dict[frozenset[str], Answer], nobody: Answer) -> list[object]:
    """Compare answers with those that are owed where no middleware interferes."""
    most = answers[frozenset(_ALL)]
    if most.ran is None:
        return [] if nobody.ran is None and most.status != 500 else [most, nobody]
    asked = tree.asked[most.ran]
    owed = {roles: most if asked.roles <= roles else Answer(403, None) for roles in answers}
    flaws: list[object] = [] if answers == owed else [answers]
    return flaws if nobody == (most if asked.is_open else Answer(401, None)) else [*flaws, nobody]


@settings(deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_runs_is_what_was_decided_on(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Of any app, whatever is asked of it: a route runs for those who have what it asks itself."""
    tree = data.draw(trees())
    asked = data.draw(st.lists(questions(tree), min_size=4, max_size=8))
    app = build(tree, Rewrites)

    async def compare() -> dict[Question, list[object]]:
        async with running(app, tmp_path_factory.getbasetemp()):
            return {question: await _flaws(app, tree, question) for question in asked}

    assert {question: flaws for question, flaws in asyncio.run(compare()).items() if flaws} == {}
