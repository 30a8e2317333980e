"""The pytest plugin: be somebody in the tests of your own app.

It imports nothing but pytest until a test asks for one of its fixtures, and none asks by itself.
"""

import socket
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from fastapi import FastAPI

    from gatepost.settings import Settings
    from gatepost.testing.clients import AppClient, AsUser


@pytest.fixture
def _gatepost_listener() -> Iterator[socket.socket]:
    # Bound before the settings name its port, and held: no other process can come between.
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        yield listener


@pytest.fixture
def gatepost_settings(
    _gatepost_listener: socket.socket, tmp_path_factory: pytest.TempPathFactory
) -> "Settings":
    """Settings of this test alone: an empty SQLite database, a new secret, a free loopback port.

    Nothing is read from the environment. The rate limits are as high as they can be, since
    everybody in a test has one address.
    """
    import secrets  # noqa: PLC0415 - see the module's docstring

    from gatepost.rates import HIGHEST_RATES  # noqa: PLC0415 - see the module's docstring
    from gatepost.settings import Settings  # noqa: PLC0415 - see the module's docstring

    port: int = _gatepost_listener.getsockname()[1]
    return Settings.from_environment(
        {
            "GATEPOST_URL": f"http://127.0.0.1:{port}",
            "GATEPOST_SECRET": secrets.token_urlsafe(32),
            "GATEPOST_DATA_DIR": str(tmp_path_factory.mktemp("gatepost")),
            "GATEPOST_RATE_LIMITS": HIGHEST_RATES,
        }
    )


@pytest.fixture
def gatepost_app() -> "FastAPI | Callable[[Settings], FastAPI]":
    """Your app: write a fixture of this name that returns it, or what makes it from settings."""
    raise pytest.UsageError(
        "Gatepost does not know your app. Write in conftest.py:\n\n"
        "@pytest.fixture\n"
        "def gatepost_app(gatepost_settings):\n"
        "    return create_app(gatepost_settings)\n"
    )


@pytest.fixture
def gatepost_permitted_overrides() -> Collection[object]:
    """Which of CurrentUser, Rows and Profile your app may override: none, until you return some."""
    return ()


@pytest.fixture
def gatepost_url(
    gatepost_app: "FastAPI | Callable[[Settings], FastAPI]",
    gatepost_settings: "Settings",
    gatepost_permitted_overrides: Collection[object],
    _gatepost_listener: socket.socket,
) -> Iterator[str]:
    """Where your app is served, for this test: `http://127.0.0.1:…`."""
    from gatepost.testing.app_under_test import take_up  # noqa: PLC0415 - see the module's docstring
    from gatepost.testing.overrides import permitted  # noqa: PLC0415 - see the module's docstring
    from gatepost.testing.server import serve  # noqa: PLC0415 - see the module's docstring

    port: int = _gatepost_listener.getsockname()[1]
    app = take_up(gatepost_app, gatepost_settings)
    with permitted(app, gatepost_permitted_overrides), serve(app, _gatepost_listener):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def as_user(gatepost_url: str, gatepost_settings: "Settings") -> "Iterator[AsUser]":
    """Be somebody: `as_user("ada")` is an httpx client that calls your app as Ada.

    Who is named for the first time in a test is signed up, the same name is then the same person.
    `as_user("ada", role="admin")` gives her that role.
    """
    from gatepost.testing.clients import SignUps  # noqa: PLC0415 - see the module's docstring

    with ExitStack() as opened:
        yield SignUps(gatepost_url, gatepost_settings, opened)


@pytest.fixture
def anonymous(gatepost_url: str) -> "Iterator[AppClient]":
    """Be nobody: an httpx client that calls your app without a credential."""
    from gatepost.testing.clients import AppClient  # noqa: PLC0415 - see the module's docstring

    with AppClient(gatepost_url) as nobody:
        yield nobody
