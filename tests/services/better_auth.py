"""The real Better Auth, as `examples/better-auth` runs it, on a free loopback port."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from tests.ports import held_port
from tests.services.node import ensure_installed, run_node
from tests.services.node_server import NodeServer, node_server

EXAMPLE = Path(__file__).parents[2] / "examples" / "better-auth"
ALGORITHMS = ("EdDSA", "ES256", "ES512", "RS256", "PS256")
"""Everything that its `jwt` plugin can sign with."""

_NOBODY = "http://127.0.0.1:9"  # the discard port: nothing listens there


class BetterAuth:
    """A server that keeps its port, its secret and its database over a restart.

    Attributes:
        url: its base URL, and the `iss` and `aud` of its tokens.
        database_url: where its tables are, as an app on the same database writes it.
        secret: its BETTER_AUTH_SECRET.
    """

    def __init__(self, port: int, database_url: str, settings: dict[str, str]) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.database_url = database_url
        self.secret = secrets.token_urlsafe(32)
        self._settings = {
            "PORT": str(port),
            "BETTER_AUTH_URL": self.url,
            "BETTER_AUTH_SECRET": self.secret,
            "BETTER_AUTH_SECRETS": "",
            "DATABASE_URL": database_url,
            # What a developer's shell may say of production is not meant for the tests.
            "NODE_ENV": "development",
            **settings,
        }
        self._running = ExitStack()
        self._browsers = ExitStack()
        self._server: NodeServer | None = None

    @property
    def jwks_url(self) -> str:
        """Where its public keys are."""
        return f"{self.url}/api/auth/jwks"

    def migrate(self) -> str:
        """Make its tables; return what the script said."""
        return run_node(EXAMPLE / "migrate.ts", env=self._settings)

    def start(self) -> None:
        """Start it, with what its database holds, and wait until it answers."""
        script, ready = EXAMPLE / "server.ts", f"{self.url}/api/auth/ok"
        serving = node_server("Better Auth", script, self._settings, ready)
        self._server = self._running.enter_context(serving)

    def stop(self) -> None:
        """Stop it in order."""
        self._server = None
        self._running.close()

    def close(self) -> None:
        """Stop it, and close every browser."""
        self._browsers.close()
        self.stop()

    def said(self) -> str:
        """Read what it has written since it was started; nothing once it has been stopped."""
        return "" if self._server is None else self._server.said()

    def sign_up(self, name: str = "ada") -> "Browser":
        """Make an account; return the browser that is signed in to it."""
        browser = Browser(self.url)
        self._browsers.callback(browser.http.close)
        browser.sign_up(name)
        return browser


class Browser:
    """One person's browser at a Better Auth server: cookies, and an Origin with what it posts."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, headers={"Origin": url}, trust_env=False)
        self.account = {"email": "", "password": secrets.token_urlsafe(12)}
        self.user_id = ""

    def sign_up(self, name: str) -> None:
        """Make an account with an address of its own."""
        self.account["email"] = f"{name}-{secrets.token_hex(4)}@example.com"
        answer = self._post("/api/auth/sign-up/email", {**self.account, "name": name})
        self.user_id = answer.json()["user"]["id"]

    def sign_in(self) -> None:
        """Begin another session, which takes the place of this browser's."""
        self.http.cookies.clear()
        self._post("/api/auth/sign-in/email", self.account)

    def sign_out(self) -> None:
        """End this browser's session."""
        self._post("/api/auth/sign-out", {})

    def session_id(self) -> str:
        """Return the id of this browser's session."""
        answer = self.http.get("/api/auth/get-session").raise_for_status()
        session_id: str = answer.json()["session"]["id"]
        return session_id

    def token(self) -> str:
        """Have a JWT issued."""
        answer = self.http.get("/api/auth/token").raise_for_status()
        token: str = answer.json()["token"]
        return token

    def _post(self, path: str, body: dict[str, str]) -> httpx.Response:
        return self.http.post(path, json=body).raise_for_status()


@contextmanager
def better_auth_server(
    *,
    algorithm: str = "EdDSA",
    database_url: str | None = None,
    rotation_seconds: int | None = None,
    grace_seconds: int | None = None,
    tasks_url: str | None = None,
) -> Iterator[BetterAuth]:
    """Migrate and start a server of one's own; it stops, and its files go, when the block ends.

    Args:
        algorithm: one of `ALGORITHMS`.
        database_url: `sqlite:///file.db` or `postgresql://…`; a file of its own where left out.
        rotation_seconds: how long a key signs; a month where left out.
        grace_seconds: how long after that it is still published; a day where left out.
        tasks_url: what it passes everything outside /api/auth to; nothing that runs where left out.
    """
    ensure_installed(EXAMPLE)
    settings = {
        "BETTER_AUTH_JWT_ALGORITHM": algorithm,
        "BETTER_AUTH_ROTATION_SECONDS": str(rotation_seconds or ""),
        "BETTER_AUTH_GRACE_SECONDS": str(grace_seconds or ""),
        "TASKS_URL": tasks_url or _NOBODY,
    }
    with tempfile.TemporaryDirectory(prefix="gatepost-better-auth-") as home, held_port() as port:
        server = BetterAuth(port, database_url or f"sqlite:///{home}/better-auth.db", settings)
        server.migrate()
        server.start()
        try:
            yield server
        finally:
            server.close()
