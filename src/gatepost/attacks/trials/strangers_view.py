"""What a stranger is shown anyway: the answers to compare others with."""

import secrets
from weakref import WeakKeyDictionary

from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.wire import RawRequest

_SHOWN: "WeakKeyDictionary[Stage, dict[str, Exchange]]" = WeakKeyDictionary()


def as_stranger(stage: Stage, target: str, *fields: tuple[str, str]) -> Exchange:
    """Ask for a target without any credential."""
    return stage.send(RawRequest("GET", target, fields))


def is_shown_anyway(stage: Stage, exchange: Exchange) -> bool:
    """Whether an answer is what a stranger gets for nonsense too, as of an app with one page."""
    folder = exchange.request.target.rpartition("/")[0]
    return any(
        _nonsense(stage, place).answered.body == exchange.answered.body
        and _nonsense(stage, place).status == exchange.status
        for place in dict.fromkeys(("", folder if folder.startswith("/") else ""))
    )


def _nonsense(stage: Stage, folder: str) -> Exchange:
    known = _SHOWN.setdefault(stage, {})
    if folder not in known:
        known[folder] = as_stranger(stage, f"{folder}/{secrets.token_hex(8)}")
    return known[folder]


def is_public(stage: Stage, path: str) -> bool:
    """Whether the attack file declares a path public."""
    return stage.surface.public(Operation("GET", path)) is not None


def public_paths(stage: Stage) -> list[str]:
    """Return paths that strangers may ask for, as far as they are known, and the usual ones."""
    declared = [
        each.path.rstrip("*")
        for each in stage.surface
        if stage.surface.public(each) is not None and not each.names
    ]
    usual = ("/docs", "/health", "/openapi.json", "/static/x.css", "/login", "/public")
    return list(dict.fromkeys((*sorted(stage.surface.file.people.doors), *declared, *usual)))
