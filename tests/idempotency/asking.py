"""Asking with a key, and looking at what came."""

import httpx

from gatepost.testing import Somebody

_KEPT = ("content-type", "content-encoding", "location", "etag")


def post(
    somebody: Somebody, path: str, key: str | None = '"k"', *, json: object = None
) -> httpx.Response:
    """Ask as somebody, with a key."""
    headers = {} if key is None else {"Idempotency-Key": key}
    return somebody.http.post(path, headers=headers, json=json)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """Return the status and the code of a refusal."""
    return answer.status_code, answer.json()["code"]


def is_replay(answer: httpx.Response, of: httpx.Response) -> bool:
    """Whether an answer is the one of before, and says so."""
    assert "Idempotent-Replayed" not in of.headers
    assert "Set-Cookie" not in answer.headers
    return (
        answer.headers.get("Idempotent-Replayed") == "true"
        and (answer.status_code, answer.content) == (of.status_code, of.content)
        and [answer.headers.get(name) for name in _KEPT] == [of.headers.get(name) for name in _KEPT]
    )
