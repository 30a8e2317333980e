"""An OpenID provider that is nobody's port of Better Auth: npm's `oidc-provider`."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, quote, urlsplit

import httpx

from tests.ports import held_port
from tests.services.errors import ServiceError
from tests.services.node import DIRECTORY, ensure_installed
from tests.services.node_server import node_server

ALGORITHMS = ("EdDSA", "Ed25519", "ES256", "RS256", "PS256")
"""What it can sign with; the first two are one (RFC 9864) by two names, each with its own key."""

_SERVICE = "oidc-provider"
AUDIENCE = "https://tasks.example.com"


@dataclass(frozen=True, slots=True)
class PersonsTokens:
    """What a person's sign-in gave to the client."""

    access_token: str
    id_token: str


@dataclass(frozen=True, slots=True)
class OidcProvider:
    """A provider, and its one confidential client.

    Attributes:
        issuer: the `iss` of its tokens; discovery is below it.
        algorithm: what it signs access and ID tokens with.
        audience: the `aud` of its access tokens, which are JWTs (RFC 9068).
        client_id: the `aud` of its ID tokens.
    """

    issuer: str
    algorithm: str
    audience: str = AUDIENCE
    client_id: str = "tasks-page"
    client_secret: str = field(default_factory=secrets.token_urlsafe, repr=False)
    _running: ExitStack = field(default_factory=ExitStack, repr=False)

    @property
    def discovery_url(self) -> str:
        """Where its metadata are (OpenID Connect Discovery 1.0, section 4)."""
        return f"{self.issuer}/.well-known/openid-configuration"

    def start(self) -> None:
        """Start it, with new keys, and wait until it answers."""
        settings = {
            "ISSUER": self.issuer,
            "ALGORITHM": self.algorithm,
            "AUDIENCE": self.audience,
            "CLIENT_ID": self.client_id,
            "CLIENT_SECRET": self.client_secret,
            "NODE_ENV": "development",
        }
        script = DIRECTORY / "oidc_provider.mjs"
        serving = node_server(_SERVICE, script, settings, self.discovery_url)
        self._running.enter_context(serving)

    def stop(self) -> None:
        """Stop it in order; its keys go with it."""
        self._running.close()

    def clients_token(self) -> str:
        """Return an access token of the client itself, whose `sub` is its id (RFC 9068, 2.2)."""
        form = {"grant_type": "client_credentials", "scope": "tasks", "resource": self.audience}
        with httpx.Client(trust_env=False) as http:
            token: str = self._grant(http, form)["access_token"]
        return token

    def sign_in(self, subject: str) -> PersonsTokens:
        """Sign somebody in through the client, by the authorization code flow."""
        redirect_uri = f"{self.issuer}/signed-in"
        asked = {
            "client_id": self.client_id,
            "response_type": "code",
            "scope": "openid tasks",
            "resource": self.audience,
            "redirect_uri": redirect_uri,
            "login_hint": subject,
        }
        with httpx.Client(trust_env=False) as http:
            answer = http.get(f"{self.issuer}/auth", params=asked)
            while answer.is_redirect and not answer.headers["location"].startswith(redirect_uri):
                answer = http.get(answer.next_request.url if answer.next_request else "")
            if not answer.is_redirect:
                why = f"answers {answer.status_code} to a sign-in"
                raise ServiceError(_SERVICE, why, answer.text)
            (code,) = parse_qs(urlsplit(answer.headers["location"]).query)["code"]
            form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
            given = self._grant(http, form)
        return PersonsTokens(given["access_token"], given["id_token"])

    def _grant(self, http: httpx.Client, form: dict[str, str]) -> dict[str, str]:
        # Form-encoded before it is put together (RFC 6749, section 2.3.1).
        who = quote(self.client_id, safe=""), quote(self.client_secret, safe="")
        answer = http.post(f"{self.issuer}/token", data=form, auth=who)
        if not answer.is_success:
            why = f"answers {answer.status_code} to a grant"
            raise ServiceError(_SERVICE, why, answer.text)
        given: dict[str, str] = answer.json()
        return given


@contextmanager
def oidc_provider_server(
    *, algorithm: str = "RS256", client_id: str = "tasks-page"
) -> Iterator[OidcProvider]:
    """Start a provider of one's own, which signs with `algorithm`, until the block ends.

    With a client named as the API is, ID tokens have the access tokens' audience.
    """
    ensure_installed()
    with held_port() as port:
        provider = OidcProvider(f"http://127.0.0.1:{port}", algorithm, client_id=client_id)
        provider.start()
        try:
            yield provider
        finally:
            provider.stop()
