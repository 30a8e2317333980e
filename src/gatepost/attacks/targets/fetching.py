"""Operations of an app of which there is only a URL: its OpenAPI says what it shows."""

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from gatepost.attacks.attack_file import AttackFile
from gatepost.attacks.errors import AppGone, AttackError, Inconclusive
from gatepost.attacks.people.person import Person
from gatepost.attacks.people.signing_in import Doors
from gatepost.attacks.sending import Sender
from gatepost.attacks.targets.openapi import operations_of
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.wire import RawRequest

_PLACES = ("/openapi.json", "/api/openapi.json", "/api/v1/openapi.json", "/v1/openapi.json")
_CLOSED = {401, 403}


def fetched_operations(sender: Sender, url: str, file: AttackFile) -> tuple[Operation, ...]:
    """Return what the OpenAPI of a running app declares.

    Where a stranger does not get to see it, somebody signs in for it.

    Args:
        sender: sends to the origin.
        url: of the app; a path in it stands before every path of the app.
        file: says how people sign in, and perhaps which file is the OpenAPI.

    Raises:
        AttackError: none is found, or nothing listens there.
    """
    prefix = urlsplit(url).path.rstrip("/")
    document = _document(sender, prefix, file)
    return tuple(
        replace(operation, path=prefix + operation.path) for operation in operations_of(document)
    )


def _document(sender: Sender, prefix: str, file: AttackFile) -> dict[str, object]:
    if file.app.openapi is not None:
        return _read(file.app.openapi)
    try:
        found, closed = _asked(sender, prefix, None)
        if found is None and closed:
            found, _ = _asked(sender, prefix, Doors(file.people, sender).new("alice"))
    except AppGone as error:
        raise AttackError(
            f"Nothing listens at {sender.url}. Start the app there first; or let gatepost "
            "attack MODULE:APP start it."
        ) from error
    except Inconclusive as error:
        raise AttackError(
            f"{sender.url} takes the connection and does not answer: {error}. See whether the app "
            "there is well, and whether it is one of HTTP."
        ) from error
    if found is None:
        raise AttackError(
            f"{sender.url} shows no OpenAPI ({', '.join(_PLACES)}). Attack the app itself: "
            "gatepost attack MODULE:APP sees every route, shown or not; or name a file of its "
            "OpenAPI, `openapi` below [app] of the attack file."
        )
    return found


def _asked(
    sender: Sender, prefix: str, person: Person | None
) -> tuple[dict[str, object] | None, bool]:
    """Return the document if it is shown, and whether somebody signed in might see it."""
    closed = False
    for place in _PLACES:
        answered = sender.send(RawRequest("GET", prefix + place), person).answered
        closed = closed or answered.status in _CLOSED
        document = _parsed(answered.body) if answered.status == 200 else None  # noqa: PLR2004
        if document is not None:
            return document, closed
    return None, closed


def _read(path: Path) -> dict[str, object]:
    try:
        document = _parsed(path.read_bytes())
    except OSError as error:
        raise AttackError(f"[app] openapi: {path} cannot be read: {error.strerror}.") from error
    if document is None:
        raise AttackError(f"[app] openapi: {path} is no OpenAPI in JSON.")
    return document


def _parsed(text: bytes) -> dict[str, object] | None:
    try:
        document: object = json.loads(text)
    except ValueError:
        return None
    return document if isinstance(document, dict) and "paths" in document else None
