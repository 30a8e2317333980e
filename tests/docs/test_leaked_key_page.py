"""docs/operations/leaked-key.md, followed to the letter, with two workers and a forged token."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from gatepost.testing import sign_up
from gatepost.tokens import TokenFault
from tests.docs.leaks import Deployment, commands, eventually
from tests.docs.snippets import ROOT

_PAGE = "docs/operations/leaked-key.md"
_SECRET = {"GATEPOST_SECRET": "wV8nQ2mZ4xT7bK9dR3cJ6hL5-of-the-leaked-key"}
_PATIENCE_SECONDS = 60


@pytest.fixture
def deployment(tmp_path: Path, postgres_url: str) -> Iterator[Deployment]:
    """Two workers, which stop with the test."""
    deployment = Deployment(tmp_path, postgres_url)
    try:
        deployment.start(**_SECRET)
        yield deployment
    finally:
        deployment.stop()


def test_the_page_ends_what_a_leaked_key_forges(deployment: Deployment) -> None:
    """Step by step: a forged token is believed until the key is retired; nobody is signed out."""
    steps = [command for _, command in commands(_PAGE)]
    assert steps == ["keys rotate --now", "keys list", "keys retire KEY_ID", "keys list --json"]
    with sign_up(deployment.urls[0]) as ada:
        forged = deployment.forged_token(_SECRET["GATEPOST_SECRET"], ada.user_id)
        [leaked] = deployment.keys(**_SECRET)
        assert deployment.statuses(forged) == [200, 200]
        bearer = {"Authorization": f"Bearer {forged}"}
        live = f"{deployment.urls[1].replace('http', 'ws')}/api/live"
        with connect(live, additional_headers=bearer, proxy=None) as websocket:
            websocket.recv(_PATIENCE_SECONDS)

            deployment.run(steps[0], **_SECRET)
            assert deployment.statuses(forged) == [200, 200]

            assert leaked in deployment.run(steps[1], **_SECRET)
            deployment.run(steps[2].replace("KEY_ID", leaked), **_SECRET)
            eventually(lambda: deployment.statuses(forged) == [401, 401])
            with pytest.raises(ConnectionClosed) as closed:
                websocket.recv(_PATIENCE_SECONDS)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1008

        assert sorted(deployment.keys(**_SECRET).values()) == ["current", "ended"]
        eventually(lambda: all(leaked not in _published(url) for url in deployment.urls))

        token = ada.browser.get("/api/auth/token").raise_for_status().json()["token"]
        assert deployment.statuses(token) == [200, 200]
        assert deployment.statuses(forged) == [401, 401]


def test_a_restart_is_no_help(deployment: Deployment) -> None:
    """A forged token outlives every worker, as the page says."""
    with sign_up(deployment.urls[0]) as ada:
        forged = deployment.forged_token(_SECRET["GATEPOST_SECRET"], ada.user_id)
        deployment.stop()
        deployment.start(**_SECRET)
        assert deployment.statuses(forged) == [200, 200]


def test_the_reasons_that_the_page_names_are_there() -> None:
    """As the event log has them."""
    named = set(re.findall(r"`(token_\w+)`", (ROOT / _PAGE).read_text()))
    assert named
    assert named <= {fault.value for fault in TokenFault}


def _published(url: str) -> str:
    answer = httpx.get(f"{url}/api/auth/jwks", timeout=_PATIENCE_SECONDS)
    return answer.raise_for_status().text
