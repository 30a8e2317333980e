"""Apps served over HTTPS, which a `__Host-` cookie wants, and clients that believe them."""

import base64
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import trustme
import uvicorn
from fastapi import FastAPI, Request, WebSocket
from starlette.middleware import Middleware
from starlette.types import ASGIApp

from gatepost import CurrentUser, Gatepost, public
from gatepost.attacks import Answered, RawRequest
from gatepost.attacks.forge import FromNow, Material, signed
from gatepost.issuers import Issuer
from gatepost.rates import HIGHEST_RATES
from gatepost.settings import Settings
from gatepost.testing import Somebody
from gatepost.testing.people import open_account
from tests.attacks.keys import signing_key_of
from tests.conftest import TEST_SECRET
from tests.gate.guarded import Recorder
from tests.ports import free_port

COOKIE = "__Host-gatepost"
COOKIE_PATH = "/api/access-cookie"
TRUSTED = "https://pages.example"
_START_SECONDS = 20
# RFC 6455, sections 4.1 and 5.2: an opening request, and the first octet of a message in one frame.
_OPENING = (
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", base64.b64encode(b"sixteen octets..").decode()),
)
_WHOLE_TEXT = 0x81
_PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class OverTls:
    """Something that is served over HTTPS.

    Attributes:
        trusts: believes the authority that has signed its certificate, and no other.
    """

    url: str
    trusts: ssl.SSLContext

    def client(self, headers: Mapping[str, str] | None = None) -> httpx.Client:
        """Open a client of it."""
        return httpx.Client(base_url=self.url, verify=self.trusts, headers=headers, trust_env=False)

    def send(self, request: RawRequest) -> Answered:
        """Send one request as it is spelled, and return its answer."""
        with self._sent(request) as response:
            return Answered(response.status, tuple(response.getheaders()), response.read())

    def get(self, target: str, *fields: tuple[str, str | bytes]) -> Answered:
        """Send one raw GET."""
        return self.send(RawRequest("GET", target, fields))

    def first_word(self, path: str, *fields: tuple[str, str]) -> str | int:
        """Open a websocket; return what it says first, or the status of its refusal."""
        with self._sent(RawRequest("GET", path, (*_OPENING, *fields))) as response:
            if response.status != HTTPStatus.SWITCHING_PROTOCOLS:
                return response.status
            head = response.fp.read(2)
            assert head[0] == _WHOLE_TEXT
            return response.fp.read(head[1]).decode()

    @contextmanager
    def _sent(self, request: RawRequest) -> Iterator[HTTPResponse]:
        parts = urlsplit(self.url)
        with (
            socket.create_connection(("127.0.0.1", parts.port or 0), _PATIENCE_SECONDS) as plain,
            self.trusts.wrap_socket(plain, server_hostname=parts.hostname) as connection,
        ):
            connection.sendall(request.encode(parts.netloc))
            with HTTPResponse(connection, method=request.method) as response:
                response.begin()
                yield response


@dataclass(frozen=True, slots=True)
class InCookieMode:
    """An app in cookie mode, and somebody in it."""

    app: FastAPI
    served: OverTls
    settings: Settings
    events: Recorder
    ada: Somebody

    @property
    def url(self) -> str:
        """Its origin."""
        return self.served.url

    @property
    def ran(self) -> list[str]:
        """The methods by which `/me` of `cookie_app` was called, for the test to forget."""
        ran: list[str] = self.app.state.ran
        return ran


def settings_over_tls(port: int, data_dir: Path, *, host: str = "127.0.0.1") -> Settings:
    """Return the settings of a deployment that trusts the pages of one other origin."""
    return Settings.from_environment(
        {
            "GATEPOST_URL": f"https://{host}:{port}",
            "GATEPOST_SECRET": TEST_SECRET,
            "GATEPOST_DATA_DIR": str(data_dir),
            "GATEPOST_TRUSTED_ORIGINS": TRUSTED,
            "GATEPOST_RATE_LIMITS": HIGHEST_RATES,
        }
    )


@contextmanager
def serving_over_tls(app: ASGIApp, port: int, *, host: str = "127.0.0.1") -> Iterator[OverTls]:
    """Serve an app until the block ends, with a certificate that is made for it."""
    authority = trustme.CA()
    certificate = authority.issue_cert(host)
    shown, trusts = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    certificate.configure_cert(shown)
    authority.configure_trust(trusts)
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        log_level="warning",
        lifespan="auto",
        proxy_headers=False,
        ssl_context_factory=lambda _config, _default: shown,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    for _ in range(_START_SECONDS * 100):
        if server.started or not thread.is_alive():
            break
        thread.join(0.01)
    if not server.started:
        raise RuntimeError("the server under test did not start; its log says why")
    try:
        yield OverTls(f"https://{host}:{port}", trusts)
    finally:
        server.should_exit = True
        thread.join(_START_SECONDS)


@contextmanager
def signed_up(served: OverTls, name: str = "ada") -> Iterator[Somebody]:
    """Sign somebody up; their clients are closed with the block."""
    with served.client({"Origin": served.url}) as browser, served.client() as http:
        account = open_account(browser, name)
        http.headers["Authorization"] = f"Bearer {account.token}"
        yield Somebody(
            account.user_id, account.email, account.password, account.token, http, browser
        )


@contextmanager
def in_cookie_mode(
    app: FastAPI,
    data_dir: Path,
    *,
    access_cookie: str | None = COOKIE_PATH,
    issuer: Sequence[Issuer] | None = None,
) -> Iterator[tuple[OverTls, Settings, Recorder]]:
    """Protect an app and serve it over HTTPS.

    Args:
        app: the app.
        data_dir: an empty directory.
        access_cookie: None, to leave cookie mode off.
        issuer: elsewhere; the provider built in where None.
    """
    port, events = free_port(), Recorder()
    settings = settings_over_tls(port, data_dir)
    gatepost = Gatepost(settings, issuer=issuer, events=events, access_cookie=access_cookie)
    gatepost.protect(app)
    with serving_over_tls(app, port) as served:
        yield served, settings, events


@contextmanager
def somebody_in_cookie_mode(app: FastAPI, data_dir: Path) -> Iterator[InCookieMode]:
    """Serve an app in cookie mode to somebody who has signed up."""
    with in_cookie_mode(app, data_dir) as (served, settings, events), signed_up(served) as ada:
        events.take()
        yield InCookieMode(app, served, settings, events, ada)


def cookie_app(*middleware: Middleware) -> FastAPI:
    """Make an app with closed routes, a public one and a websocket.

    `/me` answers who calls, and keeps the methods by which it was called in `app.state.ran`.
    """
    app = FastAPI(middleware=list(middleware))
    ran: list[str] = []
    app.state.ran = ran

    @app.api_route("/me", methods=["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"])
    async def me(request: Request, user: CurrentUser) -> str:
        ran.append(request.method)
        return user.subject

    @app.get("/open")
    @public("the same for everyone")
    async def opened() -> str:
        return "open"

    @app.websocket("/live")
    async def live(websocket: WebSocket, user: CurrentUser) -> None:
        await websocket.accept()
        await websocket.send_text(user.subject)

    return app


def dated(settings: Settings, token: str, seconds: int) -> str:
    """Sign somebody's token again, so that it expires in so many seconds."""
    material = Material(token, {}, signing_key_of(settings).private_key, "", "", int(time.time()))
    return signed({"iat": FromNow(-60), "exp": FromNow(seconds)})(material).decode()


def bearer(token: str) -> tuple[str, str]:
    """Return the header of a bearer token."""
    return ("Authorization", f"Bearer {token}")


def cookie(token: str) -> tuple[str, str]:
    """Return the access cookie, as a browser sends it."""
    return ("Cookie", f"{COOKIE}={token}")
