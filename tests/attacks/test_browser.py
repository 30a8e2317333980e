"""Browser, 131 to 138, against Tasks: a hostile page in the browser of somebody signed in."""

import json
from collections.abc import Callable

import pytest

from gatepost.attacks import Answered, Attack, Expected, RawRequest, complaints
from gatepost.attacks.catalogue import BROWSER
from gatepost.testing import Somebody
from tests.attacks.conftest import Deployment, session_cookie

_EVIL = "https://evil.example"
_FORM = ("Content-Type", "application/x-www-form-urlencoded")
Field = tuple[str, str]


def _account(somebody: Somebody, **more: object) -> bytes:
    return json.dumps({"email": somebody.email, "password": somebody.password, **more}).encode()


def _sign_out(deployment: Deployment, ada: Somebody, *fields: Field) -> Answered:
    return deployment.post("/api/auth/sign-out", b"{}", ("Cookie", session_cookie(ada)), *fields)


def _refused(answered: Answered) -> None:
    assert complaints(Expected.FORBIDDEN, answered) == []


def _sites(*, site: str, origin: str) -> Callable[[Deployment, Somebody], None]:
    def attack(deployment: Deployment, ada: Somebody) -> None:
        metadata = (("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", "cors"), ("Origin", origin))
        _refused(_sign_out(deployment, ada, *metadata))
        _refused(
            deployment.post(
                "/api/auth/sign-in/email", _account(ada), ("Cookie", session_cookie(ada)), *metadata
            )
        )
        assert deployment.get("/api/auth/token", ("Cookie", session_cookie(ada))).status == 200

    return attack


def _foreign_origins(deployment: Deployment, ada: Somebody) -> None:
    url = deployment.url
    origins = (_EVIL, "null", f"{url}.evil.example", f"{url}@evil.example", "http://127.0.0.1:1",
               url.replace("http:", "https:"), f"{_EVIL}#{url}", "file://")  # fmt: skip
    for origin in origins:
        _refused(_sign_out(deployment, ada, ("Origin", origin)))
        _refused(_sign_out(deployment, ada, ("Origin", url), ("Origin", origin)))
    _refused(_sign_out(deployment, ada))
    _refused(_sign_out(deployment, ada, ("Referer", f"{_EVIL}/?{url}")))
    assert deployment.get("/api/auth/token", ("Cookie", session_cookie(ada))).status == 200


def _foreign_sign_in(deployment: Deployment, ada: Somebody) -> None:
    navigation = (("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"))
    form = f"name=x&email={ada.email}&password=x".encode()
    for path in ("/api/auth/sign-in/email", "/api/auth/sign-up/email"):
        body = _account(ada, name="x")
        _refused(deployment.post(path, body, ("Origin", _EVIL)))
        _refused(deployment.post(path, body, ("Referer", f"{_EVIL}/")))
        _refused(deployment.post(path, form, _FORM, *navigation, ("Origin", _EVIL)))
        _refused(deployment.post(path, form, _FORM, *navigation, ("Origin", deployment.url)))
    plain = deployment.post(
        "/api/auth/sign-in/email", _account(ada), ("Content-Type", "text/plain"), ("Origin", _EVIL)
    )
    assert 400 <= plain.status < 500
    assert not plain.every("Set-Cookie")


def _reflections(deployment: Deployment, ada: Somebody) -> None:
    preflight = (
        ("Access-Control-Request-Method", "GET"),
        ("Access-Control-Request-Headers", "authorization"),
    )
    credentials = (("Authorization", f"Bearer {ada.token}"), ("Cookie", session_cookie(ada)))
    for origin in (_EVIL, "null", f"{deployment.url}.evil.example"):
        for path in ("/api/tasks", "/api/health", "/api/auth/token", "/api/auth/get-session", "/"):
            for method, fields in (("GET", credentials), ("OPTIONS", preflight)):
                came = deployment.send(RawRequest(method, path, (("Origin", origin), *fields)))
                assert not came.every("Access-Control-Allow-Origin")
                assert not came.every("Access-Control-Allow-Credentials")


def _redirects(deployment: Deployment, ada: Somebody) -> None:
    origin = ("Origin", deployment.url)
    inward = deployment.post("/api/auth/sign-in/email", _account(ada, callbackURL="/tasks"), origin)
    assert inward.status == 200, "INCONCLUSIVE"
    outward = (
        _EVIL, "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
        "javascript:alert(1)", "data:text/html,x", "/%2fevil.example", "/%5cevil.example",
        f"{deployment.url}@evil.example", f"{deployment.url}.evil.example", "evil.example",
        "/\r\nSet-Cookie: a=b", " //evil.example", "\x01//evil.example", "https:evil.example",
    )  # fmt: skip
    for name in ("callbackURL", "errorCallbackURL", "newUserCallbackURL", "redirectTo"):
        for url in outward:
            came = deployment.post("/api/auth/sign-in/email", _account(ada, **{name: url}), origin)
            assert complaints(Expected.FORBIDDEN, came) == [], (name, url)


def _cookies(deployment: Deployment, ada: Somebody) -> None:
    came = deployment.post("/api/auth/sign-in/email", _account(ada), ("Origin", deployment.url))
    cookies = came.every("Set-Cookie")
    assert cookies
    for cookie in cookies:
        attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"httponly", "samesite=lax", "path=/"} <= attributes
        assert not any(part.startswith("domain") for part in attributes)


def _caches(deployment: Deployment, ada: Somebody) -> None:
    cookie, origin = ("Cookie", session_cookie(ada)), ("Origin", deployment.url)
    answers = [
        deployment.post("/api/auth/sign-in/email", _account(ada), origin),
        deployment.get("/api/auth/token", cookie),
        deployment.get("/api/auth/get-session", cookie),
        deployment.get("/api/auth/token"),
    ]
    for came in answers:
        assert came.every("Cache-Control") == ("no-store",)


CASES: dict[str, Callable[[Deployment, Somebody], None]] = {
    "131": _sites(site="cross-site", origin=_EVIL),
    "132": _sites(site="same-site", origin="http://127.0.0.1:1"),
    "133": _foreign_origins,
    "134": _foreign_sign_in,
    "135": _reflections,
    "136": _redirects,
    "137": _cookies,
    "138": _caches,
}


@pytest.mark.parametrize("attack", BROWSER, ids=str)
def test_a_hostile_page_gets_nowhere(attack: Attack, deployment: Deployment, ada: Somebody) -> None:
    """What a page of another site can make a browser send changes nothing and learns nothing."""
    origin = ("Origin", deployment.url)
    mine = deployment.post("/api/auth/sign-in/email", _account(ada), origin)
    assert mine.status == 200, "INCONCLUSIVE: the person's own page cannot do it either"
    CASES[attack.id](deployment, ada)
