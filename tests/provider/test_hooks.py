"""What an app's hooks see, and what is left where one of them raises."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from gatepost.errors import Conflict, PreconditionFailed
from gatepost.hooks import AuthOutcome, AuthRequest
from gatepost.provider import answers
from tests.provider.oracle.deployment import Deployment
from tests.provider.oracle.steps import SIGN_IN, SIGN_UP
from tests.provider.served import Served, serving_provider

_DEPLOYMENT = Deployment("hooks", plugins=("jwt", "bearer"), hooks=True)
_ADA = {"name": "Ada", "email": "ada@example.com", "password": "correct horse battery"}
_TOLD = ("authz_fail", "hook_after")


@pytest.fixture(scope="module")
def hooked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    file = tmp_path_factory.mktemp("hooks") / "provider.db"
    with serving_provider(f"sqlite:///{file}", _DEPLOYMENT) as served:
        httpx.post(f"{served.auth}{SIGN_UP}", json=_ADA).raise_for_status()
        served.events.take()
        yield served


def _sign_in(hooked: Served, **headers: str) -> httpx.Response:
    return httpx.post(f"{hooked.auth}{SIGN_IN}", json=_ADA, headers=headers)


def _sessions(hooked: Served) -> set[str]:
    with closing(sqlite3.connect(hooked.file)) as connection:
        return {row[0] for row in connection.execute("SELECT id FROM session")}


def test_a_refusal_of_before_is_in_the_log(hooked: Served) -> None:
    """Nothing has happened but the refusal."""
    before = _sessions(hooked)
    assert _sign_in(hooked, **{"x-before": "refuse"}).status_code == 403
    assert hooked.events.take() == [("authz_fail", "hook_before")]
    assert _sessions(hooked) == before


@pytest.mark.parametrize(("asked", "status"), [("refuse", 403), ("fail", 500)])
def test_nobody_leaves_with_a_session_that_after_refused(
    hooked: Served, asked: str, status: int
) -> None:
    """The session has ended with its tokens, and neither a cookie nor a header brings one."""
    before = _sessions(hooked)
    hooked.ends.ended.clear()
    answer = _sign_in(hooked, **{"x-after": asked})
    assert answer.status_code == status
    assert "session_token" not in str(answer.headers.multi_items())
    assert "set-auth-token" not in answer.headers
    assert _sessions(hooked) == before
    assert len(hooked.ends.ended) == 1
    assert hooked.events.take()[1:] == [
        ("session_created", None), _TOLD,
        ("authn_token_revoked", None), ("session_revoked", None),
    ]  # fmt: skip


def test_a_session_that_cannot_be_ended_is_not_handed_out(hooked: Served) -> None:
    """Where nobody can be told of its end, the answer is 503, without a cookie."""
    hooked.ends.is_away = True
    try:
        answer = _sign_in(hooked, **{"x-after": "refuse"})
    finally:
        hooked.ends.is_away = False
    assert answer.status_code == 503
    assert "session_token" not in str(answer.headers.multi_items())
    hooked.events.take()


@pytest.mark.parametrize("hook", ["x-before", "x-after"])
def test_what_a_hook_says_as_it_fails_is_not_told(
    hooked: Served, hook: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A stranger gets an empty 500; the log has the kind of the error and its place, no text."""
    with caplog.at_level(logging.ERROR):
        answer = _sign_in(hooked, **{hook: "fail"})
    assert (answer.status_code, answer.content) == (500, b"")
    assert "x-route" not in answer.headers
    assert "unexpected RuntimeError" in caplog.text
    assert "a hook was asked to fail" not in caplog.text
    hooked.events.take()


def test_a_refusal_of_ones_own_kind_has_the_status_of_what_it_is() -> None:
    """Every refusal that `gatepost` exports has a status, and so has one derived from it."""

    class NameTaken(Conflict):
        """A refusal of the app's own."""

    assert answers.refused(NameTaken("Taken", code="TAKEN"), ()).status_code == 409
    assert answers.refused(PreconditionFailed("Old", code="OLD"), ()).status_code == 412


_BAD_HEADERS = {
    "a second header": ("x-a", "b\r\nset-cookie: c=d"),
    "a line break in the name": ("x-a\n", "b"),
    "no name": ("", "b"),
    "beyond Latin-1": ("x-a", "€"),
    "a space around": ("x-a", " b"),
    "a cookie": ("Set-Cookie", "a=b"),
    "how long it is kept": ("Cache-Control", "public"),
    "how it is read": ("content-type", "text/html"),
    "how it is framed": ("Content-Length", "0"),
}


@pytest.mark.parametrize("case", _BAD_HEADERS)
def test_a_hook_cannot_break_an_answer(case: str) -> None:
    """A header that would be another one, or is the provider's own, is refused where it is set."""
    outcome = AuthOutcome(AuthRequest("/ok", "GET", {}, {}), None, None, None)
    with pytest.raises(ValueError, match=r"header|provider's own|set_cookie"):
        outcome.set_header(*_BAD_HEADERS[case])
    assert outcome.headers == {}


def test_a_cookie_has_a_name_that_is_one() -> None:
    """What would be another cookie or an attribute is refused; any value is encoded."""
    outcome = AuthOutcome(AuthRequest("/ok", "GET", {}, {}), None, None, None)
    for name in ("", "a=b", "a;b", "a b", "é"):
        with pytest.raises(ValueError, match="cookie"):
            outcome.set_cookie(name, "x")
    assert outcome.cookies == {}


def test_what_a_hook_holds_shows_no_secret() -> None:
    """Printed, a request and its outcome show neither password, nor cookie, nor token."""
    request = AuthRequest(SIGN_IN, "POST", {"cookie": "secret"}, {"password": "secret"})
    outcome = AuthOutcome(request, {"token": "secret"}, None, None)
    assert "secret" not in f"{request!r} {outcome!r}"
