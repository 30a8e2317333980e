"""The OpenAPI document says of each operation what the gate asks for and answers, and no more."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI
from fastapi.openapi.models import OpenAPI
from fastapi.security import APIKeyHeader
from pydantic import BaseModel
from sqlalchemy import select

from gatepost import BuiltIn, Gatepost, Rows, SharedSecretIssuer, fresh, public, requires
from gatepost.issuers import Issuer
from gatepost.settings import Secret
from gatepost.testing import AppClient
from tests.conftest import settings_for
from tests.gate.over_tls import COOKIE, COOKIE_PATH, cookie, in_cookie_mode, signed_up
from tests.gate.policies_served import (
    AT_JWT,
    ago,
    bearer,
    openid,
    served,
)
from tests.issuers.elsewhere import Elsewhere, Note, issuer_elsewhere

_Json: TypeAlias = dict[str, Any]

# FastAPI gives the methods of one route one operation id, and warns of it.
pytestmark = pytest.mark.filterwarnings("ignore:Duplicate Operation ID")

_SCOPES: _Json = {"scope": "notes:read notes:write"}
_HOUSE = SharedSecretIssuer(issuer="https://id.test", audience="app", secret=Secret("s" * 32))
_EVERYTHING: _Json = {**_SCOPES, "roles": ["admin"]}


class Wanted(BaseModel):
    """A body."""

    number: int


def _asking() -> FastAPI:
    """Make an app with every kind of policy."""
    app = FastAPI()

    @app.get("/open", description="Open.")
    @public("the same for everyone")
    async def opened() -> str:
        return "open"

    @app.post("/numbers")
    async def number(wanted: Wanted) -> int:
        return wanted.number

    @app.get("/role")
    @requires(role="admin")
    async def role() -> None: ...

    @app.get("/scope", description="Reads.")
    @requires(scope="notes:read")
    async def scope() -> None: ...

    @app.get("/fresh")
    @fresh(max_age=300)
    async def recent() -> None: ...

    @app.get("/notes/{note_id}")
    async def note(note_id: str, rows: Rows) -> str:
        return (await rows.get_one(Note, note_id)).text

    return app


def _admin() -> APIRouter:
    """Make a router that asks for more, with a prefix, a route of many methods and a hidden one."""
    router = APIRouter(prefix="/admin/{area}")

    @router.get("/all")
    @requires(scope="notes:write notes:read")
    @fresh(max_age=60)
    async def everything(area: str) -> str:
        """Everything at once."""
        return area

    @router.api_route("/some", methods=["GET", "PUT", "DELETE"])
    async def some(area: str) -> str:
        return area

    @router.get("/hidden", include_in_schema=False)
    async def hidden() -> None: ...

    return requires(role="admin")(router)


def _app() -> FastAPI:
    """Make an app of all that, with rows, a route in front of another, and an app mounted."""
    app = _asking()

    @app.get("/notes")
    async def notes(rows: Rows) -> list[str]:
        return [note.id for note in await rows.all(select(Note))]

    @app.post("/notes/{text:path}")
    async def keep(text: str, rows: Rows) -> None:
        rows.add(Note(text=text))

    @app.get("/shadow/{name}")
    @requires(role="admin")
    async def front(name: str) -> str:
        return name

    @app.get("/shadow/open")
    @public("a mistake: the route above takes its requests")
    async def shadowed() -> None: ...

    app.include_router(_admin())
    app.mount("/inner/{place}", _asking())
    return app


@dataclass(frozen=True, slots=True)
class Callers:
    """A running app, and how each kind of caller calls it.

    Attributes:
        headers: of each caller, by name.
        theirs: the id of a note of the owner's.
    """

    url: str
    headers: Mapping[str, Mapping[str, str]]
    theirs: str

    def document(self, path: str) -> _Json:
        """Return a document as it is served."""
        answer = httpx.get(self.url + path, headers=self.headers["owner"]).raise_for_status()
        found: _Json = answer.json()
        return found

    def call(self, method: str, path: str) -> dict[str, httpx.Response]:
        """Call an operation as everybody."""
        filled = re.sub(r"\{.*?\}", self.theirs, path)
        body = {"number": 7} if method == "post" else None
        with AppClient(self.url) as client:
            return {
                name: client.request(method, filled, headers=headers, json=body)
                for name, headers in self.headers.items()
            }


def _headers(house: Elsewhere, away: Elsewhere) -> dict[str, dict[str, str]]:
    def shows(subject: str, issuer: Elsewhere = house, **claims: object) -> dict[str, str]:
        return bearer(issuer.token(subject, header=AT_JWT, **{"auth_time": ago(0), **claims}))

    return {
        "nobody": {},
        "unreadable": {"Authorization": "Bearer a b"},
        "forger": bearer("a.b.c"),
        "somebody": shows("somebody"),
        "without the role": shows("somebody", **_SCOPES),
        "without the scope": shows("somebody", roles=["admin"]),
        "of yesterday": shows("somebody", **_EVERYTHING, auth_time=ago(86_400)),
        "whoever may": shows("whoever may", **_EVERYTHING),
        "owner": shows("owner", **_EVERYTHING),
        "of an issuer that is away": shows("somebody", away, **_EVERYTHING),
    }


@pytest.fixture(scope="module")
def callers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callers]:
    """The app behind three issuers, one of which cannot be reached."""
    directory = tmp_path_factory.mktemp("openapi")
    with issuer_elsewhere("ES256") as issuer, issuer_elsewhere("ES256") as away:
        away.server.close_port()
        issuers: list[Issuer] = [BuiltIn(), openid(issuer), openid(away)]
        with served(_app(), directory, issuer=issuers) as app:
            headers = _headers(issuer, away)
            httpx.post(f"{app.url}/notes/hers", headers=headers["owner"]).raise_for_status()
            [theirs] = httpx.get(f"{app.url}/notes", headers=headers["owner"]).json()
            yield Callers(app.url, headers, theirs)


def _operations(document: _Json) -> Iterator[tuple[str, str, _Json]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _resolved(document: _Json, found: _Json) -> _Json:
    for name in found["$ref"].removeprefix("#/").split("/") if "$ref" in found else ():
        document = document[name]
    return document if "$ref" in found else found


def _check_body(document: _Json, answer: httpx.Response, declared: _Json) -> None:
    """Compare what came with what was declared: the keys, the code and the challenge."""
    [(media_type, content)] = _resolved(document, declared)["content"].items()
    assert answer.headers["Content-Type"] == media_type
    schema, body = _resolved(document, content["schema"]), answer.json()
    assert set(schema.get("required", ())) <= body.keys() <= schema["properties"].keys()
    code = schema["properties"].get("code", {})
    allowed = [
        each
        for each in code.get("anyOf", [code])
        if body.get("code") in each.get("enum", [body.get("code")])
    ]
    assert allowed, (body, code)
    for name, header in _resolved(document, declared).get("headers", {}).items():
        assert answer.headers[name] in header["schema"]["examples"]


@pytest.mark.parametrize("below", ["", "/inner/here"])
def test_what_comes_is_declared_and_what_is_declared_comes(below: str, callers: Callers) -> None:
    """Each operation, called by everybody, answers as the document says, its security included."""
    document = callers.document(f"{below}/openapi.json")
    for path, method, operation in _operations(document):
        came = callers.call(method, below + path)
        statuses = {name: str(answer.status_code) for name, answer in came.items()}
        declared = operation["responses"]
        assert set(statuses.values()) <= declared.keys(), (path, method, statuses)
        # Of a path's parameter it is said that there may be no such thing, whatever it is for.
        assert declared.keys() - {"404", "422"} <= set(statuses.values()), (path, method)
        for answer in came.values():
            if answer.is_error:
                _check_body(document, answer, declared[str(answer.status_code)])
        assert path != "/notes/{note_id}" or statuses["whoever may"] == "404"
        is_open = statuses["nobody"] == "200"
        assert bool(operation["security"]) is not is_open


def test_the_documents_are_openapi(callers: Callers) -> None:
    """FastAPI's own model reads them; every reference and scheme is there, every answer named."""
    for document in (callers.document("/openapi.json"), callers.document("/inner/x/openapi.json")):
        OpenAPI.model_validate(document)
        assert document["openapi"].startswith("3.1")
        references = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(document)))
        assert len(references) >= 5
        assert all(_resolved(document, {"$ref": reference}) for reference in references)
        schemes = document["components"]["securitySchemes"]
        assert f"GET {callers.url}/api/auth/token" in schemes["gatepost"]["description"]
        for _, _, operation in _operations(document):
            assert all(each.keys() <= schemes.keys() for each in operation["security"])
            assert all(
                _resolved(document, each)["description"] for each in operation["responses"].values()
            )


@pytest.mark.parametrize("below", ["", "/inner/here"])
def test_what_does_not_fit_is_declared_as_it_is_answered(below: str, callers: Callers) -> None:
    """A 422 has the keys of the document's ValidationError, and what was sent is not among them."""
    url, headers = f"{callers.url}{below}/numbers", callers.headers["owner"]
    answer = httpx.post(url, headers=headers, json={"number": "secret"})
    schemas = callers.document(f"{below}/openapi.json")["components"]["schemas"]
    assert answer.status_code == 422
    assert [each.keys() for each in answer.json()["detail"]] == [
        schemas["ValidationError"]["properties"].keys()
    ]


_ALL = "signed in, role admin, scope notes:read, scope notes:write, within 60 s"
ASKED: dict[str, tuple[list[list[str]], str | None]] = {
    "/open": ([], "Open."),
    "/numbers": ([[]], None),
    "/scope": ([["notes:read"]], "Reads.\n\nAsked of the caller: signed in, scope notes:read."),
    "/admin/{area}/all": (
        [["notes:read", "notes:write"]],
        f"Everything at once.\n\nAsked of the caller: {_ALL}.",
    ),
    "/admin/{area}/some": ([[]], "Asked of the caller: signed in, role admin."),
    "/shadow/open": ([[]], "Asked of the caller: signed in, role admin."),
}


def test_scopes_and_demands_are_named(callers: Callers) -> None:
    """An operation names its scopes at the scheme, and the rest in its description."""
    document = callers.document("/openapi.json")
    assert "/admin/{area}/hidden" not in document["paths"]
    for path, (scopes, description) in ASKED.items():
        for operation in document["paths"][path].values():
            assert operation["security"] == [{"gatepost": each} for each in scopes]
            assert operation.get("description") == description


def _told(app: FastAPI, tmp_path: Path, issuer: Issuer | None = None) -> _Json:
    """Protect an app, and return its document before it has started."""
    Gatepost(settings_for(1, tmp_path), issuer=issuer).protect(app)
    found: _Json = app.openapi()
    return found


def _declaring() -> FastAPI:
    """Make an app that has declared much itself."""
    app, callbacks = FastAPI(), APIRouter()
    own = APIKeyHeader(name="X-Key", scheme_name="own")

    @callbacks.post("{$callback_url}/done")
    async def done() -> None: ...

    @app.webhooks.post("new-note")
    async def new_note(body: Wanted) -> None: ...

    @app.get(
        "/own/{name}",
        responses={401: {"description": "mine"}, 422: {"description": "mine as well"}},
        dependencies=[Depends(own)],
        callbacks=callbacks.routes,
    )
    async def own_answers(name: str) -> str:
        return name

    @app.get("/open", dependencies=[Depends(own)])
    @public("the same for everyone")
    async def opened() -> None: ...

    return app


def test_what_the_developer_declared_stays(tmp_path: Path) -> None:
    """Own answers, own security, webhooks and callbacks are as they are without Gatepost."""
    before, after = _declaring().openapi(), _told(_declaring(), tmp_path)
    own, ours = before["paths"]["/own/{name}"]["get"], after["paths"]["/own/{name}"]["get"]
    assert ours == {
        **own,
        "security": [{"own": [], "gatepost": []}],
        "responses": ours["responses"],
    }
    assert own["responses"].items() <= ours["responses"].items()
    assert ours["responses"].keys() - own["responses"].keys() == {"400", "404", "503"}
    assert after["paths"]["/open"] == before["paths"]["/open"]
    assert after["webhooks"] == before["webhooks"]
    assert own["callbacks"] == ours["callbacks"]


def test_it_follows_the_app(tmp_path: Path) -> None:
    """A route that comes before the start is in the next document, a custom document is filled."""
    app = _declaring()
    custom = app.openapi
    app.openapi = lambda: {**custom(), "info": {"title": "mine"}}  # type: ignore[method-assign] # FastAPI's way
    assert _told(app, tmp_path)["info"] == {"title": "mine"}
    app.get("/late")(lambda: None)
    assert app.openapi()["paths"]["/late"]["get"]["security"] == [{"gatepost": []}]
    app = _declaring()
    assert _told(app, tmp_path) is app.openapi()


def test_one_app_in_two_places_says_both(tmp_path: Path) -> None:
    """Mounted where it is open and where it is not, an operation is documented as either."""
    app, inner = FastAPI(), FastAPI()
    inner.get("/page")(lambda: None)
    app.mount("/open", inner)
    app.mount("/closed", inner)
    with served(app, tmp_path, policies={"/open/*": public("the same for everyone")}) as it:
        document = httpx.get(f"{it.url}/open/openapi.json").json()
        assert [httpx.get(f"{it.url}/{at}/page").status_code for at in ("open", "closed")] == [
            200,
            401,
        ]
    operation = document["paths"]["/page"]["get"]
    assert operation["security"] == [{}, {"gatepost": []}]
    assert "401" in operation["responses"]


def test_only_what_can_come_is_declared(tmp_path: Path) -> None:
    """Keys that are at hand are never away; OpenAPI 3.0 has no scopes for such a scheme."""
    app = FastAPI()
    app.openapi_version = "3.0.3"
    app.get("/scope")(requires(scope="notes:read")(lambda: None))
    document = _told(app, tmp_path, issuer=_HOUSE)
    operation = document["paths"]["/scope"]["get"]
    assert operation["responses"].keys() == {"200", "400", "401", "403"}
    assert operation["security"] == [{"gatepost": []}]
    assert "https://id.test" in document["components"]["securitySchemes"]["gatepost"]["description"]


def test_the_cookie_is_another_way(tmp_path: Path) -> None:
    """In cookie mode either credential will do, and a foreign page's 403 is told where it comes."""
    with (
        in_cookie_mode(_app(), tmp_path, issuer=[BuiltIn(), _HOUSE]) as (house, _, _),
        signed_up(house) as ada,
    ):
        document = ada.http.get("/openapi.json").json()
        cookie_scheme = document["components"]["securitySchemes"]["gatepostCookie"]
        assert (cookie_scheme["in"], cookie_scheme["name"]) == ("cookie", COOKIE)
        assert f"POST {house.url}{COOKIE_PATH}" in cookie_scheme["description"]
        operation = document["paths"]["/numbers"]["post"]
        assert operation["security"] == [{"gatepost": []}, {"gatepostCookie": []}]
        assert "403" not in document["paths"]["/notes"]["get"]["responses"]
        headers = {**dict([cookie(ada.token)]), "Sec-Fetch-Site": "cross-site"}
        with house.client(headers) as page:
            assert page.get("/notes").status_code == 200
            refused = page.post("/numbers", json={"number": 7})
        _check_body(document, refused, operation["responses"]["403"])
