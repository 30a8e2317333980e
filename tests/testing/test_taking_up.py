"""What an app must be to be tested, and what is said of one that is not."""

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI

from gatepost import ConfigurationError, Gatepost, Settings, SharedSecretIssuer, public
from gatepost.settings import Secret
from gatepost.testing import AppClient
from gatepost.testing.app_under_test import take_up
from gatepost.testing.clients import SignUps
from gatepost.testing.server import serve

_STRANGER = SharedSecretIssuer(
    issuer="https://auth.example.com", audience="tasks", secret=Secret("s" * 32)
)


def _protected(settings: Settings) -> FastAPI:
    app = FastAPI()
    Gatepost(settings).protect(app)
    return app


def _on_another_port(settings: Settings) -> FastAPI:
    return _protected(replace(settings, url="http://127.0.0.1:1"))


NOT_TAKEN: dict[str, tuple[Callable[[Settings], object], str]] = {
    "no app": (lambda _: "notes:app", "gave a str"),
    "makes no app": (lambda _: lambda _: None, "gave a NoneType"),
    "not protected": (lambda _: FastAPI(), r"call gatepost\.protect\(app\)"),
    "settings of its own": (_on_another_port, "has settings of its own"),
    "makes one with settings of its own": (lambda _: _on_another_port, "settings of its own"),
}


@pytest.mark.parametrize("case", NOT_TAKEN)
def test_what_cannot_be_tested_is_not_taken(case: str, gatepost_settings: Settings) -> None:
    """Each is refused with a sentence that says what to do."""
    given, message = NOT_TAKEN[case]
    with pytest.raises(ConfigurationError, match=message):
        take_up(given(gatepost_settings), gatepost_settings)  # type: ignore[arg-type] # meant


def test_https_is_not_taken(gatepost_settings: Settings) -> None:
    """A session cookie that is for https only would never be sent."""
    settings = replace(gatepost_settings, url="https://tasks.example.com")
    with pytest.raises(ConfigurationError, match="is https"):
        take_up(_protected, settings)


@asynccontextmanager
async def _exits(_app: FastAPI) -> AsyncIterator[None]:
    raise SystemExit("no licence")
    yield


@asynccontextmanager
async def _never_ends(_app: FastAPI) -> AsyncIterator[None]:
    yield
    raise RuntimeError("the queue was not empty")


@pytest.mark.parametrize(
    ("lifespan", "message"),
    [
        (_exits, "did not start: SystemExit: no licence"),
        (_never_ends, "did not end: RuntimeError: the queue was not empty"),
    ],
)
def test_a_lifespan_that_fails_is_an_error(
    lifespan: Callable[[FastAPI], AsyncIterator[None]],
    message: str,
    _gatepost_listener: socket.socket,  # noqa: PT019 - its value is needed
) -> None:
    """The app's own exception is in the message, and is the cause."""
    app = FastAPI(lifespan=lifespan)  # type: ignore[arg-type] # FastAPI says less than it takes
    with (
        pytest.raises(ConfigurationError, match=message) as failed,
        serve(app, _gatepost_listener),
    ):
        pass
    assert failed.value.__cause__ is not None


def test_people_who_sign_up_elsewhere_cannot_here(
    gatepost_settings: Settings,
    _gatepost_listener: socket.socket,  # noqa: PT019 - its value is needed
) -> None:
    """as_user says that the provider of the app is another."""
    app = FastAPI()
    Gatepost(gatepost_settings, issuer=_STRANGER).protect(app)
    with ExitStack() as opened:
        opened.enter_context(serve(take_up(app, gatepost_settings), _gatepost_listener))
        with pytest.raises(httpx.HTTPStatusError, match="issuer is elsewhere"):
            SignUps(gatepost_settings.url, gatepost_settings, opened)("ada")


def test_what_a_handler_raises_is_logged_before_its_answer(
    gatepost_settings: Settings,
    _gatepost_listener: socket.socket,  # noqa: PT019 - its value is needed
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Who has a 500 in hand has its traceback in the log, each time."""
    app = FastAPI()

    @app.get("/fails")
    @public("fails the same for everyone")
    async def fails() -> None:
        raise KeyError("the cause")

    Gatepost(gatepost_settings).protect(app)
    with serve(app, _gatepost_listener), AppClient(gatepost_settings.url) as client:
        for _ in range(20):
            caplog.clear()
            assert client.get("/fails").status_code == 500
            assert "KeyError: 'the cause'" in caplog.text
