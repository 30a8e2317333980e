"""Too many requests, and too many wrong passwords: who is slowed down, and who is not."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from gatepost.provider.rate_limits import limit_of
from gatepost.rates import Limit, Rate, Rates
from tests.provider.oracle.deployment import ALL_MAIL, PLAIN
from tests.provider.oracle.steps import SIGN_IN, SIGN_UP
from tests.provider.served import Served, serving_provider

_RIGHT, _WRONG = "correct horse battery", "incorrect horse"
_TOO_MANY = {"message": "Too many requests. Please try again later."}
_RATES = Rates(
    default=Rate(5, 60),
    sign_in=Rate(1000, 10),
    failures=Rate(4, 900),
    failures_anywhere=Rate(20, 900),
)
_LIMITED = "excess_rate_limit_exceeded"


class _Caller:
    """Somebody at one address, who keeps no cookie."""

    def __init__(self, place: "_Place", address: str) -> None:
        self._place = place
        self._headers = {"x-forwarded-for": address}

    def get(self, path: str) -> httpx.Response:
        return self._place.http.get(path, headers=self._headers)

    def post(self, path: str, body: dict[str, str]) -> httpx.Response:
        answer = self._place.http.post(path, json=body, headers=self._headers)
        self._place.http.cookies.clear()
        return answer

    def sign_up(self, name: str) -> str:
        email = f"{name}@example.com"
        account = {"name": name, "email": email, "password": _RIGHT}
        self.post(SIGN_UP, account).raise_for_status()
        return email

    def sign_in(self, email: str, password: str) -> httpx.Response:
        return self.post(SIGN_IN, {"email": email, "password": password})

    def guess(self, email: str, times: int) -> list[int]:
        return [self.sign_in(email, _WRONG).status_code for _ in range(times)]


@dataclass(frozen=True, slots=True)
class _Place:
    """A provider and the way to it, which everybody shares."""

    served: Served
    http: httpx.Client

    def at(self, address: str) -> _Caller:
        """Somebody there."""
        return _Caller(self, address)

    def events(self) -> list[tuple[str, str | None]]:
        """What was reported since the last time."""
        return self.served.events.take()


@contextmanager
def _place(directory: Path, proxies: tuple[str, ...]) -> Iterator[_Place]:
    deployment = replace(PLAIN, trusted_proxies=proxies)
    database = f"sqlite:///{directory / 'limited.db'}"
    with (
        serving_provider(database, deployment, rates=_RATES) as served,
        httpx.Client(base_url=served.auth, timeout=60) as http,
    ):
        yield _Place(served, http)


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Place]:
    """A provider behind a proxy on loopback, which says by a header where requests come from."""
    with _place(tmp_path_factory.mktemp("limited"), ("127.0.0.0/8",)) as place:
        yield place


def test_a_refusal_is_the_originals_and_an_event(limited: _Place) -> None:
    """429 says its message alone and when to come back, is not cached, and is written down."""
    here, there = limited.at("192.0.2.1"), limited.at("192.0.2.2")
    assert [here.get("/ok").status_code for _ in range(5)] == [200] * 5
    limited.events()
    answer = here.get("/ok")
    assert (answer.status_code, answer.json()) == (429, _TOO_MANY)
    assert 1 <= int(answer.headers["x-retry-after"]) <= 60
    assert answer.headers["cache-control"] == "no-store"
    assert limited.events() == [(_LIMITED, "requests_of_one_address")]
    assert there.get("/ok").status_code == 200
    assert here.get("/jwks").status_code == 200


def test_made_up_paths_have_one_count(limited: _Place) -> None:
    """Whoever makes up a new path each time is refused as well, and fills nothing."""
    here = limited.at("192.0.2.3")
    answers = [here.get(f"/made/up/{number}").status_code for number in range(7)]
    assert answers == [404] * 5 + [429] * 2


@pytest.mark.parametrize("path", ["//sign-in/email", "/sign-in%2femail", "/sign-in/email/", "/OK"])
def test_no_spelling_walks_round_a_limit(limited: _Place, path: str) -> None:
    """A path that is spelled otherwise is no path of ours, however often it is asked for."""
    here = limited.at(f"192.0.3.{len(path)}")
    answers = {here.post(path, {}).status_code for _ in range(6)}
    assert answers <= {404, 429}


def test_a_stranger_who_guesses_is_slowed_down_and_the_owner_is_not(limited: _Place) -> None:
    """Wrong passwords from one address do not hold up the right one from another."""
    owner, stranger = limited.at("192.0.2.10"), limited.at("192.0.2.11")
    ada = owner.sign_up("ada")
    limited.events()
    assert stranger.guess(ada, 6) == [401] * 4 + [429] * 2
    assert limited.events()[-1] == ("authn_login_fail_max", "failures_of_one_address")
    refused = stranger.sign_in(ada, _RIGHT)  # not even the right one is looked at
    assert (refused.status_code, refused.json()) == (429, _TOO_MANY)
    assert 890 <= int(refused.headers["x-retry-after"]) <= 900
    assert owner.sign_in(ada, _RIGHT).status_code == 200
    bob = stranger.sign_up("bob")
    assert stranger.sign_in(bob, _RIGHT).status_code == 200


def test_a_right_password_takes_the_count_back(limited: _Place) -> None:
    """Who mistypes now and then is never held up."""
    owner = limited.at("192.0.2.12")
    eve = owner.sign_up("eve")
    for _ in range(3):
        assert owner.guess(eve, 3) == [401] * 3
        assert owner.sign_in(eve, _RIGHT).status_code == 200


def test_guesses_from_many_addresses_are_bounded_and_leave_the_owner_alone(
    limited: _Place,
) -> None:
    """Thirty addresses guess twenty times together, and the owner signs in where she did before."""
    owner = limited.at("192.0.2.13")
    eva = owner.sign_up("eva")
    assert owner.sign_in(eva, _RIGHT).status_code == 200
    guesses = [limited.at(f"198.51.100.{n}").guess(eva, 1)[0] for n in range(30)]
    assert guesses == [401] * 20 + [429] * 10
    assert limited.events()[-1] == ("authn_login_lock", "failures_of_all_addresses")
    assert owner.guess(eva, 2) == [401] * 2
    assert owner.sign_in(eva, _RIGHT).status_code == 200
    assert limited.at("198.51.100.99").sign_in(eva, _RIGHT).status_code == 429


def test_an_account_that_is_not_there_is_limited_alike(limited: _Place) -> None:
    """Neither limit tells whether somebody has an address."""
    stranger = limited.at("192.0.2.14")
    assert stranger.guess("nobody@example.com", 5) == [401] * 4 + [429]
    assert stranger.guess("NOBODY@example.com", 1) == [429]
    guesses = [limited.at(f"203.0.113.{n}").guess("nil@example.com", 1)[0] for n in range(21)]
    assert guesses == [401] * 20 + [429]


def test_whoever_holds_a_session_guesses_no_faster(limited: _Place) -> None:
    """Wrong passwords at /verify-password count with those at a sign-in; a right one clears all."""
    ada = limited.at("203.0.113.77")
    email = ada.sign_up("held")
    cookies = limited.http.post(SIGN_IN, json={"email": email, "password": _RIGHT}).cookies
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    limited.http.cookies.clear()
    headers = {"cookie": cookie, "origin": limited.served.url, "x-forwarded-for": "203.0.113.77"}

    def verify(password: str) -> int:
        answer = limited.http.post("/verify-password", json={"password": password}, headers=headers)
        limited.http.cookies.clear()
        return answer.status_code

    assert [verify(password) for password in (_WRONG, _WRONG, _RIGHT)] == [400, 400, 200]
    assert ada.guess(email, 2) == [401, 401]
    assert [verify(_WRONG) for _ in range(2)] == [400, 400]
    assert ada.guess(email, 1) == [429]


def test_many_at_once_are_counted_one_by_one(limited: _Place) -> None:
    """Of twenty guesses that come together, four are looked at."""
    eli = limited.at("192.0.2.15").sign_up("eli")

    def guess(_number: int) -> int:
        return limited.at("192.0.2.16").sign_in(eli, _WRONG).status_code

    with ThreadPoolExecutor(20) as threads:
        assert sorted(threads.map(guess, range(20))) == [401] * 4 + [429] * 16


def test_a_header_from_elsewhere_is_ignored(tmp_path: Path) -> None:
    """Where no proxy is trusted, a new address in the header each time is the same caller."""
    with _place(tmp_path, ()) as direct:
        answers = [direct.at(f"192.0.2.{number}").get("/ok").status_code for number in range(7)]
        assert answers == [200] * 5 + [429] * 2
        direct.at("192.0.2.99").sign_up("di")
        with closing(sqlite3.connect(direct.served.file)) as database:
            assert database.execute("SELECT ipAddress FROM session").fetchall() == [("127.0.0.1",)]


_HEADERS_OF_NOBODY = (
    *("Forwarded", "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP"),
    *("X-Forwarded", "Forwarded-For", "X-Cluster-Client-IP", "X-Originating-IP"),
)


def test_no_other_header_says_where_a_request_comes_from(limited: _Place) -> None:
    """Not even from a trusted proxy: what it does not write, a caller has."""
    answers = []
    for number, name in enumerate(_HEADERS_OF_NOBODY):
        address = f"198.51.100.{number}"
        said = f"for={address}" if name == "Forwarded" else address
        answers.append(limited.http.get("/error", headers={name: said}).status_code)
    assert answers == [200] * 5 + [429] * 4


def test_two_headers_are_read_as_one(limited: _Place) -> None:
    """What a caller writes into a first header does not hide what the proxy adds in a second."""
    answers = [
        limited.http.get(
            "/error",
            headers=[("x-forwarded-for", f"203.0.113.{n}"), ("x-forwarded-for", "192.0.2.200")],
        ).status_code
        for n in range(6)
    ]
    assert answers == [200] * 5 + [429]


def test_one_network_of_ipv6_is_one_caller(limited: _Place) -> None:
    """Whoever has a /64 does not get a count for each of its addresses."""
    answers = [
        limited.at(f"2001:db8:77:1::{number:x}").get("/error").status_code for number in range(6)
    ]
    assert answers == [200] * 5 + [429]
    assert limited.at("2001:db8:77:2::1").get("/error").status_code == 200


def test_a_mailed_link_lets_the_owner_in_from_anywhere(tmp_path: Path) -> None:
    """While strangers use up an account's guesses, a new password makes its address known."""
    rates = replace(_RATES, default=Rate(1000, 10), mail=Rate(1000, 60))
    deployment = replace(PLAIN, trusted_proxies=("127.0.0.0/8",), mail=ALL_MAIL)
    with (
        serving_provider(f"sqlite:///{tmp_path / 'reset.db'}", deployment, rates=rates) as served,
        httpx.Client(base_url=served.auth, timeout=60) as http,
    ):
        place = _Place(served, http)
        ada, away = place.at("192.0.2.1").sign_up("ada"), place.at("192.0.2.99")
        for number in range(20):
            assert place.at(f"198.51.100.{number}").guess(ada, 1) == [401]
        assert away.sign_in(ada, _RIGHT).status_code == 429
        away.post("/request-password-reset", {"email": ada}).raise_for_status()
        new = {"newPassword": "another horse battery", "token": served.mailbox.mails()[-1].token}
        away.post("/reset-password", new).raise_for_status()
        assert away.sign_in(ada, new["newPassword"]).status_code == 200
        assert place.at("198.51.100.99").sign_in(ada, new["newPassword"]).status_code == 429


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/sign-in/email", Limit.SIGN_IN),
        ("/sign-in/social", Limit.SIGN_IN),
        ("/sign-up/email", Limit.SIGN_IN),
        ("/change-password", Limit.SIGN_IN),
        ("/change-email", Limit.SIGN_IN),
        ("/request-password-reset", Limit.MAIL),
        ("/send-verification-email", Limit.MAIL),
        ("/forget-password/email-otp", Limit.MAIL),
        ("/email-otp/send-verification-otp", Limit.MAIL),
        ("/reset-password", Limit.DEFAULT),
        ("/get-session", Limit.DEFAULT),
        ("", Limit.DEFAULT),
    ],
)
def test_each_path_has_the_originals_limit(path: str, limit: Limit) -> None:
    """Signing in and up and changing either, mails, and the rest."""
    assert limit_of(path) is limit
