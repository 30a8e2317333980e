"""What other ways of guarding a route cost, in the same run and over the same bare route."""

import json
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib import metadata
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.gate.apps.answer import PATH
from benchmarks.gate.connection import get
from benchmarks.gate.rounds import Way, measure
from benchmarks.gate.server import Server, check_closed, free_port, serving
from benchmarks.report import Report
from gatepost.tokens import base64url

PYTHON = Path(__file__).parents[2] / ".venv-peers/bin/python"
# Of the same version there as here, so that the one bare route stands for both.
_SHARED = ("fastapi", "starlette", "uvicorn", "h11", "pydantic", "pydantic-core", "anyio")

_EMAIL, _PASSWORD = "ada@example.com", secrets.token_urlsafe()
_KEY = Ed25519PrivateKey.generate()
_JWK = {
    "kty": "OKP",
    "crv": "Ed25519",
    "alg": "EdDSA",
    "kid": "benchmark",
    "x": base64url.encode(_KEY.public_key().public_bytes_raw()),
}


def measure_peers(report: Report, directory: Path) -> None:
    """Measure each peer over the bare route.

    Raises:
        RuntimeError: their environment is not here, or has another FastAPI.
    """
    _check_versions()
    found = measure(_peers, directory, starts=1, rounds=50)
    for name in _PEERS:
        report.ratios[f"{name}_over_bare_rps"] = found[name].rps_over(found["bare"])
        found[name].describe(name, report)


def _peers(running: ExitStack, directory: Path) -> dict[str, Way]:
    bare = running.enter_context(serving("bare", directory))
    ways = {"bare": Way(bare, lambda count: [get(PATH, {})] * count)}
    for name, (app, sign_in) in _PEERS.items():
        ways[name] = running.enter_context(_peer(app, sign_in, directory))
    return ways


@contextmanager
def _peer(
    app: str, sign_in: Callable[[Server], Mapping[str, str]], directory: Path
) -> Iterator[Way]:
    port = free_port()
    environment = {
        "BENCHMARK_ORIGIN": f"http://127.0.0.1:{port}",
        "BENCHMARK_DATABASE_URL": f"sqlite+aiosqlite:///{directory / app}.db",
        "BENCHMARK_SECRET": secrets.token_urlsafe(),
        "BENCHMARK_JWKS": json.dumps({"keys": [_JWK]}),
    }
    with serving(
        f"peers.{app}", directory, python=PYTHON, port=port, environment=environment
    ) as server:
        check_closed(server)
        request = get(PATH, sign_in(server))
        yield Way(server, lambda count: [request] * count)


def _with_token(server: Server) -> Mapping[str, str]:
    """Sign what Better Auth would sign for this app."""
    now = int(time.time())
    claims = {
        "iat": now,
        "exp": now + 15 * 60,
        "iss": server.url,
        "aud": server.url,
        "sub": "ada",
        "id": "ada",
        "name": "Ada",
        "email": _EMAIL,
    }
    parts = ({"alg": "EdDSA", "kid": _JWK["kid"]}, claims)
    signed = ".".join(base64url.encode(json.dumps(part).encode("utf-8")) for part in parts)
    signature = base64url.encode(_KEY.sign(signed.encode("ascii")))
    return {"Authorization": f"Bearer {signed}.{signature}"}


def _at_fastapi_users(server: Server) -> Mapping[str, str]:
    account = {"email": _EMAIL, "password": _PASSWORD}
    form = {"username": _EMAIL, "password": _PASSWORD}
    with httpx.Client(base_url=server.url) as client:
        client.post("/auth/register", json=account).raise_for_status()
        answer = client.post("/auth/jwt/login", data=form).raise_for_status().json()
    return {"Authorization": f"Bearer {answer['access_token']}"}


def _at_better_auth_server(server: Server) -> Mapping[str, str]:
    account = {"name": "Ada", "email": _EMAIL, "password": _PASSWORD}
    with httpx.Client(base_url=server.url, headers={"Origin": server.url}) as client:
        client.post("/api/auth/sign-up/email", json=account).raise_for_status()
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}


_PEERS: dict[str, tuple[str, Callable[[Server], Mapping[str, str]]]] = {
    "pyjwt": ("pyjwt", _with_token),
    "bridge": ("bridge", _with_token),
    "fastapi_users": ("users", _at_fastapi_users),
    "better_auth_server": ("better_auth_server", _at_better_auth_server),
}


def _check_versions() -> None:
    if not PYTHON.exists():
        raise RuntimeError("the peers have an environment of their own: `make bench-gate` makes it")
    program = (
        "import sys; from importlib.metadata import version; "
        "print(*map(version, sys.argv[1:]), '.'.join(map(str, sys.version_info)))"
    )
    command = [str(PYTHON), "-c", program, *_SHARED]
    theirs = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    ours = [*map(metadata.version, _SHARED), ".".join(map(str, sys.version_info))]
    if theirs != ours:
        raise RuntimeError(f"the peers run on {theirs}, and the bare route on {ours}")
