"""Whether an answer shows that something broke: a 5xx, a stack frame, a statement."""

import re

from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.outcomes import Verdict, got_in
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.wire import RawRequest

_INSIDE = re.compile(
    rb"Traceback \(most recent call last\)"
    rb'|File \\?"[^"]{1,300}", line \d+'
    rb"|/site-packages/"
    rb"|sqlalchemy\.exc\.|sqlite3\.\w+Error|psycopg2?\.|asyncpg\.|pymysql\."
    rb"|syntax error at or near|near \".{0,40}\": syntax error|unrecognized token: "
    rb"|<\w+(\.\w+)+ object at 0x[0-9a-f]+>"
)
_UNTOLD = frozenset({501, 503, 505, 507})


def mallory(stage: Stage) -> Person:
    """Return who sends what is hostile: somebody of their own, or Bob where nobody can sign up."""
    try:
        return stage.somebody("mallory")
    except Inconclusive:
        return stage.bob


def broken_by(what: str, exchange: Exchange, proper: Exchange | None = None) -> Verdict | None:
    """Tell whether hostile input has broken something.

    Args:
        what: was sent, in a few words.
        exchange: that request and its answer.
        proper: the answer to the caller's own proper request: what is in that is no news.
    """
    if exchange.status >= 500 and exchange.status not in _UNTOLD:  # noqa: PLR2004 - RFC 9110, section 15.6
        if proper is not None and proper.status == exchange.status:
            return None
        return got_in(f"{what} is answered {exchange.status}", exchange)
    shown = _INSIDE.search(exchange.answered.body)
    if shown is None or (proper is not None and shown[0] in proper.answered.body):
        return None
    text = shown[0].decode(errors="replace")
    return got_in(f"to {what} the app shows its inside: {text}", exchange)


def sent(stage: Stage, request: RawRequest, who: Person | None) -> Exchange | None:
    """Send what is hostile; None where the server hung up on it, which breaks nothing."""
    try:
        return stage.send(request, who)
    except Inconclusive:
        return None
