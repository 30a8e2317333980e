"""Roles, bans and limits reach the page through the official client."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost import Gatepost, requires
from gatepost.principal import UserId
from gatepost.rates import Rate, Rates
from gatepost.store.bans import NO_REASON, Ban, impose
from gatepost.store.engine import open_engine
from gatepost.store.roles import set_roles
from tests.conftest import settings_for
from tests.ports import free_port
from tests.services.fixtures import NewOfficialClient
from tests.serving import serving

_ADA = {"name": "Ada", "email": "ada@example.com", "password": "correct horse battery"}


@dataclass(frozen=True, slots=True)
class _App:
    url: str
    database: Path

    def operate(self, act: Callable[[AsyncEngine], Awaitable[object]]) -> None:
        """Do on the database what `gatepost users` does."""

        async def run() -> None:
            engine = open_engine(f"sqlite+aiosqlite:///{self.database}")
            try:
                await act(engine)
            finally:
                await engine.dispose()

        asyncio.run(run())


@pytest.fixture
def app(tmp_path: Path) -> Iterator[_App]:
    """An app with a route for editors, where an address may sign in twice a minute."""
    port, limited = free_port(), FastAPI()
    rates = replace(Rates(), sign_in=Rate(2, 60))
    gatepost = Gatepost(replace(settings_for(port, tmp_path), rate_limits=rates))

    @limited.get("/api/drafts")
    @requires(role="editor")
    async def drafts() -> list[str]:
        return []

    gatepost.protect(limited)
    with serving(limited, port=port) as url:
        yield _App(url, tmp_path / "gatepost.db")


def test_roles_bans_and_limits_reach_the_page(
    app: _App, new_official_client: NewOfficialClient
) -> None:
    """A role opens a route, a ban ends the session and the token, and too many sign-ins are 429."""
    client = new_official_client(app.url)
    user_id = UserId(client.call("signUp.email", _ADA).data["user"]["id"])
    headers = {"Authorization": f"Bearer {client.call('token').data['token']}"}
    assert client.fetch("/api/drafts", headers=headers).status == 403
    app.operate(lambda engine: set_roles(engine, user_id, frozenset({"editor"})))
    assert client.fetch("/api/drafts", headers=headers).status == 200

    app.operate(lambda engine: impose(engine, user_id, Ban(NO_REASON, None)))
    assert client.call("getSession").data is None
    credentials = {"email": _ADA["email"], "password": _ADA["password"]}
    answers = [client.call("signIn.email", credentials) for _ in range(3)]
    assert [(each.error["status"], each.error.get("code")) for each in answers] == [
        *([(403, "BANNED_USER")] * 2),
        (429, None),
    ]
    assert 0 < int(answers[-1].exchange.headers["x-retry-after"]) <= 60
