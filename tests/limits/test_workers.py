"""Workers of one app: alone each counts for itself, and with Valkey they count together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from gatepost.counting import Away, Counting
from gatepost.rates import Rate, Rates
from gatepost.settings import Secret
from gatepost.testing import sign_up
from gatepost_tasks.app import create_app
from tests.conftest import settings_for
from tests.ports import free_port
from tests.services.valkey import Valkey, running_valkey
from tests.serving import serving

_SIGN_IN = "/api/auth/sign-in/email"
_PATIENCE_SECONDS = 30


@contextmanager
def _workers(
    directory: Path, counting: Counting, rates: Rates | None = None
) -> Iterator[list[str]]:
    """Run two on one database, with Better Auth's limits."""
    settings = replace(
        settings_for(port := free_port(), directory),
        rate_limits=rates or Rates(),
        counting=counting,
    )
    with (
        serving(create_app(settings), port=port) as one,
        serving(create_app(settings), port=free_port()) as other,
    ):
        yield [one, other]


def _sign_in(worker: str) -> httpx.Response:
    return httpx.post(f"{worker}{_SIGN_IN}", json={}, timeout=_PATIENCE_SECONDS)


def _signs_in(workers: list[str], times: int) -> list[int]:
    """Ask each of them in turn, as somebody who has forgotten everything."""
    return [_sign_in(worker).status_code for _ in range(times) for worker in workers]


def test_with_valkey_workers_count_together(valkey: Valkey, tmp_path: Path) -> None:
    """Three of six requests in turn to two workers are let through, and without Valkey all six."""
    with _workers(tmp_path / "together", Counting(Secret(valkey.url))) as workers:
        assert _signs_in(workers, 3) == [400] * 3 + [429] * 3
    with _workers(tmp_path / "alone", Counting()) as workers:
        assert _signs_in(workers, 4) == [400] * 6 + [429] * 2


@pytest.mark.parametrize("away", Away)
def test_no_limit_is_open_while_valkey_is_away(away: Away, tmp_path: Path) -> None:
    """It stops: each worker counts for itself, or answers 503 where somebody could guess."""
    rates = Rates(sign_in=Rate(3, 60))
    with running_valkey() as server:
        counting = Counting(Secret(server.url), away=away)
        with (
            _workers(tmp_path, counting, rates) as workers,
            sign_up(workers[0]) as ada,
        ):
            server.stop()
            if away is Away.LOCAL:
                assert _signs_in(workers, 4) == [400] * 6 + [429] * 2
                return
            verified = ada.browser.post("/api/auth/verify-password", json={"password": "wrong"})
            for answer in (*map(_sign_in, workers), verified):
                assert answer.status_code == 503
                assert answer.json()["code"] == "SERVICE_UNAVAILABLE"
                assert answer.headers["retry-after"] in {"1", "2"}
                assert answer.headers["retry-after"] == answer.headers["x-retry-after"]
            assert ada.browser.get("/api/auth/get-session").json()["user"]["email"] == ada.email
