"""The classes of Better Auth's own security advisories: a test by the name of each.

Of what a class is about Gatepost may have nothing; then that is what the test holds, so that
whoever adds it meets the class. Links are raced in `test_single_use.py`, which is not done here
again.
"""

import http.client
import json
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import httpx
import pytest

from gatepost.provider.routes import ROUTES
from tests.provider.acting import DISABLED, PASSWORD, SIGN_INS, Person, Stage, acting
from tests.provider.oracle.steps import SIGN_IN
from tests.provider.redirect_tricks import TRICKS
from tests.tokens.hostile_issuer import hostile_issuer, sends

_ANOTHER = "incorrect horse battery"
_PUBLIC = {("GET", "/ok"), ("GET", "/jwks"), ("GET", "/error")}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with acting(tmp_path_factory.mktemp("advisories")) as stage:
        yield stage


@pytest.fixture(scope="module")
def victim(stage: Stage) -> Person:
    return stage.sign_up("victim")


@pytest.fixture(scope="module")
def mallory(stage: Stage) -> Person:
    return stage.sign_up("mallory")


def _are_absent(person: Person, *paths: str) -> None:
    """Neither method of any of these is there, for somebody who is signed in."""
    for path in paths:
        answers = [person.get(path), person.post(path, {"userId": person.id})]
        assert [(answer.status_code, answer.text) for answer in answers] == [(404, "")] * 2, path


def test_a_user_id_in_the_body_without_a_session(victim: Person) -> None:
    """CVE-2025-61928: no route acts for, or tells of, whom a body or a query names."""
    before = victim.account()
    named = {
        "userId": victim.id,
        "id": victim.id,
        "accountId": victim.id,
        "user": {"id": victim.id},
    }
    _are_absent(victim, "/api-key/create", "/api-key/update", "/api-key/list")
    for method, path in sorted(set(ROUTES) - _PUBLIC):
        asked = path.replace(":", "")
        if method == "POST":
            answer = victim.stage.post(f"{asked}?userId={victim.id}", named)
        else:
            answer = victim.stage.get(f"{asked}?userId={victim.id}&accountId={victim.id}")
        assert victim.id not in answer.text + repr(answer.headers), path
        assert "set-cookie" not in answer.headers or path == "/sign-out", path
    assert victim.account() == before


@pytest.mark.parametrize(
    "spelled",
    [
        *("/{}", "//{}", "/.{}", "/x/..{}", "/%2e%2e/auth{}", "{}/", "{}//", "{}/.", "{}#x"),
        *("{}%2f", "{};x", "{}%00", "{}%20", "/%2f{}"),
    ],
)
def test_double_slash_walks_round_disabled_paths_and_limits(mallory: Person, spelled: str) -> None:
    """However it is spelled, a disabled path stays so, and nobody signs in past the limit."""
    served = mallory.stage.served
    body = json.dumps({"email": mallory.email, "password": PASSWORD})
    headers = {
        "cookie": mallory.session,
        "origin": served.base_url,
        "content-type": "application/json",
        "x-forwarded-for": "2001:db8:ffff::1",
    }
    for path in (DISABLED, *[SIGN_IN] * (SIGN_INS + 1)):
        # httpx would spell it anew.
        with closing(http.client.HTTPConnection(urlsplit(served.url).netloc)) as connection:
            connection.request("POST", served.base_path + spelled.format(path), body, headers)
            assert connection.getresponse().status in {404, 429}


def test_cache_written_before_the_second_factor(mallory: Person) -> None:
    """There is no second factor, and no cookie but the session's that could be taken for one."""
    _are_absent(mallory, "/two-factor/enable", "/two-factor/verify-totp", "/two-factor/send-otp")
    answer = mallory.sign_in()
    names = [value.split("=")[0] for value in answer.headers.get_list("set-cookie")]
    assert names == ["better-auth.session_token"]
    value = mallory.session.split("=", 1)[1]
    for cookie in ("session_data", "account_data", "two_factor", "trust_device"):
        assert mallory.stage.get("/get-session", f"better-auth.{cookie}={value}").json() is None


def test_rate_key_on_raw_ipv6_text(mallory: Person) -> None:
    """All of a /64 has one count, however an address of it is written; the next has its own."""
    body = {"email": mallory.email, "password": PASSWORD}
    written = (
        "2001:db8:fffe::1",
        "2001:0DB8:fffe:0:0:0:0:1",
        "2001:db8:fffe::ffff",
        "[2001:db8:fffe::2]",
    )
    answers = [
        mallory.stage.ask("POST", SIGN_IN, address=address, json=body).status_code
        for address in (*written, "2001:db8:fffe:1::1")
    ]
    assert answers == [200] * SIGN_INS + [429, 200]
    mapped = ("192.0.2.1", "::ffff:192.0.2.1", "::ffff:c000:201", "0:0:0:0:0:ffff:192.0.2.1")
    answers = [
        mallory.stage.ask("POST", SIGN_IN, address=address, json=body).status_code
        for address in mapped
    ]
    assert answers == [200] * SIGN_INS + [429]


def test_any_session_approves_a_pending_device_code(mallory: Person) -> None:
    """There is no device that waits for anybody's approval."""
    _are_absent(mallory, "/device", "/device/code", "/device/approve", "/device/deny")


def test_social_login_linked_to_an_unverified_pre_registered_account(victim: Person) -> None:
    """No provider elsewhere says who somebody is, so that no account is linked to another."""
    before = victim.account()
    proof = {"token": "e30.e30.", "user": {"email": victim.email}}
    answer = victim.stage.post("/sign-in/social", {"provider": "google", "idToken": proof})
    assert (answer.status_code, answer.json()["code"]) == (404, "PROVIDER_NOT_FOUND")
    answer = victim.post("/link-social", {"provider": "google", "idToken": proof})
    assert (answer.status_code, answer.json()["code"]) == (404, "PROVIDER_NOT_FOUND")
    for method in ("GET", "POST"):
        answer = victim.stage.ask(method, "/callback/google?code=x&state=y")
        assert answer.status_code in {302, 404}
        assert "set-cookie" not in answer.headers
    assert victim.account() == before


def test_unverified_email_as_proof_of_ownership(stage: Stage) -> None:
    """An address is its owner's who reads its mail: they get the account, the other is put out."""
    forged = {"name": "x", "email": "owned@example.com", "emailVerified": True, "role": "admin"}
    answer = stage.post("/sign-up/email", forged | {"password": PASSWORD})
    assert answer.json()["user"]["emailVerified"] is False
    squatter = stage.sign_up("squatted")
    squatter.mail("/change-email", {"newEmail": "elsewhere@example.com"})
    assert squatter.get("/get-session").json()["user"]["email"] == squatter.email
    mail = squatter.mail("/request-password-reset", {"email": squatter.email})
    body = {"newPassword": _ANOTHER, "token": mail.token}
    stage.post("/reset-password", body).raise_for_status()
    assert squatter.get("/get-session").json() is None
    assert [squatter.sign_in(each).status_code for each in (PASSWORD, _ANOTHER)] == [401, 200]


def test_single_use_token_redeemed_twice_in_a_race(mallory: Person) -> None:
    """What the advisories were about is not there; every link that is, is raced elsewhere."""
    _are_absent(mallory, "/sign-in/magic-link", "/magic-link/verify", "/oauth2/token")
    _are_absent(mallory, "/oauth2/authorize", "/one-time-token/verify", "/email-otp/verify-email")


def test_session_survives_user_deletion(stage: Stage) -> None:
    """The sessions of somebody deleted are none, as cookies and as bearer tokens; all are told."""
    gone = stage.sign_up("gone")
    sessions = (gone.session, gone.signed_in())
    mail = gone.mail("/delete-user", {})
    stage.served.ends.ended.clear()
    gone.get(f"/delete-user/callback?token={mail.token}").raise_for_status()
    assert len(set(stage.served.ends.ended)) == len(sessions)
    for session in sessions:
        assert stage.get("/get-session", session).json() is None
        assert stage.get("/token", session).status_code == 401
    headers = {"authorization": f"Bearer {gone.token}"}
    assert httpx.get(f"{stage.served.auth}/get-session", headers=headers).json() is None
    assert gone.sign_in().status_code == 401


def test_object_id_not_bound_to_its_owner(victim: Person, mallory: Person) -> None:
    """Whoever knows the ids of another's things reaches none of them."""
    _are_absent(mallory, "/passkey/delete-passkey", "/passkey/update-passkey", "/scim/v2/Users")
    _are_absent(mallory, "/subscription/cancel", "/subscription/restore", "/organization/delete")
    before = victim.account()
    theirs = {"accountId": victim.id, "userId": victim.id, "providerId": "credential"}
    for path in ("/unlink-account", "/get-access-token", "/refresh-token"):
        assert 400 <= mallory.post(path, theirs).status_code < 500, path
    answer = mallory.get(f"/account-info?accountId={victim.id}&userId={victim.id}")
    assert 400 <= answer.status_code < 500
    assert mallory.post("/revoke-session", {"token": victim.token}).json() == {"status": True}
    changed = mallory.post(
        "/update-user", {"name": "Mallory", "id": victim.id, "userId": victim.id}
    )
    assert changed.status_code == 200
    assert victim.account() == before


def test_verification_record_not_bound_to_its_purpose(stage: Stage) -> None:
    """A token of one purpose is none of another, and stays good for its own."""
    owner = stage.sign_up("owner")
    tokens = {
        "reset": owner.mail("/request-password-reset", {"email": owner.email}).token,
        "delete": owner.mail("/delete-user", {}).token,
        "verify": owner.mail("/send-verification-email", {"email": owner.email}).token,
    }
    before = owner.account()
    for purpose, token in tokens.items():
        if purpose != "reset":
            body = {"newPassword": _ANOTHER, "token": token}
            assert stage.post("/reset-password", body).json()["code"] == "INVALID_TOKEN"
        if purpose != "delete":
            answers = [
                owner.get(f"/delete-user/callback?token={token}"),
                owner.post("/delete-user", {"token": token}),
            ]
            assert [answer.json()["code"] for answer in answers] == ["INVALID_TOKEN"] * 2
        if purpose != "verify":
            assert stage.get(f"/verify-email?token={token}").json()["code"] == "INVALID_TOKEN"
        for prefix in ("reset-password:", "delete-account:"):
            body = {"newPassword": _ANOTHER, "token": f"{prefix}{token}"}
            assert stage.post("/reset-password", body).json()["code"] == "INVALID_TOKEN"
    assert owner.account() == before
    assert stage.get(f"/verify-email?token={tokens['verify']}").json()["status"] is True
    assert owner.get(f"/delete-user/callback?token={tokens['delete']}").json()["success"] is True


def test_ssrf_in_sso_registration(mallory: Person) -> None:
    """Nobody registers a provider, and no address that somebody names is ever asked."""
    _are_absent(mallory, "/sso/register", "/sign-in/sso", "/sso/callback/x", "/oauth2/register")
    with hostile_issuer(sends(b"{}")) as inside:
        named = dict.fromkeys(("issuer", "oidcConfig", "image", "callbackURL"), inside.url)
        mallory.post("/sign-in/social", {"provider": "x", **named, "idToken": {"token": "x"}})
        mallory.post("/link-social", {"provider": "x", **named})
        mallory.post("/update-user", {"image": inside.url})
        mallory.post("/change-email", {"newEmail": "x@example.com", "callbackURL": inside.url})
        assert inside.asked == 0


_REDIRECTS = {
    "sign-in": ("POST", "/sign-in/email", "callbackURL"),
    "sign-up": ("POST", "/sign-up/email", "callbackURL"),
    "reset": ("POST", "/request-password-reset", "redirectTo"),
    "reset link": ("GET", "/reset-password/x", "callbackURL"),
    "verification link": ("GET", "/verify-email", "callbackURL"),
}


@pytest.mark.parametrize("name", _REDIRECTS)
def test_open_redirect_by_url_parsing_tricks(stage: Stage, name: str) -> None:
    """No spelling of another's address is one to go to; the app's own are."""
    method, path, parameter = _REDIRECTS[name]
    known = {"email": "nobody@example.com", "password": PASSWORD, "name": "x", "token": "x"}

    def ask(url: str) -> httpx.Response:
        said = {**known, parameter: url}
        if method == "POST":
            return stage.post(path, said)
        return stage.ask(method, path, params=said)

    assert len(TRICKS) >= 30
    for url in TRICKS:
        answer = ask(url)
        assert (answer.status_code, "location" in answer.headers) == (403, False), repr(url)
        assert answer.json()["code"].startswith("INVALID_"), repr(url)
    for url in ("/tasks", "https://friend.example/tasks"):
        assert ask(url).status_code != 403, url
