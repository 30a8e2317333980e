"""What an answer gives away: marks of another's rows, and what tells two answers apart."""

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

from gatepost.attacks.answers import Answered
from gatepost.attacks.making.belongings import Belongings, belongings_of
from gatepost.attacks.making.harvest import flat
from gatepost.attacks.outcomes import Verdict, got_in
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage

_SERVER_ERROR = 500
_MOST_UNPACKED = 5_000_000
_OF_THE_MOMENT = re.compile(
    rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)?"
    rb"|\b1[6-9]\d{8}(\d{3})?(\.\d+)?\b"
    rb"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{32}\b"
)


def leaked(stage: Stage, exchange: Exchange, owner: Person | None = None) -> list[str]:
    """Return what of somebody's, Alice's unless said, came with an answer.

    What the request itself has named is no leak.
    """
    belongings = belongings_of(stage, owner or stage.alice)
    return [each for each in marks_in(exchange.answered, belongings) if each not in _sent(exchange)]


def marks_in(answered: Answered, belongings: Belongings) -> list[str]:
    """Return which marks of somebody, and whether their address, are in an answer."""
    headers = "\n".join(f"{name}: {value}" for name, value in answered.headers)
    whole = "\n".join((unpacked(answered.body).decode(errors="replace"), headers)).lower()
    marks = [mark for mark in belongings.marks if mark in whole]
    address = belongings.person.email.lower()
    return [*sorted(marks), *([address] if address and address in whole else [])]


def unpacked(body: bytes) -> bytes:
    """Return a body with what is packed in it, where it is an archive."""
    if body.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(body)) as archive:
                names = [each for each in archive.infolist() if each.file_size < _MOST_UNPACKED]
                return b"\n".join(
                    (each.filename.encode() + b"\n" + archive.read(each)) for each in names[:20]
                )
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
            return body
    if body.startswith(b"\x1f\x8b"):
        try:
            return zlib.decompressobj(31).decompress(body, _MOST_UNPACKED)
        except zlib.error:
            return body
    return body


def crash(exchange: Exchange, owners: Exchange | None = None) -> Verdict | None:
    """Return a finding where the server failed, and does not fail the owner's own request."""
    if exchange.status < _SERVER_ERROR or (owners and owners.status >= _SERVER_ERROR):
        return None
    return got_in(f"the server fails ({exchange.status}) at another's request", exchange)


def is_stream(exchange: Exchange) -> bool:
    """Whether an answer is a stream of events, which has no end."""
    return any("event-stream" in kind for kind in exchange.answered.every("Content-Type"))


def alike(first: Answered, second: Answered, ids: Iterable[str] = ()) -> bool:
    """Whether two answers are the same to whoever compares them.

    Times and ids of requests differ in any two answers, and so does the id that was asked for.
    """
    if first.status != second.status:
        return False
    return _plain(first.body, ids) == _plain(second.body, ids)


def changed(readings: tuple[Answered, Answered], later: Answered) -> list[str]:
    """Return what in a later answer is not as in two that were the same, by its path.

    What differed in those two already differs by itself.
    """
    first, second, third = (_leaves(each) for each in (*readings, later))
    restless = {path for path in {**first, **second} if first.get(path) != second.get(path)}
    return sorted(
        path
        for path in {**second, **third}
        if path not in restless and second.get(path) != third.get(path)
    )


def _leaves(answered: Answered) -> dict[str, object]:
    found: dict[str, object] = {"status": answered.status}
    for name in ("X-Total-Count", "Content-Range", "X-Total", "X-Count"):
        for value in answered.every(name):
            found[name] = value
    try:
        body = json.loads(_OF_THE_MOMENT.sub(b"0", answered.body))
    except ValueError:
        found["body"] = _plain(answered.body, ())
        return found
    return {**found, **dict(flat(body))}


def _plain(body: bytes, ids: Iterable[str]) -> bytes:
    plain = body
    for each in sorted(ids, key=len, reverse=True):
        if each.isdigit():
            plain = re.sub(rb"(?<![\w.])%s(?![\w.])" % each.encode(), b"{id}", plain)
        elif each:
            plain = plain.replace(each.encode(), b"{id}")
    return _OF_THE_MOMENT.sub(b"{moment}", plain)


def _sent(exchange: Exchange) -> str:
    request = exchange.request
    whole = unquote_to_bytes(request.target.replace("+", " ")) + request.body
    return (whole.decode(errors="replace") + repr(request.fields)).lower()
