"""One database, both servers at once: people, sessions, accounts and bans of either count at both.

Either has made the tables. Both have the same secret: a single one, or a newer version beside it.
"""

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.principal import UserId
from gatepost.provider.sessions import now
from gatepost.store import tables
from gatepost.store.bans import Ban, impose, lift
from gatepost.store.roles import set_roles
from tests.issuers.reading import wait_until
from tests.provider.both import PASSWORD, Both, Browser, House, both_servers, passes_gate
from tests.provider.oracle.original import Originals, originals
from tests.provider.oracle.playing import Server
from tests.services.postgres import Postgres

_DAY = 86_400
_AT_ONCE = 6
_CASES = {
    "sqlite, made by Better Auth": ("sqlite", "original", False),
    "postgresql, made by Gatepost": ("postgresql", "gatepost", True),
}


@pytest.fixture(scope="module")
def node() -> Iterator[Originals]:
    with originals() as node:
        yield node


@pytest.fixture(scope="module", params=list(_CASES.values()), ids=list(_CASES))
def both(
    request: pytest.FixtureRequest,
    node: Originals,
    postgres: Postgres,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Both]:
    kind, first, versioned = request.param
    home = tmp_path_factory.mktemp("both")
    url = f"sqlite:///{home / 'both.db'}" if kind == "sqlite" else postgres.create_database()
    with both_servers(node, url, home, first=first, versioned=versioned) as both:
        yield both


Pair = tuple[Server, Server]


@pytest.fixture(params=["original", "gatepost"])
def pair(request: pytest.FixtureRequest, both: Both) -> Pair:
    """Who is asked first, and who afterwards."""
    return both.pair(request.param)


@pytest.fixture
def ada(both: Both) -> Iterator[Browser]:
    """Somebody without an account yet."""
    with Browser(both.gatepost.base_url) as browser:
        yield browser


def test_who_signed_up_here_signs_in_there(ada: Browser, pair: Pair) -> None:
    """The same person, with the same password and no other; the address is in use at both."""
    here, there = pair
    user_id = ada.sign_up(here)
    mine = ada.user(here)
    phone = ada.another()
    assert phone.sign_in(there).json()["user"]["id"] == user_id
    theirs = phone.user(there)
    assert {"id", "name", "email", "emailVerified", "image", "createdAt"} <= theirs.keys()
    assert _shared(mine, theirs) == _shared(theirs, mine)
    body = {"name": "Eve", "email": ada.email, "password": PASSWORD}
    assert phone.post(there, "/sign-up/email", body).status_code == 422
    phone.password = "incorrect horse"
    assert phone.sign_in(there).status_code == 401


def _shared(one: dict[str, object], other: dict[str, object]) -> dict[str, object]:
    """Return what both show; the original's plugins show more."""
    return {name: one[name] for name in one.keys() & other.keys()}


def test_a_cookie_of_here_is_a_session_there(both: Both, ada: Browser, pair: Pair) -> None:
    """It is shown, listed, slid and signed out of there, which ends it here and at the gate."""
    here, there = pair
    ada.sign_up(here)
    mine, token = ada.session(here), ada.token(here)
    theirs = ada.session(there)
    assert mine["token"] == theirs["token"]
    assert _shared(mine, theirs) == _shared(theirs, mine)
    listed = ada.get(there, "/list-sessions").raise_for_status().json()
    assert [each["token"] for each in listed] == [mine["token"]]
    there.database.age(str(mine["token"]), _DAY + 60)
    assert ada.session(there)["updatedAt"] == ada.session(here)["updatedAt"] != mine["updatedAt"]
    assert passes_gate(both.gatepost, token)
    ada.post(there, "/sign-out").raise_for_status()
    assert ada.session(here) == {}
    wait_until(partial(_is_refused, both.gatepost, token))


def test_a_session_of_here_is_ended_from_there(ada: Browser, pair: Pair) -> None:
    """One of them by its token, as a bearer shows it, and then every other."""
    here, there = pair
    ada.sign_up(here)
    lost, third = ada.another(), ada.another()
    lost_token = lost.sign_in(here, rememberMe=False).raise_for_status().json()["token"]
    third.sign_in(there).raise_for_status()
    with ada.another() as machine:
        machine.http.headers["authorization"] = f"Bearer {lost_token}"
        assert machine.session(there)["userId"] == machine.session(here)["userId"]
        ada.post(there, "/revoke-session", {"token": lost_token}).raise_for_status()
        assert machine.session(here) == machine.session(there) == lost.session(here) == {}
    assert third.session(here)
    ada.post(there, "/revoke-other-sessions").raise_for_status()
    assert third.session(here) == {}
    assert ada.session(here)


def test_what_is_changed_there_is_so_here(ada: Browser, pair: Pair) -> None:
    """A name, a picture and a password; the new password ends the other sessions at both."""
    here, there = pair
    ada.sign_up(here)
    lost = ada.another()
    lost.sign_in(here).raise_for_status()
    profile = {"name": "Zoë 🎈", "image": "https://example.com/a.png"}
    ada.post(there, "/update-user", profile).raise_for_status()
    user = ada.user(here)
    assert {name: user[name] for name in profile} == profile
    new = "a much newer bättery"
    change = {"currentPassword": PASSWORD, "newPassword": new, "revokeOtherSessions": True}
    ada.post(there, "/change-password", change).raise_for_status()
    assert lost.session(here) == {}
    assert ada.session(here)
    assert lost.sign_in(here).status_code == 401
    lost.password = new
    lost.sign_in(here).raise_for_status()


def test_an_account_elsewhere_is_unlinked_there(both: Both, ada: Browser, pair: Pair) -> None:
    """A row that social sign-in has written is listed alike by both, and gone for both."""
    here, there = pair
    user_id = ada.sign_up(here)
    asyncio.run(_link(both.gatepost, user_id))
    mine, theirs = (_linked(ada, at) for at in pair)
    assert mine == theirs
    assert mine.keys() == {"credential", "github"}
    ada.post(there, "/unlink-account", {"accountId": mine["github"]["id"]}).raise_for_status()
    assert _linked(ada, here).keys() == {"credential"}


def _linked(who: Browser, at: Server) -> dict[str, dict[str, object]]:
    listed = who.get(at, "/list-accounts").raise_for_status().json()
    return {each["providerId"]: each for each in listed}


async def _link(house: House, user_id: str) -> None:
    row = {"id": secrets.token_hex(16), "accountId": "4711", "providerId": "github"}
    dates = dict.fromkeys(("createdAt", "updatedAt"), now())
    more = {"userId": user_id, "accessToken": "t", "scope": "read:user,user:email", **dates}
    async with house.opened() as engine, engine.begin() as connection:
        await connection.execute(insert(tables.account).values(**row, **more))


def test_who_is_deleted_there_is_gone_here(both: Both, ada: Browser, pair: Pair) -> None:
    """No session, no sign-in, no token at the gate; and the address is free again."""
    here, there = pair
    ada.sign_up(here)
    token = ada.token(here)
    ada.post(there, "/delete-user", {"password": PASSWORD}).raise_for_status()
    if there is both.gatepost:  # it mails a link, as the original does where it is told how
        assert ada.http.get(_mailed_link(both, ada.email)).is_redirect
    assert ada.session(here) == {}
    assert ada.sign_in(here).status_code == 401
    wait_until(partial(_is_refused, both.gatepost, token))
    ada.sign_up(here)


def _mailed_link(both: Both, to: str) -> str:
    outbox = both.gatepost.app.outbox
    assert outbox is not None
    wait_until(lambda: any(posted.mail.to == to.lower() for posted in outbox.posted))
    [text] = [posted.mail.text for posted in outbox.posted if posted.mail.to == to.lower()]
    [link] = re.findall(r"http\S+", text)
    return str(link)


def test_a_ban_of_either_holds_at_both(both: Both, ada: Browser) -> None:
    """It ends every session and token, is shown by the original's plugin, and lifted by either."""
    house, original = both.gatepost, both.original
    user_id = UserId(ada.sign_up(original))
    with Browser(house.base_url) as root:
        asyncio.run(_make_administrator(house, root.sign_up(house)))

        def ask(path: str, **more: object) -> None:
            body = {"userId": user_id, **more}
            root.post(original, f"/admin/{path}", body).raise_for_status()

        token = ada.token(house)
        ask("ban-user", banReason="spam", banExpiresIn=_DAY)
        _check_banned(both, ada, token, root)
        asyncio.run(_with(house, lambda engine: lift(engine, user_id)))
        ada.sign_in(original).raise_for_status()
        token = ada.token(original)
        ban = Ban("spam", now() + timedelta(days=1))
        asyncio.run(_with(house, lambda engine: impose(engine, user_id, ban)))
        _check_banned(both, ada, token, root)
        ask("unban-user")
        ada.sign_in(house).raise_for_status()


def _check_banned(both: Both, who: Browser, token: str, root: Browser) -> None:
    servers = (both.original, both.gatepost)
    assert [who.session(at) for at in servers] == [{}, {}]
    wait_until(partial(_is_refused, both.gatepost, token))
    assert [who.sign_in(at).json()["code"] for at in servers] == ["BANNED_USER"] * 2
    listed = root.get(both.original, "/admin/list-users?limit=100").raise_for_status().json()
    [shown] = [each for each in listed["users"] if each["email"] == who.email.lower()]
    assert (shown["banned"], shown["banReason"]) == (True, "spam")
    assert now() < datetime.fromisoformat(shown["banExpires"]) < now() + timedelta(days=2)


async def _with(house: House, work: Callable[[AsyncEngine], Awaitable[object]]) -> None:
    async with house.opened() as engine:
        await work(engine)


async def _make_administrator(house: House, user_id: str) -> None:
    """Set the role that the original's `admin` plugin obeys."""
    async with house.opened() as engine:
        assert await set_roles(engine, UserId(user_id), frozenset({"admin"}))


def _is_refused(house: House, token: str) -> bool:
    return not passes_gate(house, token)


def test_of_many_sign_ups_at_both_one_wins(both: Both) -> None:
    """With one address, all at once, half of them at each; the one who wins is known to both."""
    browsers = [Browser(both.gatepost.base_url) for _ in range(_AT_ONCE)]
    for browser in browsers:
        browser.email = browsers[0].email
    servers = [both.original, both.gatepost] * (_AT_ONCE // 2)
    body = {"name": "Ada", "email": browsers[0].email, "password": PASSWORD}

    def sign_up(number: int) -> int:
        return browsers[number].post(servers[number], "/sign-up/email", body).status_code

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        statuses = list(pool.map(sign_up, range(_AT_ONCE)))
    assert sorted(statuses) == [200] + [422] * (_AT_ONCE - 1)
    winner = browsers[statuses.index(200)]
    assert winner.user(both.original)["id"] == winner.user(both.gatepost)["id"]
    for browser in browsers:
        browser.http.close()
