"""Forged requests in cookie mode, against the rules that Go 1.25 has written down."""

import itertools
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import pytest
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from gatepost.attacks import Answered, RawRequest
from tests.gate.over_tls import (
    COOKIE_PATH,
    TRUSTED,
    InCookieMode,
    bearer,
    cookie,
    cookie_app,
    somebody_in_cookie_mode,
)

Field = tuple[str, str]

_EVIL = "https://evil.example"
_METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "PURGE", "post", "get")
_SAFE = ("GET", "HEAD", "OPTIONS")
_SITES = (None, "same-origin", "none", "same-site", "cross-site", "Same-Origin", "nonsense")
_REFUSED = ("malicious_csrf", "cross_site_with_cookie")


@pytest.fixture(scope="module")
def it(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InCookieMode]:
    """An app in cookie mode, whose own CORS middleware trusts everybody."""
    careless = Middleware(
        CORSMiddleware, allow_origins=["*"], allow_credentials=True, allow_methods=["*"]
    )
    with somebody_in_cookie_mode(cookie_app(careless), tmp_path_factory.mktemp("csrf")) as served:
        yield served


def _trusted(it: InCookieMode) -> tuple[str, ...]:
    return (TRUSTED, it.url, it.url.replace("127.0.0.1", "localhost"))


def _origins(it: InCookieMode) -> tuple[str | None, ...]:
    url = it.url
    return (
        None, *_trusted(it), _EVIL, "null", f"{TRUSTED}.evil.example", "https://sub.pages.example",
        f"{url}.evil.example", f"{url}1", f"{_EVIL}#{url}", "https://127.0.0.1:1", TRUSTED.upper(),
    )  # fmt: skip


def _go_refuses(
    method: str, site: str | None, origin: str | None, host: str, trusted: Sequence[str]
) -> bool:
    """Decide as `CrossOriginProtection.Check` is documented to, with some origins trusted."""
    if method in _SAFE or site in ("same-origin", "none"):
        return False
    if site:
        return origin not in trusted
    return bool(origin) and urlsplit(origin).netloc != host and origin not in trusted


def _fields(sites: Sequence[str | None], origins: Sequence[str | None]) -> tuple[Field, ...]:
    pairs = [*(("Sec-Fetch-Site", site) for site in sites), *(("Origin", one) for one in origins)]
    return tuple((name, value) for name, value in pairs if value is not None)


def _send(it: InCookieMode, method: str, *fields: Field, target: str = "/me") -> Answered:
    return it.served.send(RawRequest(method, target, fields))


def _check_refused(it: InCookieMode, answered: Answered) -> None:
    assert answered.status == 403
    assert b'"INVALID_ORIGIN"' in answered.body
    assert not answered.every("Set-Cookie")
    assert it.events.take() == [_REFUSED]


@pytest.mark.parametrize("method", _METHODS)
def test_a_request_is_forged_where_go_says_so(method: str, it: InCookieMode) -> None:
    """Every method, Fetch Metadata and Origin, absent ones too; what is forged does not run."""
    host = urlsplit(it.url).netloc
    trusted = _trusted(it)
    for site, origin in itertools.product(_SITES, _origins(it)):
        answered = _send(it, method, cookie(it.ada.token), *_fields([site], [origin]))
        ran, it.ran[:] = list(it.ran), []
        readable = origin in trusted and origin != it.url
        assert answered.every("Access-Control-Allow-Origin") == ((origin,) if readable else ())
        if _go_refuses(method, site, origin, host, trusted):
            _check_refused(it, answered)
            assert ran == []
        else:
            known = method not in ("PURGE", "post", "get")
            assert (answered.status, ran) == ((200, [method]) if known else (405, [])), (
                site,
                origin,
            )
            assert it.events.take() == []


def test_what_go_lets_through_for_old_browsers_is_refused(it: InCookieMode) -> None:
    """The same host over http is another origin, and what comes twice vouches for nobody."""
    same, both = ("same-origin", "cross-site"), (it.url, _EVIL)
    plain = it.url.replace("https", "http", 1)
    cases: list[tuple[Sequence[str | None], Sequence[str | None]]] = [
        ([], [plain]), (["same-site"], [plain]), ([""], [_EVIL]), ([""], []), ([], both),
        ([], both[::-1]), ([], [it.url, it.url]), ([], [TRUSTED, TRUSTED]), (same, []),
        (same[::-1], []), (["none", "none"], []), (same, [_EVIL]), (["cross-site"], [TRUSTED] * 2),
        (["same-origin, cross-site"], []), (["same-origin;x"], []), ([], ["x"]),
    ]  # fmt: skip
    for sites, origins in cases:
        for method in ("POST", "DELETE"):
            answered = _send(it, method, cookie(it.ada.token), *_fields(sites, origins))
            _check_refused(it, answered)
    assert it.ran == []


def test_only_a_cookie_can_be_forged(it: InCookieMode) -> None:
    """A bearer token is put into a request by whoever has it, so nothing is asked of its origin."""
    for site, origin in itertools.product(_SITES, _origins(it)):
        answered = _send(it, "POST", bearer(it.ada.token), *_fields([site], [origin]))
        assert answered.status == 200
    it.ran.clear()


def test_no_other_site_clears_the_cookie(it: InCookieMode) -> None:
    """The route that clears the cookie is public, and goes by the same rules."""
    host = urlsplit(it.url).netloc
    for held in ((), (cookie(it.ada.token),)):
        for site, origin in itertools.product(_SITES, _origins(it)):
            fields = (*held, *_fields([site], [origin]))
            answered = _send(it, "DELETE", *fields, target=COOKIE_PATH)
            refused = _go_refuses("DELETE", site, origin, host, _trusted(it))
            assert answered.status == (403 if refused else 204), (site, origin)
            assert len(answered.every("Set-Cookie")) == (0 if refused else 1)
            assert it.events.take() == ([_REFUSED] if refused else [])


def test_no_other_site_sets_the_cookie(it: InCookieMode) -> None:
    """A page of another origin would have to ask before it sends a header, and is told no."""
    asks = (("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "authorization"))  # fmt: skip
    for origin in _origins(it):
        if origin is None or origin in _trusted(it):
            continue
        answered = _send(it, "OPTIONS", ("Origin", origin), *asks, target=COOKIE_PATH)
        assert answered.status == 401
        assert not answered.every("Access-Control-Allow-Origin")
        for held in ((), (cookie(it.ada.token),)):
            answered = _send(it, "POST", ("Origin", origin), *held, target=COOKIE_PATH)
            assert answered.status == 401
            assert not answered.every("Set-Cookie")
    it.events.take()


@pytest.mark.parametrize("site", _SITES)
def test_a_websocket_is_opened_by_no_other_page(site: str | None, it: InCookieMode) -> None:
    """Whatever speaks for somebody: a page of another origin opens no websocket in their name."""
    host = urlsplit(it.url).netloc
    for origin in _origins(it):
        fields = _fields([site], [origin])
        foreign = origin is not None and origin not in _trusted(it)
        forged = foreign or _go_refuses("WEBSOCKET", site, origin, host, _trusted(it))
        for credential, refused in (
            (cookie(it.ada.token), forged),
            (bearer(it.ada.token), foreign),
        ):
            said = it.served.first_word("/live", credential, *fields)
            assert said == (403 if refused else it.ada.user_id), (site, origin)
    for both in ((TRUSTED, _EVIL), (_EVIL, TRUSTED), (TRUSTED, TRUSTED)):
        assert it.served.first_word("/live", cookie(it.ada.token), *_fields([site], both)) in (
            400,
            403,
        )
    it.events.take()
