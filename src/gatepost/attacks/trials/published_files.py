"""What is served besides operations, 18: documentation, folders, and what lies about."""

import re
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from urllib.parse import quote

from gatepost.attacks.catalogue import find
from gatepost.attacks.decoys import PASSWD
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.strangers_view import as_stranger, is_public, is_shown_anyway

_DOCUMENTATION = (
    "/docs", "/redoc", "/openapi.json", "/api/docs", "/api/redoc", "/api/openapi.json",
    "/api/v1/docs", "/api/v1/openapi.json", "/v1/openapi.json", "/swagger", "/swagger.json",
    "/swagger-ui", "/openapi.yaml", "/schema", "/api/schema", "/graphql", "/api-docs",
    "/documentation",
)  # fmt: skip
_LEFT = (
    "/.env", "/.env.local", "/.env.production", "/.git/config", "/.git/HEAD", "/.gitignore",
    "/.htpasswd", "/.ssh/id_rsa", "/.aws/credentials", "/.DS_Store", "/app.db", "/db.sqlite3",
    "/database.db", "/data.db", "/test.db", "/sql_app.db", "/dump.sql", "/backup.sql",
    "/backup.zip", "/backup.tar.gz", "/main.py", "/app.py", "/app/main.py", "/config.py",
    "/settings.py", "/config.json", "/config.yaml", "/secrets.json", "/requirements.txt",
    "/pyproject.toml", "/Dockerfile", "/docker-compose.yml", "/server.key", "/private.pem",
    "/debug", "/_debug", "/__debug__", "/debug/vars", "/debug/config", "/console", "/metrics",
    "/actuator", "/actuator/env", "/env", "/config", "/settings", "/routes", "/internal",
    "/server-status", "/phpinfo.php", "/flower", "/trace", "/logs", "/app.log", "/error.log",
    "/test", "/admin", "/admin/users", "/_internal", "/internal/metrics", "/api/debug",
    "/api/internal", "/api/config", "/mail", "/outbox", "/profiler",
)  # fmt: skip
_NAMED = re.compile(r"docs|openapi|swagger|redoc")
_SECRET = re.compile(
    r"(^|/)\.(?!well-known)|\.(py|pyc|env|db|sqlite3?|sql|key|pem|p12|bak|log|ini|cfg|toml|ya?ml)$"
    r"|~$|(^|/)(id_rsa|Dockerfile|secrets?\b)",
    re.IGNORECASE,
)
_LISTING = re.compile(rb"<title>\s*(Index of|Directory listing)", re.IGNORECASE)
_MOST_FILES = 400


def published_files(surface: Surface) -> Iterator[Trial]:
    """Plan 18: documentation and leftovers, and each folder that is served."""
    for operation in surface:
        if _is_documentation(operation) and surface.public(operation) is None:
            yield Trial(find("18.d"), operation, partial(_documentation_at, operation))
    yield Trial(find("18.d"), None, _other_documentation)
    yield Trial(find("18.l"), None, _left_about)
    for operation in surface:
        if operation.method == "GET" and operation.path.endswith("/*"):
            yield Trial(find("18.f"), operation, partial(_folder, operation))
            yield Trial(find("18.s"), operation, partial(_beside, operation))


def _is_documentation(operation: Operation) -> bool:
    """Whether it is called so; where a sign-in on such a page comes back to tells nothing."""
    path = operation.path
    if operation.method != "GET" or operation.names or path.endswith(("*", "/oauth2-redirect")):
        return False
    return path in _DOCUMENTATION or (not operation.in_schema and bool(_NAMED.search(path)))


def _documentation_at(operation: Operation, stage: Stage) -> Verdict:
    return _shown_at([operation.path], stage)


def _other_documentation(stage: Stage) -> Verdict:
    """Ask for it at the usual places that are no operations of the app."""
    return _shown_at([p for p in _DOCUMENTATION if stage.surface.find("GET", p) is None], stage)


def _shown_at(paths: list[str], stage: Stage) -> Verdict:
    for path in paths:
        if is_public(stage, path):
            continue
        exchange = as_stranger(stage, path)
        if exchange.succeeded and not is_shown_anyway(stage, exchange) and _documents(exchange):
            return got_in(f"{path} shows strangers how the app is made", exchange)
    return REFUSED


def _documents(exchange: Exchange) -> bool:
    body = exchange.answered.body.lower()
    return any(mark in body for mark in (b'"openapi"', b"swagger", b"redoc", b"graphiql"))


def _left_about(stage: Stage) -> Verdict:
    prefixes = [each.path.removesuffix("/*") for each in stage.surface if each.folder]
    for path in (*_LEFT, *(f"{prefix}{path}" for prefix in prefixes for path in _LEFT[:20])):
        if is_public(stage, path):
            continue
        exchange = as_stranger(stage, path)
        if exchange.succeeded and not is_shown_anyway(stage, exchange) and not _asks(exchange):
            return got_in(f"{path} is served to strangers", exchange)
    return REFUSED


def _asks(exchange: Exchange) -> bool:
    """Whether a page only asks who one is."""
    return b'type="password"' in exchange.answered.body.replace(b"'", b'"')


def _folder(operation: Operation, stage: Stage) -> Verdict:
    prefix = operation.path.removesuffix("/*")
    listing = as_stranger(stage, f"{prefix}/")
    if listing.succeeded and _LISTING.search(listing.answered.body):
        return got_in("strangers are shown what is in the folder", listing)
    if operation.folder is None:
        return not_applicable("what it serves cannot be seen from here")
    served = 0
    for name, outside in _files(operation.folder):
        public = stage.surface.public(Operation("GET", f"{prefix}/{name}")) is not None
        declared = public or stage.surface.public(operation) is not None
        if declared and not outside and not _SECRET.search(name):
            continue
        exchange = as_stranger(stage, f"{prefix}/{quote(name)}")
        if exchange.succeeded and exchange.answered.body:
            what = "a file from outside of the folder" if outside else "a file"
            return got_in(f"strangers are served {what}: {name}", exchange)
        served += 1
    return REFUSED if served else not_applicable("its files are public on purpose")


def _files(folder: str) -> Iterator[tuple[str, bool]]:
    """Yield the files of a folder, and whether each is really elsewhere, the telling ones first."""
    root = Path(folder).resolve()
    found = [each for each in islice(root.rglob("*"), _MOST_FILES) if each.is_file()]
    found += [
        inner for each in root.rglob("*") if each.is_symlink() and each.is_dir()
        for inner in islice(each.iterdir(), 3) if inner.is_file()
    ]  # fmt: skip
    known = [
        (str(each.relative_to(root)), not each.resolve().is_relative_to(root)) for each in found
    ]
    return iter(sorted(known, key=lambda each: (not each[1], not _SECRET.search(each[0])))[:30])


def _beside(operation: Operation, stage: Stage) -> Verdict:
    prefix = operation.path.removesuffix("/*")
    for up in (
        "../",
        "..%2f",
        "%2e%2e/",
        "%2e%2e%2f",
        "..%5c",
        "....//",
        "%252e%252e%252f",
        "..;/",
    ):
        for target in (f"{prefix}/{up * 12}etc/passwd", f"{prefix}{up * 12}etc/passwd"):
            exchange = as_stranger(stage, target)
            if PASSWD.search(exchange.answered.body):
                return got_in(f"{target} leaves the folder", exchange)
    for target in (
        f"{prefix}//etc/passwd",
        f"{prefix}/%2fetc%2fpasswd",
        f"{prefix}/%00",
        f"{prefix}/a%00b",
    ):
        exchange = as_stranger(stage, target)
        if PASSWD.search(exchange.answered.body):
            return got_in(f"{target} leaves the folder", exchange)
        if exchange.status >= 500:  # noqa: PLR2004 - RFC 9110, section 15.6
            return got_in(f"{target} is answered {exchange.status}", exchange)
    return REFUSED
