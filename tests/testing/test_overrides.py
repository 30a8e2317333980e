"""What an app under test may override: what its test names, and nothing else anywhere else."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI

from gatepost import ConfigurationError, CurrentHealth, CurrentUser, Gatepost, Profile, Rows
from gatepost.settings import Settings
from gatepost.testing import UserClient, dependency_of
from gatepost.testing.app_under_test import take_up
from gatepost.testing.clients import SignUps
from gatepost.testing.overrides import permitted
from gatepost.testing.server import serve
from tests.docs.snippets import ROOT
from tests.gate.guarded import Recorder, guarded
from tests.testing.running import run_pytest, write_app

GUARDS: dict[str, object] = {"user": CurrentUser, "rows": Rows, "profile": Profile}
_BROKEN = ("sys_seal_broken", "guarding_dependency_overridden")
_FAKE = "not a real one"


def _add_routes(app: FastAPI) -> FastAPI:
    @app.get("/user")
    async def user(given: CurrentUser) -> str:
        return str(given)

    @app.get("/rows")
    async def rows(given: Rows) -> str:
        return str(given)

    @app.get("/profile")
    async def profile(given: Profile) -> str:
        return str(given)

    return app


def _override(app: FastAPI, *names: str) -> None:
    app.dependency_overrides = {dependency_of(GUARDS[name]): lambda: _FAKE for name in names}


def _is_refused(somebody: UserClient, path: str) -> bool:
    answer = somebody.get(path)
    assert answer.status_code in (200, 500), answer.text
    return answer.status_code == 500


class UnderTest:
    """An app, and what the plugin does to serve it."""

    def __init__(self, settings: Settings, listener: socket.socket) -> None:
        self.app, self.mounted, self.events = _add_routes(FastAPI()), FastAPI(), Recorder()
        self.app.mount("/mounted", _add_routes(self.mounted))
        Gatepost(settings, events=self.events).protect(self.app)
        self._settings, self._listener = settings, listener

    @contextmanager
    def served(self, *names: str) -> Iterator[UserClient]:
        """Serve it as with these names in `gatepost_permitted_overrides`; yields somebody."""
        app, settings = take_up(self.app, self._settings), self._settings
        aliases = [GUARDS[name] for name in names]
        listener = self._listener.dup()  # the server closes what it was given
        with permitted(app, aliases), serve(app, listener), ExitStack() as opened:
            somebody = SignUps(settings.url, settings, opened)("ada")
            self.events.take()
            yield somebody


@pytest.fixture
def under_test(
    gatepost_settings: Settings,
    _gatepost_listener: socket.socket,
) -> UnderTest:
    """An app that takes all three, and has another app mounted that does."""
    return UnderTest(gatepost_settings, _gatepost_listener)


def test_nothing_may_be_overridden_until_it_is_named(under_test: UnderTest) -> None:
    """Without a word each of the three breaks the seal of every route, as outside of tests."""
    with under_test.served() as ada:
        for name in GUARDS:
            _override(under_test.app, name)
            assert all(_is_refused(ada, f"/{path}") for path in GUARDS)
            assert under_test.events.take() == [_BROKEN] * len(GUARDS)


@pytest.mark.parametrize("name", GUARDS)
def test_what_is_named_may_be_overridden_and_no_other(name: str, under_test: UnderTest) -> None:
    """The one that is named takes effect; one more breaks the seal, and so does a mounted app's."""
    with under_test.served(name) as ada:
        _override(under_test.app, name)
        assert ada.get(f"/{name}").json() == _FAKE
        assert not _is_refused(ada, f"/mounted/{name}")
        assert under_test.events.take() == []
        for other in GUARDS.keys() - {name}:
            _override(under_test.app, name, other)
            assert _is_refused(ada, f"/{name}")
            _override(under_test.app, other)
            assert _is_refused(ada, f"/{name}")
        _override(under_test.app, name)
        _override(under_test.mounted, name)
        assert _is_refused(ada, f"/mounted/{name}")
        assert set(under_test.events.take()) == {_BROKEN}


def test_the_gate_asks_as_before(under_test: UnderTest) -> None:
    """Whoever is made up for the handler, nobody gets past the gate without a real token."""
    with under_test.served("user") as ada:
        _override(under_test.app, "user")
        assert ada.get("/user").json() == _FAKE
        assert ada.get("/user", headers={"Authorization": "Bearer a.b.c"}).status_code == 401


def test_another_app_is_not_meant(under_test: UnderTest, tmp_path: Path) -> None:
    """What one app under test may do, another app of the same process may not."""
    other = _add_routes(FastAPI())
    with under_test.served("profile") as ada, guarded(other, tmp_path) as it:
        _override(under_test.app, "profile")
        _override(other, "profile")
        assert it.get("/profile")[1].status_code == 500
        assert ada.get("/profile").json() == _FAKE


SERVED_AGAIN: tuple[tuple[tuple[str, ...], list[str]], ...] = (
    (("user", "profile"), ["CurrentUser and Profile"]),
    (("user",), ["CurrentUser"]),
    ((), []),
)


def test_it_ends_with_the_test(under_test: UnderTest, caplog: pytest.LogCaptureFixture) -> None:
    """The same app, served again, is warned of again, and is refused where nothing is named."""
    for names, said in SERVED_AGAIN:
        caplog.clear()
        with under_test.served(*names) as ada:
            _override(under_test.app, "user")
            assert _is_refused(ada, "/user") is (names == ())
        under_test.app.dependency_overrides.clear()
        warned = [line for line in caplog.messages if "gatepost_permitted_overrides" in line]
        assert [line.split("override ")[1].split(":")[0] for line in warned] == said


@pytest.mark.parametrize("alias", [CurrentHealth, "Profile", str, None, lambda: None])
def test_what_is_none_of_the_three_cannot_be_named(alias: object) -> None:
    """Other dependencies need no permission, and a name alone is no dependency."""
    with pytest.raises(ConfigurationError, match="neither CurrentUser nor Rows nor Profile"):
        dependency_of(alias)


def test_nothing_but_the_plugin_leads_there() -> None:
    """No other module of the library mentions what permits an override, or what says so to it."""
    sources = (ROOT / "src" / "gatepost").rglob("*.py")
    mentioning = {
        str(path.relative_to(ROOT / "src/gatepost"))
        for path in sources
        if "permitt" in path.read_text()
    }
    assert mentioning == {
        "gate/overrides.py",
        "gate/seal.py",
        "testing/overrides.py",
        "testing/plugin.py",
    }


_UNNAMED = """
from gatepost import Profile
from gatepost.testing import dependency_of

def test_without_the_fixture(as_user, gatepost_app):
    ada = as_user("ada")
    assert ada.get("/card").status_code == 200
    gatepost_app.dependency_overrides[dependency_of(Profile)] = lambda: None
    assert ada.get("/card").status_code == 500
"""


def test_only_the_tests_that_see_the_fixture_have_it(tmp_path: Path) -> None:
    """In a run with the page's tests, a module that names nothing may override nothing."""
    write_app(tmp_path)
    (tmp_path / "test_unnamed.py").write_text(_UNNAMED)
    variables = {"GATEPOST_PERMITTED_OVERRIDES": "Profile"}
    outcome = run_pytest(tmp_path, "test_card.py", "test_unnamed.py", **variables)
    assert outcome.counts == {"passed": 2}, outcome.text
