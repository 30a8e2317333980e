"""Where an app is found: imported and served, or at a URL, whatever stands in the way."""

import json
import os
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from gatepost.attacks.attack_file import AttackFile
from gatepost.attacks.conversing import Opening, opened
from gatepost.attacks.errors import AttackError
from gatepost.attacks.hosts import origin_of
from gatepost.attacks.people.signing_in import Doors
from gatepost.attacks.sending import Sender
from gatepost.attacks.targets.fetching import fetched_operations
from gatepost.attacks.targets.serving import serving_app
from gatepost.attacks.wire import RawRequest, send
from tests.attacks.kit.lab import PEOPLE, lab_app
from tests.ports import free_port
from tests.serving import serving

_FILE = AttackFile.model_validate({"people": PEOPLE})


def _fetched(url: str, file: AttackFile = _FILE) -> set[str]:
    sender = Sender(origin_of(url), per_second=5_000)
    return {str(operation) for operation in fetched_operations(sender, url, file)}


def _closed_app() -> FastAPI:
    app = lab_app()

    @app.get("/openapi.json", include_in_schema=False)
    def document(request: Request) -> JSONResponse:
        if "authorization" not in request.headers:
            return JSONResponse({}, 401)
        return JSONResponse({"paths": {"/notes": {"get": {}}}})

    return app


def test_the_openapi_is_found_below_the_path_of_the_url() -> None:
    """An app behind a prefix is attacked behind it."""
    inner, outer = FastAPI(), FastAPI()
    inner.get("/notes")(lambda: None)
    outer.mount("/v2", inner)
    with serving(outer) as url:
        assert _fetched(f"{url}/v2/") == {"GET /v2/notes"}


def test_somebody_signs_in_for_an_openapi_that_is_closed() -> None:
    """An app that hides its documentation from strangers is attacked all the same."""
    with serving(_closed_app()) as url:
        assert _fetched(url) == {"GET /notes"}


def test_an_openapi_may_be_a_file(tmp_path: Path) -> None:
    """Where the app shows none, its attack file names one."""
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps({"paths": {"/hidden": {"get": {}}}}))
    said = AttackFile.model_validate({"app": {"openapi": str(file)}})
    assert _fetched("http://127.0.0.1:9/", said) == {"GET /hidden"}
    for text in ("{}", "[]", "openapi: 3.1.0"):
        file.write_text(text)
        with pytest.raises(AttackError, match="is no OpenAPI"):
            _fetched("http://127.0.0.1:9/", said)
    file.unlink()
    with pytest.raises(AttackError, match=r"openapi\.json cannot be read: No such file"):
        _fetched("http://127.0.0.1:9/", said)


def test_where_nothing_is_found_it_is_said() -> None:
    """No app, and an app without OpenAPI, end with what to do."""
    with pytest.raises(AttackError, match="Nothing listens"):
        _fetched(f"http://127.0.0.1:{free_port()}")
    with serving(lab_app()) as url, pytest.raises(AttackError, match="shows no OpenAPI"):
        _fetched(url)
    with pytest.raises(AttackError, match="does not answer"):
        _fetched("http://nobody.invalid")
    with pytest.raises(ValueError, match="names http or https and a host"):
        send("ftp://127.0.0.1", RawRequest("GET", "/"))
    with opened(f"http://127.0.0.1:{free_port()}", Opening("", "/live")) as (connection, heard):
        assert (connection, heard.status, heard.is_open) == (None, 0, False)


@pytest.mark.parametrize("url", ["http://", "http://a:b@127.0.0.1", "http://x:port", "http://x?a"])
def test_a_url_that_is_none_is_refused(url: str) -> None:
    """A URL has a host, and neither a password nor a query."""
    with pytest.raises(AttackError, match="is no URL"):
        origin_of(url)


_MODULE = """
import os
from contextlib import asynccontextmanager
from fastapi import FastAPI

app = FastAPI()
seen = os.environ["SEEN"]


@app.get("/seen")
def read() -> list[str]:
    return [seen, os.environ["GATEPOST_URL"]]


@asynccontextmanager
async def failing(app):
    raise RuntimeError("the flux is off")
    yield


def broken() -> FastAPI:
    return FastAPI(lifespan=failing)
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module with apps, in the working directory and under a name of its own."""
    name = f"served_{tmp_path.name.replace('-', '_')}"
    (tmp_path / f"{name}.py").write_text(_MODULE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return name


def test_an_app_is_served_with_its_environment(module: str) -> None:
    """What the attack file says is set before the import, and gone afterwards."""
    before = dict(os.environ)
    with serving_app(f"{module}:app", {"SEEN": "at {url}"}) as (_, url):
        answered = send(url, RawRequest("GET", "/seen"))
        assert json.loads(answered.body) == [f"at {url}", url]
    assert dict(os.environ) == before


def test_an_app_that_does_not_start_says_why(module: str) -> None:
    """The error of the app's own start is in the message."""
    with (
        pytest.raises(AttackError, match=r"does not start: RuntimeError: the flux is off"),
        serving_app(f"{module}:broken", {"SEEN": ""}, factory=True),
    ):
        pass


def test_an_app_is_reachedover_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is, where its certificate is believed, and else it is not spoken to."""
    authority = trustme.CA()
    believed = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(believed)
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(shown)
    app = FastAPI()
    app.get("/notes")(lambda: "read")
    with over_tls(app, shown) as url:
        with pytest.raises(AttackError, match="CERTIFICATE_VERIFY_FAILED"):
            _fetched(url)
        monkeypatch.setenv("SSL_CERT_FILE", str(believed))
        assert _fetched(url) == {"GET /notes"}
        assert send(url, RawRequest("GET", "/notes")).body == b'"read"'


@contextmanager
def over_tls(app: FastAPI, shown: ssl.SSLContext) -> Iterator[str]:
    """Serve an app over TLS until the block ends; yields its base URL."""
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            port=port,
            log_level="critical",
            ssl_context_factory=lambda _config, _default: shown,
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.01)
    try:
        yield f"https://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def test_too_many_sign_ups_are_waited_for() -> None:
    """An app that limits how often people sign up is asked again when it says that it may be."""
    app, asked = FastAPI(), list[str]()

    @app.post("/login")
    def login(response: Response) -> dict[str, str]:
        asked.append("login")
        if len(asked) == 1:
            response.status_code = 429
            response.headers["Retry-After"] = "0"
        return {"token": "a-token"}

    people = {"kind": "password", "sign_in": {"path": "/login", "token": "token"}}
    section = AttackFile.model_validate({"people": people}).people
    with serving(app) as url:
        assert Doors(section, Sender(url, per_second=5_000)).new("alice").bearer == "a-token"
    assert len(asked) == 2
