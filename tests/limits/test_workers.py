"""Workers of one app: alone each counts for itself, and with Valkey they count together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx

from gatepost.rates import Rates
from gatepost.settings import Secret
from gatepost_tasks.app import create_app
from tests.conftest import settings_for
from tests.ports import free_port
from tests.services.valkey import Valkey
from tests.serving import serving


@contextmanager
def _workers(directory: Path, limits_url: Secret | None) -> Iterator[list[str]]:
    """Run two on one database, with Better Auth's limits."""
    settings = replace(
        settings_for(port := free_port(), directory),
        rate_limits=Rates(),
        rate_limits_url=limits_url,
    )
    with (
        serving(create_app(settings), port=port) as one,
        serving(create_app(settings), port=free_port()) as other,
    ):
        yield [one, other]


def _signs_in(workers: list[str], times: int) -> list[int]:
    """Ask each of them in turn, as somebody who has forgotten everything."""
    return [
        httpx.post(f"{worker}/api/auth/sign-in/email", json={}).status_code
        for _ in range(times)
        for worker in workers
    ]


def test_with_valkey_workers_count_together(valkey: Valkey, tmp_path: Path) -> None:
    """Three of six requests in turn to two workers are let through, and without Valkey all six."""
    with _workers(tmp_path / "together", Secret(valkey.url)) as workers:
        assert _signs_in(workers, 3) == [400] * 3 + [429] * 3
    with _workers(tmp_path / "alone", None) as workers:
        assert _signs_in(workers, 4) == [400] * 6 + [429] * 2
