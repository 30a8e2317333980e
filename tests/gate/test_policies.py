"""Scopes, roles and a recent sign-in: each guard's ladder, from nobody to somebody who may."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal
from sqlalchemy import column, insert, table

from gatepost import BuiltIn, fresh, requires
from gatepost.attacks import Answered, RawRequest, send
from gatepost.issuers import Issuer
from gatepost.store import open_engine, tables
from gatepost.store.migrating import OWN_MIGRATIONS, OWN_VERSION_TABLE, migrate
from gatepost.testing import Somebody, sign_up
from gatepost.tokens import derived_user_id
from tests.conftest import settings_for
from tests.gate.policies_guards import (
    GUARDS,
    LADDER,
    MALFORMED,
    NEW_WRITING_ADMIN,
    SECRET,
    SOMEBODY,
    Caller,
    Owed,
    guards_app,
)
from tests.gate.policies_served import (
    AT_JWT,
    JOSERFC_WARNS,
    Served,
    bearer,
    better_auth,
    give_roles,
    openid,
    served,
)
from tests.issuers.elsewhere import Elsewhere, issuer_elsewhere
from tests.store.feed.wire import wire_to

pytestmark = pytest.mark.filterwarnings(JOSERFC_WARNS)


@pytest.fixture(scope="module")
def issuer() -> Iterator[Elsewhere]:
    """An OpenID provider elsewhere."""
    with issuer_elsewhere() as elsewhere:
        yield elsewhere


@pytest.fixture(scope="module")
def guarded_app(issuer: Elsewhere, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One app with every guard, for people who sign in here and people who sign in elsewhere."""
    trusted: list[Issuer] = [BuiltIn(), openid(issuer)]
    with served(guards_app(), tmp_path_factory.mktemp("guards"), issuer=trusted) as running:
        yield running


_CHALLENGE = "WWW-Authenticate"
_LATER_SECONDS = 1.5
_HEARD_SECONDS = 20


def _new_token(somebody: Somebody) -> str:
    token: str = somebody.browser.get("/api/auth/token").raise_for_status().json()["token"]
    return token


def _token(issuer: Elsewhere, caller: Caller) -> str | None:
    if caller.claims is None:
        return None
    return issuer.token("ada", header=AT_JWT, **caller.all_claims())


def _challenges(came: Answered) -> list[str]:
    return [value.removeprefix('Bearer realm="gatepost"') for value in came.every(_CHALLENGE)]


def _flaws(came: Answered, owed: Owed, *, let_in: int) -> list[object]:
    """Compare an answer with the one that is owed."""
    if owed.status == 200:
        return [] if came.status == let_in else [came.status, came.body]
    said = f'"code":"{owed.code}"}}'.encode()
    return [
        *([] if came.status == owed.status else [came.status]),
        *([] if _challenges(came) == [owed.challenge] else _challenges(came)),
        *([] if came.body.endswith(said) else [came.body]),
        *([] if came.every("Cache-Control") == ("no-store",) else ["it may be kept"]),
        *(["it tells"] if SECRET.encode() in came.body else []),
    ]


@pytest.mark.parametrize(("path", "caller", "owed"), LADDER)
def test_each_step_of_the_ladder(
    path: str, caller: Caller, owed: Owed, guarded_app: Served, issuer: Elsewhere
) -> None:
    """Who lacks something hears what it is, over HTTP and websockets, and no cache keeps it."""
    token = _token(issuer, caller)
    assert _flaws(guarded_app.ask(path, token), owed, let_in=200) == []
    assert _flaws(guarded_app.knock(path, token), owed, let_in=101) == []


@pytest.mark.parametrize(("path", "caller", "owed"), [each for each in LADDER if each[2].reason])
def test_a_refusal_reads_no_body_and_is_reported(
    path: str, caller: Caller, owed: Owed, guarded_app: Served, issuer: Elsewhere
) -> None:
    """The answer comes before the body does; why it was given is in the log, with who it was."""
    token = _token(issuer, caller)
    guarded_app.events.take()
    fields = (*bearer(token).items(), ("Content-Type", "application/json"))
    came = send(guarded_app.url, RawRequest("POST", path, fields, b"{", announced=1000))
    assert _flaws(came, owed, let_in=200) == []
    (event,) = guarded_app.events.kept
    who = (None, None) if token is None else (derived_user_id(issuer.url, "ada"), "the-session")
    assert (event.name, event.reason, event.user_id, event.session_id) == (
        "authz_fail", owed.reason, *who,
    )  # fmt: skip
    assert event.request is not None
    assert (event.request.route, event.request.method) == (path, "POST")


@pytest.mark.parametrize("path", GUARDS)
def test_a_bad_token_is_a_bad_token_everywhere(path: str, guarded_app: Served) -> None:
    """What is not believed is R1, whatever the route asks for besides."""
    owed = Owed(401, "INVALID_TOKEN", ', error="invalid_token"')
    for token in ("nonsense", "e30.e30.e30"):
        assert _flaws(guarded_app.ask(path, token), owed, let_in=200) == []
        assert _flaws(guarded_app.knock(path, token), owed, let_in=101) == []


def test_a_method_that_a_route_has_not_is_no_way_in(guarded_app: Served, issuer: Elsewhere) -> None:
    """Another spelling of the method or of the path runs nothing, whoever calls."""
    may, may_not = (_token(issuer, who) for who in (NEW_WRITING_ADMIN, SOMEBODY))
    for method in ("get", "Get", "HEAD", "OPTIONS", "PUT", "QUERY", "TRACE", "PROPFIND"):
        assert guarded_app.ask("/role", may, method).status == 405, method
        assert guarded_app.ask("/role", may_not, method).status == 405, method
        assert guarded_app.ask("/role", None, method).status == 401, method
    for path in ("/role/", "//role", "/ROLE", "/%2frole", "/x/../role", "/role%00", "/role;x"):
        for token in (may, may_not):
            assert guarded_app.ask(path, token).status == 404, path


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_claim_names_nothing(name: str, guarded_app: Served, issuer: Elsewhere) -> None:
    """A scope is there where it is named; whatever else a claim is, it is no error."""
    value = MALFORMED[name]
    token = issuer.token("ada", header=AT_JWT, scope=value, roles=value, role=value)
    answers = {path: guarded_app.ask(path, token).status for path in ("/scope", "/role", "/both")}
    assert answers == {"/scope": 403, "/role": 403, "/both": 403}
    assert guarded_app.ask("/plain", token).status == 200


def test_a_token_of_very_many_names_is_none(guarded_app: Served, issuer: Elsewhere) -> None:
    """A token that is too long is refused before anything in it is read."""
    many = [f"role-{number}" for number in range(1_000)]
    token = issuer.token("ada", header=AT_JWT, roles=[*many, "admin"])
    assert guarded_app.ask("/role", token).status == 400


@pytest.mark.parametrize("value", [None, "now", True, 1.5, -1, [1], 4_000_000_000])
def test_a_sign_in_at_no_time_is_no_token(
    value: object, guarded_app: Served, issuer: Elsewhere
) -> None:
    """An `auth_time` that is no time, or has not come yet, makes a token that nobody believes."""
    token = issuer.token("ada", header=AT_JWT, auth_time=value)
    for path in ("/plain", "/fresh"):
        assert guarded_app.ask(path, token).status == 401
        assert _challenges(guarded_app.ask(path, token)) == [', error="invalid_token"']


def test_nothing_in_a_request_names_a_role(guarded_app: Served, issuer: Elsewhere) -> None:
    """Query, headers, cookies and bodies are what the caller likes them to be, and give nothing."""
    words = {"scope": "things:write things:read", "role": "admin", "roles": "admin"}
    query = "?scope=things:write+things:read&role=admin&roles=admin&auth_time=9999999999"
    fields = tuple(
        (name, value)
        for word, value in words.items()
        for name in (word, f"X-{word}", f"X-User-{word}", f"X-Forwarded-{word}")
    )
    cookie = ("Cookie", "; ".join(f"{name}={value}" for name, value in words.items()))
    body = b'{"scope":"things:write things:read","role":"admin","roles":["admin"],"auth_time":1}'
    sent = (*bearer(_token(issuer, SOMEBODY)).items(), *fields, cookie)
    for path, status in {"/scope": 403, "/role": 403, "/both": 403, "/fresh": 401}.items():
        for method in ("GET", "POST"):
            request = RawRequest(method, path + query, sent, b"" if method == "GET" else body)
            assert send(guarded_app.url, request).status == status, (method, path)


def test_what_asks_for_nothing_or_for_what_cannot_be_is_refused() -> None:
    """A guard that nobody could meet, or that asks for nothing, is an error where it stands."""
    for scope in ("", " ", 'a"b', "a\\b", "ä", "a\x7f"):
        with pytest.raises(ValueError, match=r"requires\("):
            requires(scope=scope)
    for role in ("", " ", "a b", "a,b", "a\n", "a\0"):
        with pytest.raises(ValueError, match=r"requires\("):
            requires(role=role)
    for seconds in (0, -1, 366 * 24 * 60 * 60):
        with pytest.raises(ValueError, match="seconds"):
            fresh(seconds)


def test_a_role_that_is_taken_away_is_gone_at_the_next_request(guarded_app: Served) -> None:
    """98: no token from before lets anybody in for a role that they had when it was made."""
    settings = guarded_app.settings
    with sign_up(guarded_app.url, "ada") as ada, sign_up(guarded_app.url, "bob") as bob:
        assert guarded_app.ask("/role", ada.token).status == 403
        give_roles(settings, ada.user_id, "user", "admin")
        assert guarded_app.ask("/role", bob.token).status == 403
        ends = time.monotonic() + _HEARD_SECONDS
        while guarded_app.ask("/role", token := _new_token(ada)).status != 200:
            assert time.monotonic() < ends, "a role that was given is never there"
        assert guarded_app.knock("/role", token).status == 101
        give_roles(settings, ada.user_id, "user", "administrator")
        ends = time.monotonic() + _LATER_SECONDS
        while time.monotonic() < ends:
            assert guarded_app.ask("/role", token).status in (401, 403)
            assert guarded_app.knock("/role", token).status in (401, 403)
        assert guarded_app.ask("/role", _new_token(ada)).status in (401, 403)


def test_a_role_elsewhere_is_the_tokens(issuer: Elsewhere, tmp_path: Path) -> None:
    """Better Auth's own claim `role` is one text with commas; an OpenID provider's is not read."""
    with served(guards_app(), tmp_path, issuer=better_auth(issuer)) as running:
        for claims, status in (
            ({"role": "admin"}, 200),
            ({"role": " user , admin "}, 200),
            ({"role": ["user", "admin"]}, 200),
            ({"role": "user"}, 403),
            ({"role": "admin user"}, 403),
            ({"roles": ["admin"]}, 403),
            ({"scope": "admin"}, 403),
            ({}, 403),
        ):
            assert running.ask("/role", issuer.token("ada", **claims)).status == status, claims


async def _make_people(url: str, *, roles: Mapping[str, str | None]) -> None:
    """Make the tables of a Better Auth server with its plugin `admin`, and people with roles."""
    engine = open_engine(url)
    await migrate(engine, OWN_MIGRATIONS, OWN_VERSION_TABLE)
    people = table("user", *(column(name) for name in [*tables.user.c.keys(), "role"]))
    when = dict.fromkeys(("createdAt", "updatedAt"), "2026-01-01T00:00:00.000Z")
    async with engine.begin() as connection:
        for name, role in roles.items():
            person = {"id": name, "name": name, "email": f"{name}@example.com", "role": role}
            await connection.execute(insert(people).values(**person, **when, emailVerified=True))
    await engine.dispose()


def test_roles_in_the_database_are_the_ones_that_count(issuer: Elsewhere, tmp_path: Path) -> None:
    """Where a Better Auth server's people are here, no claim gives a role and none takes one."""
    url = settings_for(1, tmp_path).database_url.reveal()
    asyncio.run(_make_people(url, roles={"ada": "user,admin", "bob": "user", "cleo": None}))
    with served(guards_app("/plain", "/role"), tmp_path, issuer=better_auth(issuer)) as running:
        for claims in ({}, {"role": "admin"}, {"role": "user"}, {"role": ["admin"]}):
            token = {who: issuer.token(who, **claims) for who in ("ada", "bob", "cleo", "eve")}
            answers = {who: running.ask("/role", token[who]).status for who in token}
            assert answers == {"ada": 200, "bob": 403, "cleo": 403, "eve": 403}, claims
            assert running.ask("/plain", token["bob"]).status == 200


def test_roles_that_cannot_be_asked_for_are_a_503(postgres_url: str, tmp_path: Path) -> None:
    """Without its database an app says that it cannot tell; it neither lets in nor refuses."""
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(wire_to(postgres_url)) as (wire, url),
        served(guards_app("/plain", "/role"), tmp_path, database_url=url) as running,
        sign_up(running.url, "ada") as ada,
    ):
        assert running.ask("/role", ada.token).status == 403
        portal.call(wire.cut)
        running.events.take()
        away = running.ask("/role", ada.token)
        assert (away.status, away.every("Retry-After"), _challenges(away)) == (503, ("5",), [])
        assert away.every("Cache-Control") == ("no-store",)
        assert running.knock("/role", ada.token).status == 503
        # What the activity page lost is told of as well, whenever its writer finds out.
        told = [event for event in running.events.take() if event[0] != "sys_activity_lost"]
        assert told == [("authz_fail", "roles_unavailable")] * 2
        assert running.ask("/plain", ada.token).status == 200, "INCONCLUSIVE: the feed is late"
        assert running.ask("/role", None).status == 401
