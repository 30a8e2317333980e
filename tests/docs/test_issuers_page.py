"""The apps of docs/how-to/issuers-elsewhere.md do what it says of them."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from gatepost.testing import sign_up
from gatepost.tokens import derived_user_id
from tests.docs.running import uvicorn
from tests.docs.snippets import ROOT, write_snippets
from tests.issuers.elsewhere import Elsewhere, issuer_elsewhere
from tests.tokens.hostile_issuer import sends_json

_PAGE = "docs/how-to/issuers-elsewhere.md"
_EXAMPLE = "https://id.example.com"


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[Elsewhere]:
    """An OpenID provider, which the page's apps in `tmp_path` believe."""
    with issuer_elsewhere("RS256") as issuer:
        issuer.server.answers["/.well-known/openid-configuration"] = sends_json(
            {"issuer": issuer.url, "jwks_uri": f"{issuer.url}/jwks"}
        )
        write_snippets(_PAGE, tmp_path)
        for app in ("orders.py", "several.py"):
            source = (tmp_path / app).read_text()
            assert source.count(_EXAMPLE) == 1
            (tmp_path / app).write_text(source.replace(_EXAMPLE, issuer.url))
        yield issuer


def _me(url: str, token: str) -> httpx.Response:
    return httpx.get(f"{url}/me", headers={"Authorization": f"Bearer {token}"})


def _token(issuer: Elsewhere, typ: str = "at+jwt") -> str:
    return issuer.token("ada", header={"typ": typ}, aud="https://api.example.com")


def test_an_openid_providers_tokens_are_believed(tmp_path: Path, provider: Elsewhere) -> None:
    """The first app knows the provider's people by their subjects, and has no /api/auth."""
    with uvicorn("orders:app", tmp_path) as url:
        assert _me(url, _token(provider)).json() == {
            "id": "ada", "issuer": provider.url, "subject": "ada",
        }  # fmt: skip
        assert _me(url, _token(provider, "JWT")).status_code == 401
        assert httpx.get(f"{url}/api/auth/ok").status_code == 401


def test_people_of_several_issuers_are_told_apart(tmp_path: Path, provider: Elsewhere) -> None:
    """The second app derives the ids of those who sign in elsewhere, as the third program does."""
    with uvicorn("several:app", tmp_path) as url, sign_up(url) as here:
        mine = _me(url, here.token).json()
        assert mine["id"] == mine["subject"] == here.user_id
        theirs = _me(url, _token(provider)).json()
    printed = subprocess.run(
        [sys.executable, "whose.py", provider.url, "ada"],
        cwd=tmp_path,
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout.strip() == theirs["id"]


def test_a_shared_secret_comes_from_the_environment(tmp_path: Path) -> None:
    """The fourth program takes a secret that is long enough, and says so of one that is not."""
    write_snippets(_PAGE, tmp_path)
    for secret, accepted in (("s" * 32, True), ("s" * 31, False)):
        ended = subprocess.run(
            [sys.executable, "legacy.py"],
            cwd=tmp_path,
            env={**os.environ, "LEGACY_TOKEN_SECRET": secret},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ended.returncode == 0) is accepted, ended.stderr
        assert accepted or "at least 32" in ended.stderr
        assert secret not in ended.stderr


def test_the_id_that_the_page_shows_is_right() -> None:
    """Whoever tries the page's command sees what the page shows."""
    shown = re.search(
        r"^\$ python whose\.py (\S+) (\S+)\n(\S+)$", (ROOT / _PAGE).read_text(), re.MULTILINE
    )
    assert shown is not None
    issuer, subject, printed = shown.groups()
    assert derived_user_id(issuer, subject) == printed
