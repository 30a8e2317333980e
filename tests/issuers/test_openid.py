"""A real OpenID provider signs people in, and Gatepost believes its access tokens."""

from pathlib import Path

import httpx
import pytest

from gatepost import OpenIdProvider
from tests.issuers.elsewhere import believing
from tests.services.fixtures import NewOidcProvider
from tests.services.oidc_provider import ALGORITHMS, AUDIENCE

pytestmark = pytest.mark.usefixtures("node_modules")


def _status(url: str, token: str) -> int:
    return httpx.get(f"{url}/me", headers={"Authorization": f"Bearer {token}"}).status_code


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_access_tokens_are_believed_and_nothing_else_that_it_signs(
    algorithm: str, new_oidc_provider: NewOidcProvider, tmp_path: Path
) -> None:
    """A person's access token gets in; their ID token, even for our audience, does not."""
    provider = new_oidc_provider(algorithm=algorithm, client_id=AUDIENCE)
    name = "EdDSA" if algorithm == "Ed25519" else algorithm
    trusted = OpenIdProvider(
        issuer=provider.issuer, audience=AUDIENCE, algorithms=frozenset({name})
    )
    with believing([trusted], tmp_path) as url:
        tokens = provider.sign_in("ada")
        answered = httpx.get(
            f"{url}/me", headers={"Authorization": f"Bearer {tokens.access_token}"}
        )
        assert answered.json()["subject"] == "ada"
        assert _status(url, tokens.id_token) == 401
        assert _status(url, provider.clients_token()) == 401


def test_its_new_keys_are_found(new_oidc_provider: NewOidcProvider, tmp_path: Path) -> None:
    """A provider that comes back with other keys is believed again, and its old tokens are not."""
    provider = new_oidc_provider()
    trusted = OpenIdProvider(issuer=provider.issuer, audience=AUDIENCE)
    with believing([trusted], tmp_path) as url:
        before = provider.sign_in("ada").access_token
        assert _status(url, before) == 200
        provider.stop()
        assert _status(url, before) == 200
        provider.start()
        after = provider.sign_in("ada").access_token
        assert _status(url, after) == 200
        assert _status(url, before) == 401
