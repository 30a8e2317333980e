"""The real Better Auth and the OpenID provider issue what other tests take from them."""

import asyncio
import sqlite3
import threading

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types
import httpx
import pytest

from gatepost.settings import async_database_url
from gatepost.store import open_engine
from gatepost.store.migrating import OWN_MIGRATIONS, OWN_VERSION_TABLE, migrate
from tests.issuers.reading import decode, kid_of, published, published_kids, wait_until
from tests.services import better_auth, oidc_provider
from tests.services.better_auth import BetterAuth
from tests.services.fixtures import NewBetterAuth, NewOfficialClient, NewOidcProvider

pytestmark = pytest.mark.usefixtures("node_modules")

_TRIES = 20


@pytest.mark.parametrize("algorithm", better_auth.ALGORITHMS)
def test_better_auth_says_who_and_which_session(
    algorithm: str, new_better_auth: NewBetterAuth
) -> None:
    """A token has an algorithm, a published key, six claims, and nothing about the person."""
    server = new_better_auth(algorithm=algorithm)
    ada = server.sign_up()
    token = decode(ada.token(), server.jwks_url, algorithm)
    (key,) = published(server.jwks_url)
    assert token.header == {"alg": algorithm, "kid": key["kid"]}
    assert key["alg"] == algorithm
    issued = token.claims["iat"]
    assert token.claims == {
        "iss": server.url,
        "aud": server.url,
        "sub": ada.user_id,
        "sid": ada.session_id(),
        "iat": issued,
        "exp": issued + 15 * 60,
    }


def test_better_auth_rotates_without_saying_so_beforehand(new_better_auth: NewBetterAuth) -> None:
    """The next key is published no sooner than a token is signed with it; the last one goes."""
    server = new_better_auth(rotation_seconds=3, grace_seconds=3)
    ada = server.sign_up()
    first = ada.token()
    assert published_kids(server.jwks_url) == {kid_of(first)}
    seen: list[set[str]] = []

    def rotated() -> bool:
        seen.append(published_kids(server.jwks_url))
        return kid_of(ada.token()) != kid_of(first)

    wait_until(rotated)
    assert all(kids == {kid_of(first)} for kids in seen)
    assert kid_of(first) in published_kids(server.jwks_url)
    assert kid_of(ada.token()) in published_kids(server.jwks_url)
    wait_until(lambda: kid_of(first) not in published_kids(server.jwks_url))


def test_better_auth_keeps_its_keys_over_a_restart(new_better_auth: NewBetterAuth) -> None:
    """Keys and sessions lie in the database; the secret opens them again."""
    server = new_better_auth()
    ada = server.sign_up()
    before = ada.token()
    server.stop()
    server.start()
    assert kid_of(ada.token()) == kid_of(before)
    decode(before, server.jwks_url, "EdDSA")


def _sessions(server: BetterAuth) -> int:
    sql = 'SELECT count(*) FROM "session"'
    if server.database_url.startswith("sqlite"):
        connection = sqlite3.connect(server.database_url.removeprefix("sqlite:///"))
        (count,) = connection.execute(sql).fetchone()
        connection.close()
    else:
        count = asyncio.run(_fetch(server.database_url, sql))
    return int(count)


async def _fetch(url: str, sql: str) -> int:
    connection = await asyncpg.connect(url, ssl=False)
    try:
        count: int = await connection.fetchval(sql)
    finally:
        await connection.close()
    return count


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('database')}/shared.db"
    url: str = request.getfixturevalue("postgres_url")
    return url


def test_signing_out_ends_the_row(new_database_url: str, new_better_auth: NewBetterAuth) -> None:
    """What ends a session at the real server is a row that goes: a trigger can hear it."""
    server = new_better_auth(database_url=new_database_url)
    ada = server.sign_up()
    other = server.sign_up("bob")
    assert _sessions(server) == 2
    ada.sign_out()
    assert _sessions(server) == 1
    assert ada.http.get("/api/auth/token").status_code == 401
    assert kid_of(other.token())
    ada.sign_in()
    assert _sessions(server) == 2


def test_the_official_client_signs_in(
    new_better_auth: NewBetterAuth, new_official_client: NewOfficialClient
) -> None:
    """The page's own client signs up, gets a token and signs out."""
    server = new_better_auth()
    client = new_official_client(server.url)
    account = {"email": "ada@example.com", "password": "correct horse", "name": "Ada"}
    assert client.call("signUp.email", account).error is None
    token = client.call("token").data["token"]
    assert "email" not in decode(token, server.jwks_url, "EdDSA").claims
    assert client.call("signOut").data == {"success": True}
    assert _sessions(server) == 0


def test_tables_of_gatepost_need_no_change(
    new_database_url: str, new_better_auth: NewBetterAuth
) -> None:
    """A database in which Gatepost's own provider has made its tables is Better Auth's too."""

    async def make() -> None:
        engine = open_engine(async_database_url(new_database_url))
        try:
            await migrate(engine, OWN_MIGRATIONS, OWN_VERSION_TABLE)
        finally:
            await engine.dispose()

    asyncio.run(make())
    server = new_better_auth(database_url=new_database_url)
    assert server.migrate() == ""
    ada = server.sign_up()
    decode(ada.token(), server.jwks_url, "EdDSA")


def test_two_processes_write_to_one_file(new_better_auth: NewBetterAuth) -> None:
    """While another process writes all the time, nobody's sign-up fails."""
    server = new_better_auth()
    done = threading.Event()
    written: list[int] = []

    def write() -> None:
        path = server.database_url.removeprefix("sqlite:///")
        connection = sqlite3.connect(path, timeout=60, isolation_level=None)
        connection.execute("CREATE TABLE other (n INTEGER)")
        while not done.wait(0.005):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO other VALUES (1)")
            connection.execute("COMMIT")
            written.append(1)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(_TRIES):
            server.sign_up(f"person{number}").sign_out()
    finally:
        done.set()
        writer.join()
    assert len(written) > _TRIES
    assert _sessions(server) == 0


@pytest.mark.parametrize("algorithm", oidc_provider.ALGORITHMS)
def test_the_openid_provider_issues_three_kinds(
    algorithm: str, new_oidc_provider: NewOidcProvider
) -> None:
    """A person's access token, the client's own, and an ID token, told apart by typ and aud."""
    provider = new_oidc_provider(algorithm=algorithm)
    jwks_url = f"{provider.issuer}/jwks"
    tokens = provider.sign_in("ada")
    kinds: list[tuple[str, str | None, str, str]] = [
        (tokens.access_token, "at+jwt", provider.audience, "ada"),
        (provider.clients_token(), "at+jwt", provider.audience, provider.client_id),
        (tokens.id_token, None, provider.client_id, "ada"),
    ]
    for value, kind, audience, subject in kinds:
        token = decode(value, jwks_url, algorithm)
        assert token.header.get("typ") == kind
        assert (token.header["alg"], token.header["kid"]) == (algorithm, kid_of(value))
        assert (token.claims["iss"], token.claims["aud"]) == (provider.issuer, audience)
        assert token.claims["sub"] == subject
        assert token.claims["exp"] - token.claims["iat"] == 600
    assert {key["alg"] for key in published(jwks_url)} == set(oidc_provider.ALGORITHMS)


def test_an_id_token_can_have_the_apis_audience(new_oidc_provider: NewOidcProvider) -> None:
    """With a client named as the API is, nothing but `typ` tells its tokens apart."""
    provider = new_oidc_provider(client_id=oidc_provider.AUDIENCE)
    tokens = provider.sign_in("ada")
    access, identity = (
        decode(value, f"{provider.issuer}/jwks", "RS256")
        for value in (tokens.access_token, tokens.id_token)
    )
    assert access.claims["aud"] == identity.claims["aud"]
    assert "typ" not in identity.header


def test_a_discovery_document_names_its_own_issuer(new_oidc_provider: NewOidcProvider) -> None:
    """Discovery says the issuer and where its keys are."""
    provider = new_oidc_provider()
    said = httpx.get(provider.discovery_url).raise_for_status().json()
    assert (said["issuer"], said["jwks_uri"]) == (provider.issuer, f"{provider.issuer}/jwks")
