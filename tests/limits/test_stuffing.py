"""Credential stuffing is bounded by the rates, and the owner of an account signs in meanwhile."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from math import ceil
from pathlib import Path

import httpx
import pytest

from gatepost.limits import DatabaseCounts, SharedWindows
from gatepost.limits.database import BUDGET
from gatepost.provider.attempts import SignInAttempts, TooManyAttempts
from gatepost.rates import Rate, Rates
from gatepost.settings import async_database_url
from gatepost.store.engine import open_engine
from gatepost.store.migrating import OWN_MIGRATIONS, OWN_VERSION_TABLE, migrate
from tests.docs.snippets import ROOT
from tests.limits.stuffing import ADDRESSES, ATTACKS, HOUR, NAMES, Outcome, table
from tests.provider.oracle.deployment import PLAIN
from tests.provider.oracle.steps import SIGN_IN, SIGN_UP
from tests.provider.served import Events, serving_provider

_RIGHT, _WRONG = "correct horse battery", "incorrect horse"
_PATIENCE_SECONDS = 60
_NAMES_OVER_HTTP = 2_000
_ADDRESSES_OF_DATABASE = 300


@pytest.fixture(scope="module")
def simulated() -> tuple[Mapping[str, Outcome], int]:
    """What came of each attack, and by how many kibibytes a process of its own grew."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.limits.stuffing", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(done.stdout)
    return {name: Outcome(**each) for name, each in said["outcomes"].items()}, said["kibibytes"]


def _most(rate: Rate) -> int:
    """How many a moving window lets through in an hour."""
    return rate.amount * ceil(HOUR / rate.seconds)


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_more_gets_through_than_the_rates_say(
    attack: str, simulated: tuple[Mapping[str, Outcome], int]
) -> None:
    """Of one address, of one account, and of everything."""
    outcome, rates = simulated[0][attack], Rates()
    assert 0 < outcome.of_one_address <= _most(rates.sign_in)
    assert 0 < outcome.of_one_account <= _most(rates.failures_anywhere)
    assert outcome.looked_at <= outcome.offered


def test_10_000_names_from_one_address_are_no_faster_than_one(
    simulated: tuple[Mapping[str, Outcome], int],
) -> None:
    """A list takes nine hours and not half of one."""
    outcome = simulated[0]["one address"]
    assert outcome.offered == 5 * HOUR
    assert outcome.looked_at <= _most(Rates().sign_in)
    assert NAMES / outcome.looked_at > 9


def test_one_name_from_1_000_addresses_is_no_faster_than_from_one_hundred(
    simulated: tuple[Mapping[str, Outcome], int],
) -> None:
    """Of sixty thousand guesses in an hour a hundred are looked at."""
    outcome = simulated[0]["one name"]
    assert outcome.offered == 60 * ADDRESSES
    assert outcome.looked_at == Rates().failures_anywhere.amount


def test_a_list_from_1_000_addresses_tries_each_name_once(
    simulated: tuple[Mapping[str, Outcome], int],
) -> None:
    """What no limit of one address or one account can see gets through, once for each account."""
    outcome = simulated[0]["one list"]
    assert outcome.offered == outcome.looked_at == NAMES
    assert outcome.of_one_account == 1


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_owner_signs_in_meanwhile(
    attack: str, simulated: tuple[Mapping[str, Outcome], int]
) -> None:
    """At once where they have before or with a mailed link; elsewhere they are told how long."""
    outcome = simulated[0][attack]
    assert (outcome.home, outcome.linked) == (0, 0)
    assert outcome.told <= Rates().failures_anywhere.seconds
    assert outcome.elsewhere == (None if attack == "one name" else 0)


def test_it_fills_no_memory(simulated: tuple[Mapping[str, Outcome], int]) -> None:
    """All of it together costs a process less than the memory that the documentation names."""
    assert simulated[1] < 40 * 1024


def test_the_page_shows_these_figures(simulated: tuple[Mapping[str, Outcome], int]) -> None:
    """What `python -m tests.limits.stuffing` prints stands in the page as it is."""
    assert f"\n{table(dict(simulated[0]))}\n" in (ROOT / "docs" / "limits.md").read_text()


def test_the_provider_bounds_one_name_from_1_000_addresses(tmp_path: Path) -> None:
    """Over HTTP, each by a real hash: a hundred are looked at, and the owner signs in."""
    deployment = replace(PLAIN, trusted_proxies=("127.0.0.0/8",))
    with (
        serving_provider(f"sqlite:///{tmp_path / 'one.db'}", deployment, rates=Rates()) as served,
        httpx.Client(base_url=served.auth, timeout=_PATIENCE_SECONDS) as http,
    ):

        def post(path: str, address: str, body: dict[str, str]) -> int:
            answer = http.post(path, json=body, headers={"x-forwarded-for": address})
            http.cookies.clear()
            return answer.status_code

        ada = {"email": "ada@example.com", "password": _RIGHT}
        guess, home = ada | {"password": _WRONG}, "192.0.2.1"
        assert post(SIGN_UP, home, ada | {"name": "Ada"}) == 200
        assert post(SIGN_IN, home, ada) == 200
        guesses = [
            post(SIGN_IN, f"198.18.{number >> 8}.{number & 255}", guess)
            for number in range(ADDRESSES)
        ]
        assert guesses == [401] * 100 + [429] * (ADDRESSES - 100)
        assert post(SIGN_IN, "192.0.2.2", ada) == 429
        assert post(SIGN_IN, home, ada) == 200


def test_the_provider_bounds_many_names_from_one_address(tmp_path: Path) -> None:
    """Over HTTP, as fast as it answers: three of a window, and others are not held up."""
    deployment = replace(PLAIN, trusted_proxies=("127.0.0.0/8",))
    # A window that no machine is slower than: what gets through is one window's.
    rates = Rates(sign_in=Rate(3, HOUR))
    with (
        serving_provider(f"sqlite:///{tmp_path / 'list.db'}", deployment, rates=rates) as served,
        httpx.Client(
            base_url=served.auth,
            headers={"x-forwarded-for": "198.18.0.1"},
            timeout=_PATIENCE_SECONDS,
        ) as http,
    ):
        seen = [
            http.post(
                SIGN_IN, json={"email": f"person{number}@example.com", "password": _WRONG}
            ).status_code
            for number in range(_NAMES_OVER_HTTP)
        ]
        assert seen == [401] * 3 + [429] * (_NAMES_OVER_HTTP - 3)
        ada = {"name": "Ada", "email": "ada@example.com", "password": _RIGHT}
        elsewhere = {"x-forwarded-for": "192.0.2.1"}
        assert http.post(SIGN_UP, json=ada, headers=elsewhere).status_code == 200


def test_workers_on_one_database_bound_one_name_together(tmp_path: Path) -> None:
    """Two of them let through a hundred guesses from 300 addresses, and not two hundred."""

    async def scene() -> None:
        engine = open_engine(async_database_url(f"sqlite:///{tmp_path / 'shared.db'}"), BUDGET)
        try:
            await migrate(engine, OWN_MIGRATIONS, OWN_VERSION_TABLE)
            events = Events()
            workers = [
                SignInAttempts(SharedWindows(Rates(), DatabaseCounts(Rates(), engine), events))
                for _ in range(2)
            ]
            await workers[0].succeed("ada@example.com", "192.0.2.1")
            looked_at = 0
            for number in range(_ADDRESSES_OF_DATABASE):
                try:
                    await workers[number % 2].begin("ada@example.com", str(number))
                except TooManyAttempts:
                    continue
                looked_at += 1
            assert looked_at == 100
            await workers[1].begin("ada@example.com", "192.0.2.1")
            assert events.take() == []
        finally:
            await engine.dispose()

    asyncio.run(scene())
