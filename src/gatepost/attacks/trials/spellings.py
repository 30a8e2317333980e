"""Closed paths in other spellings, 14, and paths that do not exist, 19: asked for by nobody."""

from collections.abc import Iterator
from functools import partial

from gatepost.attacks.catalogue import find
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.aiming import closed
from gatepost.attacks.trials.origins import EVIL_HOST
from gatepost.attacks.trials.strangers_view import as_stranger, is_shown_anyway, public_paths

_WHOLE = 4
_SHORT = ("{path}/", "/{path}", "{path}?next={public}", "{path}?x=.css", "{path}.json", "{UPPER}")
_ALL = (
    *_SHORT,
    "{path}//", "{path}/.", "{path}/..;/", "/./{bare}", "/x/../{bare}", "{path};{public}",
    "{path};x=.css", "{path}%2f", "{path}%00", "{path}%20", "{path}%09", "{path}%0a", "{path}%3f",
    "{path}%23", "{path}%3b.css", "{path}/.css", "{path}%2f.css", "{path}?{public}",
    "{public}/..{path}", "{public}/%2e%2e{path}", "{public}%2f..{path}", "{public}/..;{path}",
    "{public}{path}", "{encoded}", "/{encodedslash}", "//{host}{path}", "http://{evil}{path}",
    "http://{evil}{public}?{path}", "\\{path}", "/%252e%252e{path}", "{path}#{public}",
)  # fmt: skip


def spellings(surface: Surface) -> Iterator[Trial]:
    """Plan 14 for each closed operation that reads, all spellings for the first few; and 19."""
    reading = [each for each in closed(surface) if each.method == "GET"]
    for index, operation in enumerate(sorted(reading, key=lambda each: len(each.names))):
        whole = index < _WHOLE or index == len(reading) - 1
        yield Trial(find("14"), operation, partial(_spelled, operation, whole))
    yield Trial(find("19"), None, _nowhere)


def _spelled(operation: Operation, whole: bool, stage: Stage) -> Verdict:  # noqa: FBT001 - of a partial
    control = stage.control(operation)
    plain = as_stranger(stage, control.request.target)
    if plain.succeeded:
        return not_applicable("it is open to strangers as it stands: see 1.1")
    path, _, query = control.request.target.partition("?")
    for exchange in _asked(path, query, whole, stage):
        if _is_hers(exchange, control, stage):
            return got_in(f"a stranger gets it as {exchange.request.target!r}", exchange)
        if exchange.status >= 500:  # noqa: PLR2004 - RFC 9110, section 15.6
            return got_in(f"the spelling is answered {exchange.status}", exchange)
    return REFUSED


def _asked(path: str, query: str, whole: bool, stage: Stage) -> Iterator[Exchange]:  # noqa: FBT001 - of a partial
    public = public_paths(stage)
    words = {
        "path": path, "bare": path.lstrip("/"), "UPPER": path.upper(), "public": public[0],
        "encoded": "".join(f"%{ord(each):02x}" if each.isalpha() else each for each in path),
        "encodedslash": path.lstrip("/").replace("/", "%2f"), "evil": EVIL_HOST,
        "host": stage.sender.url.partition("//")[2],
    }  # fmt: skip
    for spelling in _ALL if whole else _SHORT:
        target = spelling.format(**words)
        if query and "?" not in target:
            target = f"{target}?{query}"
        yield as_stranger(stage, target)
    asked = f"{path}?{query}" if query else path
    for opened in public if whole else public[:2]:
        yield as_stranger(stage, asked, ("Host", f"{words['host']}{opened}?"))
        yield as_stranger(stage, asked, ("Host", f"{words['host']}{opened}#"))
        if whole:
            yield as_stranger(stage, f"{path}?next={opened}&{query}")
            yield as_stranger(stage, asked, ("Referer", f"{stage.sender.url}{opened}"))
    for host in ("localhost", "127.0.0.1"):
        yield as_stranger(stage, asked, ("Host", host))


def _is_hers(exchange: Exchange, control: Exchange, stage: Stage) -> bool:
    if stage.leaked(exchange):
        return True
    if not exchange.succeeded or is_shown_anyway(stage, exchange):
        return False
    same = exchange.answered.body == control.answered.body and exchange.answered.body != b""
    kind = "".join(exchange.answered.every("Content-Type"))
    # A path of another route, `/notes/new` for `/notes/{id}`, has a page of its own.
    return same or ("json" in kind and kind == "".join(control.answered.every("Content-Type")))


def _nowhere(stage: Stage) -> Verdict:
    for target in ("/nothing-of-that-name", "/api/nothing", "/%", "/%zz", "/%ff", "/%00", "/{{}}",
                   "*", f"/{'a' * 8000}", "/%c0%ae%c0%ae/"):  # fmt: skip
        exchange = as_stranger(stage, target)
        if exchange.status >= 500:  # noqa: PLR2004 - RFC 9110, section 15.6
            return got_in(f"{target[:40]!r} is answered {exchange.status}", exchange)
        if stage.leaked(exchange):
            return got_in(f"{target[:40]!r} shows what is Alice's", exchange)
    return REFUSED
