"""Transport and browser against an app in cookie mode: what the cookie adds to attack."""

from collections.abc import Callable, Iterator

import pytest
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from gatepost.attacks import Answered, Attack, Expected, RawRequest, RequestAttack, complaints
from gatepost.attacks.catalogue.browser import COOKIE_MODE as PAGES
from gatepost.attacks.catalogue.transport import COOKIE_MODE, TRANSPORT
from tests.attacks.conftest import session_cookie
from tests.gate.over_tls import (
    COOKIE,
    COOKIE_PATH,
    TRUSTED,
    InCookieMode,
    cookie,
    cookie_app,
    somebody_in_cookie_mode,
)

Field = tuple[str, str]

_CLOSED, _EVIL = "/me", "https://evil.example"
_SAYS_WHERE = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 19)
_AS_EVER = [
    attack
    for attack in TRANSPORT
    if attack.number in _SAYS_WHERE and ("Cookie", f"{COOKIE}={{token}}") not in attack.fields
]


@pytest.fixture(scope="module")
def it(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InCookieMode]:
    """An app in cookie mode, whose own CORS middleware trusts everybody."""
    careless = Middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)
    with somebody_in_cookie_mode(cookie_app(careless), tmp_path_factory.mktemp("app")) as served:
        assert session_cookie(served.ada)
        yield served


def _filled(text: str, it: InCookieMode) -> str:
    session = it.ada.browser.cookies["__Secure-better-auth.session_token"]
    values = {
        "path": _CLOSED, "public": "/open", "token": it.ada.token, "session_token": session,
        "origin": it.url,
    }  # fmt: skip
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _send(it: InCookieMode, attack: RequestAttack) -> Answered:
    fields = [
        (name, _filled(value, it) if isinstance(value, str) else value)
        for name, value in attack.fields
    ]
    body = _filled(attack.body.decode(), it).encode()
    method, target = attack.method or "GET", _filled(attack.target, it)
    return it.served.send(RawRequest(method, target, fields, body, attack.announced))


@pytest.mark.parametrize("attack", [*COOKIE_MODE, *_AS_EVER], ids=str)
def test_a_credential_is_taken_from_one_place_only(attack: RequestAttack, it: InCookieMode) -> None:
    """With the cookie as a second place there is still one credential, or none, or a refusal."""
    good = it.served.get(_CLOSED, cookie(it.ada.token))
    assert good.status == 200, "INCONCLUSIVE: the cookie does not get in either"
    canary = b"" if attack.expected is Expected.OK else it.ada.user_id.encode()
    answered = _send(it, attack)
    if attack.expected is Expected.OK:
        assert answered.body == good.body
    assert complaints(attack.expected, answered, canary=canary) == []


def _ask(it: InCookieMode, method: str, target: str, *fields: Field) -> Answered:
    return it.served.send(RawRequest(method, target, (cookie(it.ada.token), *fields)))


def _page(origin: str | None, site: str | None) -> tuple[Field, ...]:
    mode: tuple[Field, ...] = (("Sec-Fetch-Mode", "cors"), ("Sec-Fetch-Site", site)) if site else ()
    return (*mode, *((("Origin", origin),) if origin is not None else ()))


def _forged(*pages: tuple[Field, ...], methods: tuple[str, ...]) -> Callable[[InCookieMode], None]:
    def attack(it: InCookieMode) -> None:
        for page in pages:
            for method in methods:
                answered = _ask(it, method, _CLOSED, *page)
                assert complaints(Expected.FORBIDDEN, answered) == [], (method, page)
        assert it.ran == []

    return attack


def _foreign_websockets(it: InCookieMode) -> None:
    held, url = cookie(it.ada.token), it.url
    assert it.served.first_word("/live", held, ("Origin", url)) == it.ada.user_id, "INCONCLUSIVE"
    origins = (_EVIL, "null", "", f"{url}.evil.example", f"{url}/", url.replace("https", "http"))
    for origin in origins:
        assert it.served.first_word("/live", held, ("Origin", origin)) == 403
    for site in ("cross-site", "same-site"):
        assert it.served.first_word("/live", held, ("Sec-Fetch-Site", site)) == 403


def _set_by_another(it: InCookieMode) -> None:
    for page in (_page(_EVIL, "cross-site"), _page(None, None), _page("null", "same-site")):
        for body in (b"", f"access_token={it.ada.token}&token={it.ada.token}".encode()):
            for held in ((), (cookie(it.ada.token),)):
                target = f"{COOKIE_PATH}?access_token={it.ada.token}"
                answered = it.served.send(RawRequest("POST", target, (*held, *page), body))
                assert complaints(Expected.R0, answered) == []


def _cleared_by_another(it: InCookieMode) -> None:
    for page in (_page(_EVIL, None), _page(None, "cross-site"), _page("null", "same-site")):
        answered = _ask(it, "DELETE", COOKIE_PATH, *page)
        assert complaints(Expected.FORBIDDEN, answered) == []


def _reflections(it: InCookieMode) -> None:
    asks = ("Access-Control-Request-Method", "GET")
    for origin in (_EVIL, "null", f"{it.url}.evil.example", f"{TRUSTED}.evil.example"):
        for target in (_CLOSED, COOKIE_PATH, "/nothing"):
            for method, fields in (("GET", ()), ("OPTIONS", (asks,)), ("OPTIONS", ())):
                answered = _ask(it, method, target, ("Origin", origin), *fields)
                assert not answered.every("Access-Control-Allow-Origin")
                assert not answered.every("Access-Control-Allow-Credentials")


def _set(it: InCookieMode) -> Answered:
    bearer = ("Authorization", f"Bearer {it.ada.token}")
    return it.served.send(RawRequest("POST", COOKIE_PATH, (bearer,)))


def _flags(it: InCookieMode) -> None:
    for answered in (_set(it), it.served.send(RawRequest("DELETE", COOKIE_PATH))):
        [sent] = answered.every("Set-Cookie")
        name, *attributes = (part.strip().lower() for part in sent.split(";"))
        assert name.startswith(f"{COOKIE}=".lower())
        assert {"httponly", "secure", "samesite=strict", "path=/"} <= {*attributes}
        assert not any(attribute.startswith("domain") for attribute in attributes)


def _caches(it: InCookieMode) -> None:
    for answered in (_set(it), _ask(it, "GET", _CLOSED), _ask(it, "DELETE", COOKIE_PATH)):
        assert answered.status in (200, 204)
        assert answered.every("Cache-Control") == ("no-store",)


_UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
CASES: dict[str, Callable[[InCookieMode], None]] = {
    "17.c": _foreign_websockets,
    "131.c": _forged(
        _page(_EVIL, "cross-site"), _page(None, "cross-site"), _page("null", "cross-site"),
        methods=_UNSAFE,
    ),
    "132.c": _forged(
        _page("https://sub.pages.example", "same-site"), _page(None, "same-site"),
        _page("https://127.0.0.1:1", "same-site"), methods=_UNSAFE,
    ),
    "133.c": _forged(
        *(_page(origin, None) for origin in (_EVIL, "null", f"{TRUSTED}.evil.example", "file://")),
        (("Origin", TRUSTED), ("Origin", _EVIL)), methods=(*_UNSAFE, "PURGE"),
    ),
    "134.c": _set_by_another,
    "134.d": _cleared_by_another,
    "135.c": _reflections,
    "137.c": _flags,
    "138.c": _caches,
}  # fmt: skip


@pytest.mark.parametrize("attack", PAGES, ids=str)
def test_a_hostile_page_gets_nowhere(attack: Attack, it: InCookieMode) -> None:
    """What another page can make a browser send with the cookie changes and shows nothing."""
    own = _ask(it, "POST", _CLOSED, *_page(it.url, "same-origin"))
    assert (own.status, it.ran.pop()) == (200, "POST"), "INCONCLUSIVE: nor can the app's own page"
    it.ran.clear()
    CASES[attack.id](it)


def test_no_attack_is_named_twice() -> None:
    """The attacks of cookie mode have ids of their own beside those of the catalogue."""
    ids = [attack.id for attack in (*TRANSPORT, *COOKIE_MODE, *PAGES)]
    assert len(ids) == len({*ids})
