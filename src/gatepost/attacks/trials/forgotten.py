"""What developers leave behind, 161: debug pages, metrics, files, hidden operations."""

import re
from collections.abc import Iterator
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.wire import RawRequest

# By what it holds an answer is known, so that a page that answers everything is none of them.
_PLACES = {
    r"(?m)^\s*(export )?[A-Z][A-Z0-9_]{2,}=": ("/.env", "/.env.local", "/app/.env", "/static/.env"),
    r"(?m)^ref: refs/": ("/.git/HEAD",),
    r"\[core\]": ("/.git/config",),
    r"SQLite format 3": ("/app.db", "/database.db", "/db.sqlite3", "/data.db", "/backup.db"),
    r"(?m)^# (HELP|TYPE) ": ("/metrics", "/internal/metrics", "/prometheus"),
    r"(?i)werkzeug debugger|interactive console": ("/console", "/debug", "/_debug"),
    r'(?i)"(propertySources|environ|\w*secret_?key|database_url|jwt_secret|db_password)"': (
        "/actuator/env", "/env", "/debug/vars", "/debug/env", "/debug/config", "/config",
        "/internal/config", "/admin/config", "/settings.json", "/config.json", "/_config",
    ),
    r"\broot:[^:\s]{0,40}:0:0:": ("/../../../../etc/passwd", "/static/../../../../etc/passwd"),
    r"Traceback \(most recent call last\)": ("/debug/error", "/error", "/crash", "/_error"),
    r"(?i)create table|insert into": ("/dump.sql", "/backup.sql", "/db.sql"),
}  # fmt: skip


def forgotten(surface: Surface) -> Iterator[Trial]:
    """Plan attack 161: once for the app, and for each hidden operation that only reads."""
    yield Trial(find("161.1"), None, _left_behind)
    for operation in surface:
        hidden = not operation.in_schema and operation.method == "GET" and not operation.names
        if hidden and surface.of_people(operation) and not operation.path.endswith("*"):
            yield Trial(find("161.2"), operation, partial(_hidden, operation))


def _left_behind(stage: Stage) -> Verdict:
    known = {each.path for each in stage.surface.operations if stage.surface.public(each)}
    for pattern, paths in _PLACES.items():
        for path in paths:
            if path in known:
                continue
            for who in (None, stage.bob):
                exchange = stage.send(RawRequest("GET", path), who)
                if exchange.succeeded and re.search(pattern, _text(exchange)):
                    whose = "a stranger" if who is None else "any user"
                    return got_in(f"{path} is open to {whose}", exchange)
                if exchange.status in {404, 405}:
                    break
    return REFUSED


def _hidden(operation: Operation, stage: Stage) -> Verdict:
    exchange = stage.send(stage.prepare(operation, stage.bob).request, stage.bob)
    if leaked := stage.leaked(exchange):
        return got_in(f"a hidden operation tells Bob what is Alice's: {leaked[0]}", exchange)
    alice = stage.alice.email
    if exchange.succeeded and alice and alice.encode() in exchange.answered.body:
        return got_in("a hidden operation tells Bob of Alice", exchange)
    for pattern in _PLACES:
        if exchange.succeeded and re.search(pattern, _text(exchange)):
            return got_in("a hidden operation shows the inside of the app", exchange)
    return REFUSED


def _text(exchange: Exchange) -> str:
    return exchange.answered.body[:100_000].decode(errors="replace")
