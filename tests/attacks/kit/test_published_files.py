"""Documentation, folders and what lies about, told from what is served on purpose."""

from pathlib import Path

import pytest
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from starlette.middleware.base import RequestResponseEndpoint
from starlette.responses import PlainTextResponse
from starlette.staticfiles import StaticFiles

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.published_files import published_files
from gatepost.attacks.trials.spellings import spellings
from tests.attacks.kit.lab import LAB, attacked, lab_app

_ASSETS: dict[str, object] = {"public": {"GET /assets/*": "the page's own files"}}
_FOLDER, _DOCS, _LEFT = ("18.f", "GET /assets/*"), ("18.d", "None"), ("18.l", "None")


def _with_folder(folder: Path, *, links: bool = False) -> FastAPI:
    app = lab_app()
    app.mount("/assets", StaticFiles(directory=folder, follow_symlink=links))
    return app


def test_a_folder_that_nobody_declared_is_found_out(tmp_path: Path) -> None:
    """A folder of files is found unless the attack file says that it is public."""
    (tmp_path / "site.css").write_text("a{}")
    app = _with_folder(tmp_path)
    assert attacked(app, published_files).findings == {_FOLDER}
    assert attacked(app, published_files, file=_ASSETS).findings == set()


@pytest.mark.parametrize("name", ["app.py", ".env", "notes.db", "deep/server.key", "main.py.bak"])
def test_what_no_public_folder_has_is_found_out(name: str, tmp_path: Path) -> None:
    """Source, keys, databases and hidden files in a public folder are found."""
    (tmp_path / "site.css").write_text("a{}")
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("x")
    assert _FOLDER in attacked(_with_folder(tmp_path), published_files, file=_ASSETS).findings


@pytest.mark.parametrize(("links", "found"), [(True, {_FOLDER}), (False, set())])
def test_a_link_out_of_a_folder_is_found_out(
    links: bool,  # noqa: FBT001 - a case of the table
    found: set[tuple[str, str]],
    tmp_path: Path,
) -> None:
    """A symbolic link that leads out of a public folder is found where it is followed."""
    served, elsewhere = tmp_path / "served", tmp_path / "elsewhere"
    served.mkdir()
    elsewhere.mkdir()
    (elsewhere / "letter.txt").write_text("private")
    (served / "letter.txt").symlink_to(elsewhere / "letter.txt")
    app = _with_folder(served, links=links)
    assert attacked(app, published_files, file=_ASSETS).findings == found


def _joined(folder: Path, path: str) -> Path:
    return folder / path


def test_a_handler_that_leaves_its_folder_is_found_out(tmp_path: Path) -> None:
    """A mounted app that joins paths without a look is found."""

    async def serve(scope, receive, send):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202 - a bare ASGI app
        name = scope["path"].removeprefix("/assets/")
        file = _joined(tmp_path, name)
        found = FileResponse(file) if file.is_file() else PlainTextResponse("none", 404)
        await found(scope, receive, send)

    app = lab_app()
    app.mount("/assets", serve)
    assert ("18.s", "GET /assets/*") in attacked(app, published_files, file=_ASSETS).findings


def test_documentation_is_found_out() -> None:
    """FastAPI's own pages are found, each at its route, and never where somebody declared them."""
    app = FastAPI()
    app.include_router(lab_app().router)
    found = {("18.d", f"GET {path}") for path in ("/docs", "/redoc", "/openapi.json")}
    assert attacked(app, published_files).findings == found
    said: dict[str, object] = {
        "public": {"GET /docs*": "shown", "GET /redoc": "shown", "GET /openapi.json": "x y"}
    }
    assert attacked(app, published_files, file=said).findings == set()


def test_documentation_that_no_route_shows_is_found_out() -> None:
    """What a middleware answers at a usual place is found as well, of the app as a whole."""
    app = lab_app()

    @app.middleware("http")
    async def documented(request: Request, call_next: RequestResponseEndpoint) -> Response:
        shown = request.url.path == "/swagger"
        return PlainTextResponse("swagger") if shown else await call_next(request)

    assert attacked(app, published_files).findings == {_DOCS}


@pytest.mark.parametrize(
    ("path", "found"), [("/.env", {_LEFT}), ("/metrics", {_LEFT}), ("/x", set())]
)
def test_what_lies_about_is_found_out(path: str, found: set[tuple[str, str]]) -> None:
    """A file or page that was left behind is found."""
    app = lab_app()
    app.add_route(path, lambda _: PlainTextResponse("SECRET=1"), include_in_schema=False)
    assert attacked(app, published_files).findings == found


def test_an_app_of_one_page_leaves_nothing_about() -> None:
    """Where every path shows the same page, no path shows anything."""
    app = lab_app()

    @app.get("/{path:path}", include_in_schema=False)
    def page(path: str) -> HTMLResponse:
        return HTMLResponse("<h1>the page</h1>", headers={"X-Path": str(len(path))})

    came = attacked(app, published_files, spellings, file={"public": {"GET /{path}": "the page"}})
    assert came.findings == set(), came.said(Outcome.FINDING)


def _guarded(hole: str) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    open_to_all = ("/login", "/register", "/logout")

    @app.middleware("http")
    async def gate(request: Request, call_next: RequestResponseEndpoint) -> Response:
        path = request.scope["path"]
        passes = {
            "": path in open_to_all,
            "suffix": path in open_to_all or str(request.url).endswith(".css"),
            "anywhere": any(each in str(request.url) for each in open_to_all),
            "referer": path in open_to_all or request.headers.get("referer", "").endswith("/login"),
        }[hole]
        if not passes:
            try:
                LAB.who(request.headers.get("authorization"))
            except HTTPException:
                return PlainTextResponse("who?", 401)
        return await call_next(request)

    app.include_router(lab_app().router)

    @app.get("/me")
    def me() -> dict[str, str]:
        return {"me": "somebody"}

    return app


@pytest.mark.parametrize(
    ("hole", "found"),
    [
        ("", set()),
        ("suffix", {("14", "GET /me")}),
        ("anywhere", {("14", "GET /me")}),
        ("referer", {("14", "GET /me")}),
    ],
)
def test_another_spelling_is_found_out(hole: str, found: set[tuple[str, str]]) -> None:
    """A closed path that opens by another spelling of the request is found."""
    came = attacked(_guarded(hole), spellings)
    assert came.findings == found, came.said(Outcome.FINDING)
