"""Unlinking accounts: the last one stays, whoever asks and however many at once."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.provider.served import Served, serving_provider
from tests.services.postgres import Postgres

_PERSON = {"name": "Ada", "email": "ada@example.com", "password": "password1"}
_COOKIE = "better-auth.session_token"
_AT_ONCE = 25
_LINK = (
    'INSERT INTO account (id, "accountId", "providerId", "userId", "accessToken", "createdAt", '
    "\"updatedAt\") SELECT 'linked', '123', 'github', id, 'a secret', \"createdAt\", \"updatedAt\" "
    'FROM "user" WHERE id = :user'
)


@pytest.fixture(params=["sqlite", "postgresql"])
def linked(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Served, str]]:
    """A provider, and the session token of a person with two accounts."""
    database_url = f"sqlite:///{tmp_path / 'provider.db'}"
    if request.param == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        database_url = postgres.create_database()
    with serving_provider(database_url) as served:
        answer = httpx.post(f"{served.auth}/sign-up/email", json=_PERSON)
        served.database.change(answer.json()["token"], _LINK)
        yield served, answer.cookies[_COOKIE]


def test_of_two_accounts_unlinked_at_once_one_stays(linked: tuple[Served, str]) -> None:
    """Of fifty requests at once for either account one is done; whoever is left can sign in."""
    served, cookie = linked
    headers = {"origin": served.base_url}
    credential = _accounts(served, cookie)[0]["id"]
    served.events.take()

    async def fifty() -> list[httpx.Response]:
        url = f"{served.auth}/unlink-account"
        async with httpx.AsyncClient(
            timeout=60, headers=headers, cookies={_COOKIE: cookie}
        ) as browser:
            ids = _AT_ONCE * (credential, "linked")
            return await asyncio.gather(
                *(browser.post(url, json={"accountId": each}) for each in ids)
            )

    answers = asyncio.run(fifty())
    assert sorted(answer.status_code for answer in answers) == [200] + (2 * _AT_ONCE - 1) * [400]
    refused = {answer.json()["code"] for answer in answers if answer.status_code == 400}
    assert refused == {"FAILED_TO_UNLINK_LAST_ACCOUNT"}
    assert len(_accounts(served, cookie)) == 1
    assert served.events.take() == [("user_account_unlinked", None)]


def test_no_secret_of_an_account_is_shown(linked: tuple[Served, str]) -> None:
    """Neither the hash of a password nor another provider's token is in any answer."""
    served, cookie = linked
    accounts = _accounts(served, cookie)
    names = {"accountId", "providerId", "userId", "createdAt", "updatedAt", "id", "scopes"}
    assert [set(each) for each in accounts] == [names, names]
    assert "a secret" not in repr(accounts)


def _accounts(served: Served, cookie: str) -> list[dict[str, object]]:
    answer = httpx.get(f"{served.auth}/list-accounts", cookies={_COOKIE: cookie})
    accounts: list[dict[str, object]] = answer.raise_for_status().json()
    return accounts
