"""Passwords that are in a list of breached ones: refused, and told to nobody, the list included."""

import asyncio
import hashlib
import socket
import sqlite3
import ssl
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from gatepost.password_hash import PasswordHash
from gatepost.provider.breached_passwords import (
    ANSWER_SECONDS,
    BreachedListFault,
    BreachedPasswords,
    NoBreachedList,
)
from gatepost_tasks.app import create_app
from tests.conftest import settings_for
from tests.ports import free_port
from tests.provider.oracle.deployment import ALL_MAIL, Deployment
from tests.provider.oracle.steps import SIGN_IN, SIGN_UP
from tests.provider.served import Served, serving_provider
from tests.serving import serving
from tests.tokens.certificates import Authority
from tests.tokens.hostile_issuer import (
    Answer,
    HostileIssuer,
    drips,
    endless,
    gzip_bomb,
    hostile_issuer,
    raw,
    redirects,
    sends,
    stalls_before_the_head,
)

_BREACHED, _GOOD, _BETTER = "password1", "correct horse battery", "incorrect horse battery"
_DIGEST = hashlib.sha1(_BREACHED.encode(), usedforsecurity=False).hexdigest().upper()
_REST = _DIGEST[5:]
_LINE = f"{_REST}:2427158".encode()
_PADDING = b"0018A45C4D1DEF81644B54AB7F969B88D65:0"
_COMPROMISED = {
    "message": "The password you entered has been compromised. Please choose a different password.",
    "code": "PASSWORD_COMPROMISED",
}
_VERIFIED = Deployment("verified", mail=ALL_MAIL, require_email_verification=True)


def _list(connection: socket.socket, itself: HostileIssuer) -> None:
    """Answer as an honest list that knows one password."""
    asked_for = itself.heads[-1].split(b" ", 2)[1]
    lines = [_PADDING, _LINE] if asked_for == b"/range/" + _DIGEST[:5].encode() else [_PADDING]
    sends(b"\r\n".join(lines))(connection, itself)


def _breached(listed: HostileIssuer, authority: Path | None = None) -> BreachedPasswords:
    return BreachedPasswords(
        f"{listed.origin}/range/", ssl.create_default_context(cafile=authority)
    )


@dataclass(frozen=True, slots=True)
class _Place:
    served: Served
    listed: HostileIssuer

    def post(self, path: str, body: dict[str, str], cookie: str = "") -> httpx.Response:
        headers = {"origin": self.served.base_url, **({"cookie": cookie} if cookie else {})}
        return httpx.post(f"{self.served.auth}{path}", json=body, headers=headers, timeout=60)

    def sign_up(self, email: str, password: str = _GOOD) -> httpx.Response:
        return self.post(SIGN_UP, {"name": "x", "email": email, "password": password})

    def sign_in(self, email: str, password: str = _GOOD) -> httpx.Response:
        return self.post(SIGN_IN, {"email": email, "password": password})


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Place]:
    """A provider that wants addresses verified, beside an honest list."""
    file = tmp_path_factory.mktemp("breached") / "provider.db"
    with (
        hostile_issuer(_list) as listed,
        serving_provider(
            f"sqlite:///{file}", _VERIFIED, breached_passwords=_breached(listed)
        ) as served,
    ):
        yield _Place(served, listed)


@pytest.fixture(scope="module")
def ada(place: _Place) -> str:
    """Somebody whose address is verified; yields it."""
    place.sign_up("ada@example.com").raise_for_status()
    httpx.get(place.served.mailbox.mails()[-1].url)
    return "ada@example.com"


def test_a_sign_up_tells_nobody_who_has_an_account(place: _Place, ada: str) -> None:
    """For a new address and a taken one the list is asked alike, and answers are the same."""
    for password, status in ((_BREACHED, 400), (_GOOD, 200)):
        before = place.listed.asked
        answers = [place.sign_up(email, password) for email in (ada, f"{status}@example.com")]
        assert [answer.status_code for answer in answers] == [status] * 2
        assert place.listed.asked == before + 2
        if status == 400:
            assert [answer.json() for answer in answers] == [_COMPROMISED] * 2
    assert place.sign_in("400@example.com").json()["code"] == "INVALID_EMAIL_OR_PASSWORD"


def test_a_change_of_password_is_refused(place: _Place, ada: str) -> None:
    """The old one stays; whether the current one is right is not looked at, as in the original."""
    cookie = place.sign_in(ada).headers["set-cookie"].split(";")[0]
    for current in (_GOOD, _BETTER):
        body = {"currentPassword": current, "newPassword": _BREACHED}
        answer = place.post("/change-password", body, cookie)
        assert (answer.status_code, answer.json()) == (400, _COMPROMISED)
    assert place.sign_in(ada).status_code == 200


def test_a_reset_is_refused_and_its_link_stays_good(place: _Place, ada: str) -> None:
    """Whoever chose a breached password chooses again; without a token nothing is asked."""
    place.post("/request-password-reset", {"email": ada}).raise_for_status()
    token = place.served.mailbox.mails()[-1].token
    before = place.listed.asked
    nobodys = place.post("/reset-password", {"newPassword": _BREACHED, "token": "x" * 24})
    assert (nobodys.json()["code"], place.listed.asked) == ("INVALID_TOKEN", before)
    answer = place.post("/reset-password", {"newPassword": _BREACHED, "token": token})
    assert (answer.status_code, answer.json()) == (400, _COMPROMISED)
    answer = place.post("/reset-password", {"newPassword": _GOOD, "token": token})
    assert answer.json() == {"status": True}


def test_nothing_but_five_digits_leaves(place: _Place) -> None:
    """The request has the prefix in its path and headers that are the same for everybody."""
    place.listed.heads.clear()
    place.served.events.take()
    place.sign_up("eve@example.com", _BREACHED)
    [head] = place.listed.heads
    assert head.decode().split("\r\n") == [
        f"GET /range/{_DIGEST[:5]} HTTP/1.1",
        f"Host: 127.0.0.1:{place.listed.port}",
        "Add-Padding: true",
        "Accept: text/plain",
        "Accept-Encoding: identity",
        "Connection: close",
        "User-Agent: gatepost",
        "",
        "",
    ]
    assert place.served.events.take() == [("authn_password_compromised", None)]


def test_a_list_that_is_away_stops_no_sign_up(place: _Place) -> None:
    """What cannot be asked lets a password through, and is an event that says nothing of it."""
    place.served.events.take()
    place.listed.answer = sends(b"", status="503 Service Unavailable")
    try:
        assert place.sign_up("bob@example.com", _BREACHED).status_code == 200
    finally:
        place.listed.answer = _list
    assert _BREACHED not in repr(place.served.events.kept)
    assert _DIGEST[:5] not in repr(place.served.events.kept)
    taken = place.served.events.take()
    assert taken[0] == ("sys_breached_list_away", "breached_list_wrong_status")
    assert ("user_created", None) in taken


_ANSWERS = {
    "listed": (_LINE, True),
    "among others, in lower case": (_PADDING + b"\n" + _LINE.lower() + b"\n", True),
    "others": (b"A" * 35 + b":3\r\n" + _PADDING, False),
    "as padding": (_REST.encode() + b":0\r\n" + _PADDING, False),
    "nothing": (b"", False),
}


@pytest.mark.parametrize("name", _ANSWERS)
def test_what_the_list_says(name: str) -> None:
    """A password is breached if its line is there with a count, and padding is no line."""
    body, breached = _ANSWERS[name]
    with hostile_issuer(sends(body)) as listed:
        assert asyncio.run(_breached(listed).contains(_BREACHED)) is breached


_MALFORMED = BreachedListFault.MALFORMED
_BAD: dict[str, tuple[Answer, BreachedListFault]] = {
    "a page": (sends(b"<html><body>Sign in to the network</body></html>"), _MALFORMED),
    "no count": (sends(_REST.encode()), _MALFORMED),
    "a count below zero": (sends(_REST.encode() + b":-1"), _MALFORMED),
    "a count that is none": (sends(_REST.encode() + b":1e3"), _MALFORMED),
    "a count with a zero before it": (sends(_REST.encode() + b":01"), _MALFORMED),
    "digits of elsewhere": (sends(_REST.encode() + ":१".encode()), _MALFORMED),
    "one line too short": (sends(_LINE + b"\r\n" + _PADDING[1:]), _MALFORMED),
    "an empty line": (sends(_LINE + b"\r\n\r\n" + _PADDING), _MALFORMED),
    "a whole hash": (sends(f"{_DIGEST}:5".encode()), _MALFORMED),
    "cut off": (sends(_LINE, length=1000), BreachedListFault.BROKEN_ANSWER),
    "no HTTP": (raw(b"220 mail.example.com ESMTP\r\n"), BreachedListFault.BROKEN_ANSWER),
    "endless": (
        endless(b"HTTP/1.1 200 OK\r\n\r\n", (_PADDING + b"\r\n") * 500),
        BreachedListFault.TOO_LONG,
    ),
    "packed": (gzip_bomb(), BreachedListFault.ENCODED),
    "not found": (sends(_LINE, status="404 Not Found"), BreachedListFault.WRONG_STATUS),
    "too many": (sends(_LINE, status="429 Too Many Requests"), BreachedListFault.WRONG_STATUS),
    "silent": (stalls_before_the_head, BreachedListFault.TOO_SLOW),
    "a byte a second": (drips, BreachedListFault.TOO_SLOW),
}


def _fault(breached: BreachedPasswords) -> BreachedListFault:
    async def ask() -> None:
        async with asyncio.timeout(ANSWER_SECONDS + 20):  # a machine may be busy
            await breached.contains(_BREACHED)

    with pytest.raises(NoBreachedList) as away:
        asyncio.run(ask())
    return away.value.reason


@pytest.mark.parametrize("name", _BAD)
def test_what_is_not_believed(name: str) -> None:
    """An answer that is late, long or of another form says nothing of any password."""
    answer, fault = _BAD[name]
    with hostile_issuer(answer) as listed:
        assert _fault(_breached(listed)) is fault


def test_no_redirect_is_followed() -> None:
    """The digits go where the deployment says, and nowhere else."""
    with hostile_issuer(_list) as other, hostile_issuer(redirects(f"{other.origin}/")) as listed:
        assert _fault(_breached(listed)) is BreachedListFault.WRONG_STATUS
        assert other.asked == 0


def test_nobody_is_asked_who_is_not_there_or_not_trusted(tmp_path: Path) -> None:
    """A closed port and a certificate of nobody's are one: the list is unreachable."""
    authority = Authority(tmp_path)
    with hostile_issuer(_list, authority.server("127.0.0.1")) as listed:
        assert asyncio.run(_breached(listed, authority.path).contains(_BREACHED))
        assert _fault(_breached(listed)) is BreachedListFault.UNREACHABLE
        listed.close_port()
        assert _fault(_breached(listed, authority.path)) is BreachedListFault.UNREACHABLE


def test_an_app_is_as_its_settings_say(tmp_path: Path) -> None:
    """GATEPOST_PASSWORD_HASH and GATEPOST_BREACHED_PASSWORDS_URL reach the provider of an app."""
    port = free_port()
    with hostile_issuer(_list) as listed:
        settings = replace(
            settings_for(port, tmp_path),
            password_hash=PasswordHash.ARGON2ID,
            breached_passwords_url=f"{listed.origin}/range/",
        )
        with serving(create_app(settings), port=port) as url:
            person = {"name": "Ada", "email": "ada@example.com"}
            for password, status in ((_BREACHED, 400), (_GOOD, 200)):
                body = person | {"password": password}
                assert httpx.post(f"{url}/api/auth{SIGN_UP}", json=body).status_code == status
    with closing(sqlite3.connect(tmp_path / "gatepost.db")) as connection:
        [(stored,)] = connection.execute("SELECT password FROM account").fetchall()
    assert stored.startswith("$argon2id$")
