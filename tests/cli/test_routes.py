"""`gatepost routes`: the table of an app that is not started, and what has changed in it."""

import json
from pathlib import Path

import pytest

from tests.cli.running import gatepost, on_a_terminal
from tests.docs.snippets import ROOT

_TASKS = ("routes", "--factory", "gatepost_tasks.app:create_app")

_APP = """\
from fastapi import FastAPI
from gatepost import Gatepost, public

print("hello from the import")
app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)


@app.get("/notes")
async def notes() -> list[str]:
    return []


@app.get("/health")
@public("a probe's question")
async def health() -> str:
    return "ok"


Gatepost().protect(app)
bare, number = FastAPI(), 7
wrapped = __import__("starlette.middleware.gzip").middleware.gzip.GZipMiddleware(app)


def create_app() -> FastAPI:
    return app


def create_from(settings: object) -> FastAPI:
    return app


def fails() -> FastAPI:
    raise RuntimeError("the flux is off")


def makes_none() -> None: ...


def odd() -> FastAPI:
    made = FastAPI()
    made.frontend("/", directory=".")
    Gatepost().protect(made)
    return made
"""

_OPENED = _APP.replace('@app.get("/notes")\n', '@app.get("/notes")\n@public("just for now")\n')


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A directory with an app in it."""
    (tmp_path / "main.py").write_text(_APP, "utf-8")
    (tmp_path / "broken.py").write_text("import main\n\nmain.nothing()\n", "utf-8")
    (tmp_path / "wanting.py").write_text("import no_such_library\n", "utf-8")
    (tmp_path / "index.html").write_text("page", "utf-8")
    return tmp_path


def test_the_table_in_every_form(here: Path) -> None:
    """Text, JSON and Markdown name each route, its policy, its reason and its place."""
    text = gatepost(here, "routes", "main:app")
    assert (text.code, text.err) == (0, "hello from the import\n")
    heading, *_, notes, health = text.out.splitlines()
    assert heading.split() == ["METHOD", "PATH", "POLICY", "WHERE", "REASON"]
    assert notes.split() == ["GET", "/notes", "signed", "in", "main.py:8"]
    assert health.split(maxsplit=4)[2:] == ["public", "main.py:13", "a probe's question"]
    columns = [line.index(word) for line, word in ((heading, "WHERE"), (notes, "main"))]
    assert columns[0] == columns[1]

    listed = json.loads(gatepost(here, "routes", "--json", GATEPOST_APP="main:app").out)
    assert [row["path"] for row in listed] == ["/api/auth/*", "/api/auth", "/notes", "/health"]
    assert listed[2] == {
        "method": "GET",
        "path": "/notes",
        "policy": "signed in",
        "where": "main.py:8",
    }
    page = gatepost(here, "routes", "--factory", "main:create_app", "--markdown").out
    assert "| GET | `/health` | public | a probe's question | `main.py` |\n" in page


def test_a_terminal_gets_a_table(here: Path) -> None:
    """On a terminal the table is drawn and nothing is cut short, whatever a reason has in it."""
    (here / "main.py").write_text(_APP.replace("a probe's", "[red]a[/] probe's"), "utf-8")
    ended = on_a_terminal(here, "routes", "main:app", COLUMNS="60")
    assert ended.code == 0, ended.out
    assert "───" in ended.out
    assert "[red]a[/]" in ended.out
    assert "…" not in ended.out


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "https://tasks.example.org"])
def test_nothing_is_started(here: Path, url: str) -> None:
    """No secret is needed, no database is opened, and no file is made; in production as well."""
    before = sorted(here.iterdir())
    ended = gatepost(
        here,
        *_TASKS,
        GATEPOST_URL=url,
        DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing",
    )
    assert ended.code == 0, ended.err
    assert sorted(here.iterdir()) == before


def test_tasks_has_every_kind_of_route() -> None:
    """The provider's mount, included routers, the websocket, the page and its files are listed."""
    listed = json.loads(gatepost(ROOT, *_TASKS, "--json").out)
    found = {(row["method"], row["path"], row["policy"]) for row in listed}
    assert {
        ("ANY", "/api/auth/*", "public"),
        ("PATCH", "/api/tasks/{task_id}", "signed in"),
        ("WEBSOCKET", "/api/live", "signed in"),
        ("GET", "/openapi.json", "public"),
        ("GET HEAD", "/sign-in", "public"),
        ("GET HEAD", "/favicon.svg", "public"),
    } <= found
    places = {row["path"]: row["where"] for row in listed}
    assert places["/api/live"].startswith("examples/tasks/gatepost_tasks/live.py:")


def test_a_change_of_exposure_fails(here: Path) -> None:
    """What became public is told first, then the rest, with how to accept it, which then passes."""
    routes = ("routes", "main:app")
    assert gatepost(here, *routes, "--write", "r.json").out == (
        "r.json has 4 routes, 3 of them public. Commit it.\n"
    )
    assert gatepost(here, *routes, "--check", "r.json").code == 0

    moved = _OPENED.replace("/health", "/healthz").replace("from fastapi", "\n\nfrom fastapi", 1)
    (here / "main.py").write_text(moved, "utf-8")
    ended = gatepost(here, *routes, "--check", "r.json")
    assert ended.code == 1
    assert ended.out.splitlines() == [
        "The routes differ from r.json.",
        "",
        "NOW PUBLIC, open to anyone, and were not:",
        "  GET /healthz",
        "      is   public: a probe's question",
        "      in   main.py:16",
        "  GET /notes",
        "      was  signed in",
        "      is   public: just for now",
        "      in   main.py:10",
        "",
        "Removed:",
        "  GET /health",
        "      was  public: a probe's question",
        "",
        "Where this is meant, accept it, and have it reviewed:",
        "",
        "  gatepost routes main:app --write r.json",
    ]
    accepted = ended.out.splitlines()[-1].split()[1:]
    assert gatepost(here, *accepted).code == 0
    assert gatepost(here, *routes, "--check", "r.json").out == (
        "The routes are as r.json has them.\n"
    )

    (here / "main.py").write_text(_APP.replace("/health", "/healthz"), "utf-8")
    closed = gatepost(here, *routes, "--check", "r.json")
    assert closed.code == 1
    assert "NOW PUBLIC" not in closed.out
    assert "Changed:\n  GET /notes\n      was  public: just for now\n" in closed.out


def test_moved_lines_are_no_change(here: Path) -> None:
    """A snapshot compares exposure, so code that only moves passes."""
    gatepost(here, "routes", "main:app", "--write", "r.json")
    (here / "main.py").write_text("\n\n\n" + _APP, "utf-8")
    assert gatepost(here, "routes", "main:app", "--check", "r.json").code == 0


_ERRORS: dict[str, tuple[tuple[str, ...], str]] = {
    "no such module": (("mian:app",), "There is no module mian, as seen from"),
    "no such package": (("main.sub:app",), "There is no module main.sub"),
    "no such name": (("main:ap",), "has no ap. It has main:app, main:bare."),
    "no name": (("main",), "Write MODULE:APP"),
    "no app": (("main:number",), "is of type int, and not a FastAPI app"),
    "a wrapped app": (("main:wrapped",), "name the app itself"),
    "a function": (("main:create_app",), "add --factory"),
    "an app for a factory": (("--factory", "main:app"), "Leave --factory out"),
    "a number for a factory": (("--factory", "main:number"), "makes no app"),
    "a factory that wants more": (("--factory", "main:create_from"), "'settings'"),
    "a factory of something else": (
        ("--factory", "main:makes_none"),
        "gave something of type NoneType",
    ),
    "a factory that fails": (("--factory", "main:fails"), "RuntimeError: the flux is off"),
    "an unprotected app": (("main:bare",), "gatepost.protect(app)"),
    "what the audit cannot classify": (("--factory", "main:odd"), "gatepost.serve_page"),
    "a module that fails": (("broken:app",), "broken.py:3)"),
    "a module that wants another": (("wanting:app",), "No module named 'no_such_library'"),
    "no snapshot yet": (("main:app", "--check", "r.json"), "routes main:app --write r.json"),
    "no snapshot": (("main:app", "--check", "main.py"), "main.py is no snapshot of routes"),
    "nowhere to write": (("main:app", "--write", "no/r.json"), "No such file or directory"),
}


@pytest.mark.parametrize("name", _ERRORS)
def test_an_error_says_what_to_do(here: Path, name: str) -> None:
    """What cannot be listed ends with one line of advice, exit code 1 and no traceback."""
    arguments, said = _ERRORS[name]
    ended = gatepost(here, "routes", *arguments)
    assert ended.code == 1
    assert ended.out == ""
    assert "gatepost: " in ended.err
    assert said in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    "arguments", [(), ("main:app", "--json", "--markdown"), ("main:app", "--chek", "r.json")]
)
def test_a_wrong_command_line_ends_with_2(here: Path, arguments: tuple[str, ...]) -> None:
    """No app, two outputs at once or an unknown option is a mistake in the command line."""
    assert gatepost(here, "routes", *arguments).code == 2


def test_the_help_shows_examples_and_exit_codes(here: Path) -> None:
    """Whoever asks for help sees how it is called, and what its exit codes mean."""
    said = gatepost(here, "routes", "--help", COLUMNS="120").out
    for text in ("gatepost routes main:app --check routes.json", "GATEPOST_APP", "Exit codes"):
        assert text in said
