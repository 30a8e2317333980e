"""The clean apps are clean: strangers are refused before their body is read, and nothing breaks."""

import re
from collections.abc import Iterator

import pytest

from tests.benchmarks.stage import CORPUS, Stage, staged

_APPS = sorted(path.stem for path in CORPUS.glob("*.toml") if path.stem not in ("holes", "ruff"))
_JSON = {"Content-Type": "application/json"}
_BODIES = (
    b"{{{",
    b"\xff\xfe",
    b"[" * 20_000,
    b"null",
    b'{"title": "\\ud800", "text": "\\ud800", "name": "\\ud800", "\\ud800": NaN}',
    b'{"quantity": 1e999, "starts_in_minutes": 10000000000000000000000}',
    b'{"email": "\\u0000@x", "password": "\\u0000\\u0000\\u0000 long", "name": "\\u0000"}',
)
_QUERY = "?limit=9999999999999999999999&page=0&cursor=%00:%C2%B2&q=%27%00&sort=%00&name=..&next=%00"


@pytest.mark.parametrize("app", _APPS)
def test_strangers_are_refused_with_their_body_unread(app: str) -> None:
    """What is not public answers 401 with a challenge, also where the body is no JSON."""
    with staged(app) as stage:
        public = {re.sub(r"[{][^}]*[}]", "x", key) for key in stage.file["public"]}
        for method, path in _ways_in(stage):
            if f"{method} {path}" in public or f"{method} {path[:-1]}*" in public:
                continue
            refused = stage.send(method, path, content=b"{{{", headers=_JSON)
            assert refused.status_code == 401, (method, path)
            assert "www-authenticate" in refused.headers


@pytest.mark.parametrize("app", _APPS)
def test_no_app_breaks_whatever_comes_in(app: str) -> None:
    """No body and no query of somebody who is signed in is an error of the app's own."""
    with staged(app) as stage:
        for method, path in _ways_in(stage):
            alice = stage.join()  # the way before may have signed her out
            for body in _BODIES if method in ("POST", "PUT", "PATCH") else (b"",):
                answer = alice.send(method, path + _QUERY, content=body, headers=_JSON)
                assert answer.status_code < 500, (method, path, body[:40])


def _ways_in(stage: Stage) -> Iterator[tuple[str, str]]:
    for path, item in stage.client.app.openapi()["paths"].items():  # type: ignore[attr-defined] # a TestClient
        for method in item:
            if not path.startswith("/api/auth"):
                yield method.upper(), re.sub(r"[{][^}]*[}]", "x", path)
