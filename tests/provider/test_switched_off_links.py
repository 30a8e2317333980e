"""A link that this deployment never sends does nothing, even when it is signed with its secret."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from gatepost.provider.email_tokens import EmailClaims, EmailPurpose, EmailTokens
from gatepost.settings import Secret, Secrets
from tests.provider.oracle.deployment import ALL_MAIL, SECRET, Deployment
from tests.provider.served import Served, serving_provider

_EMAIL = "ada@example.com"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """Serve a provider that sends every mail but those about another address."""
    file = tmp_path / "provider.db"
    with serving_provider(f"sqlite:///{file}", Deployment("fixed", mail=ALL_MAIL)) as served:
        yield served


@pytest.mark.parametrize("purpose", [EmailPurpose.CONFIRM_CHANGE, EmailPurpose.VERIFY_NEW])
def test_an_address_that_may_not_change_stays(served: Served, purpose: EmailPurpose) -> None:
    """With the secret leaked and changes off, no link makes the account somebody else's."""
    body = {"name": "Ada", "email": _EMAIL, "password": "correct horse battery"}
    signed_up = httpx.post(f"{served.auth}/sign-up/email", json=body).raise_for_status()
    cookie = {"cookie": signed_up.headers["set-cookie"].split(";")[0]}
    user_id = signed_up.json()["user"]["id"]
    mails = len(served.mailbox.mails())
    served.events.take()
    claims = EmailClaims(purpose, _EMAIL, user_id, "mallory@example.com")
    token = EmailTokens(Secrets.of(Secret(SECRET))).sign(claims)

    answer = httpx.get(f"{served.auth}/verify-email", params={"token": token})

    assert (answer.status_code, answer.json()["code"]) == (401, "INVALID_TOKEN")
    assert served.events.take() == [("authn_link_refused", "link_not_in_use")]
    assert len(served.mailbox.mails()) == mails
    session = httpx.get(f"{served.auth}/get-session", headers=cookie).json()
    assert session["user"]["email"] == _EMAIL
