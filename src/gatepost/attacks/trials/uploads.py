"""Uploads, 173 to 176: pages among them, names that leave the folder, others' names and files."""

import secrets
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from gatepost.attacks.catalogue import find
from gatepost.attacks.decoys import decoy
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.opened_files import OpenedFiles, watching
from gatepost.attacks.outcomes import REFUSED, Verdict, got_in, not_applicable
from gatepost.attacks.people.person import Person
from gatepost.attacks.sending import Exchange
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.targets.surface import Surface
from gatepost.attacks.trial import Trial
from gatepost.attacks.trials.raw_uploads import Upload, is_a_guess, name_of
from gatepost.attacks.trials.strangers_view import is_public
from gatepost.attacks.trials.upload_requests import (
    PICTURE,
    Uploaded,
    addresses_of,
    archive_with,
    file_member,
    upload,
    uploads_of,
)
from gatepost.attacks.wire import RawRequest

_FORMS = (
    ("html", "text/html", b"<html>%s</html>"),
    ("svg", "image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg">%s</svg>'),
    ("html", "image/gif", PICTURE + b"%s"),
    ("gif.html", "image/png", b"<html>%s</html>"),
    ("xhtml", "application/xhtml+xml", b'<html xmlns="http://www.w3.org/1999/xhtml">%s</html>'),
)
_KINDS = (
    (".txt", "text/plain", b""), (".gif", "image/gif", PICTURE),
    (".png", "image/png", b"\x89PNG\r\n\x1a\n"), (".csv", "text/csv", b""),
    (".pdf", "application/pdf", b"%PDF-1.4\n"),
)  # fmt: skip
_ANYWHERE = Path("/tmp")  # noqa: S108 - where an attacker may write on most machines
_STARTS = (f"{_ANYWHERE}/", "../", "../../", "x/../../", "..\\", "%2e%2e%2f", "....//")
_ACTIVE = ("text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/xml")


def uploads(surface: Surface) -> Iterator[Trial]:
    """Plan 173 to 176 and 177.s for each operation that takes files."""
    for operation in uploads_of(surface):
        runs = {"173": _pages, "174": _leaves, "177.s": _kept_name, "175": _overwrites}
        if surface.of_people(operation):
            runs["176"] = _anothers
        for number, run in runs.items():
            yield Trial(find(number), operation, partial(_where_files_are_taken, run, operation))


def _where_files_are_taken(
    run: Callable[[Operation, Stage], Verdict], operation: Operation, stage: Stage
) -> Verdict:
    try:
        return run(operation, stage)
    except Inconclusive:
        if is_a_guess(operation):
            return not_applicable("it takes no file as its body")
        raise


def _uploaded(operation: Operation, stage: Stage, name: str, content: bytes) -> Uploaded:
    """Let the owner send a file, of the kind that the app takes.

    Raises:
        Inconclusive: the app takes none.
    """
    owner = stage.owner_of(operation)
    for suffix, kind, head in _KINDS:
        came = upload(stage, operation, owner, Upload(f"{name}{suffix}", kind, head + content))
        if came.exchange.succeeded:
            return came
    raise Inconclusive(f"no file of Alice's is taken: {came.exchange.status}")


def _reads(stage: Stage, address: str, person: Person | None) -> Exchange:
    return stage.send(RawRequest("GET", address), person)


def _pages(operation: Operation, stage: Stage) -> Verdict:
    owner = stage.owner_of(operation)
    taken = 0
    for suffix, kind, form in _FORMS:
        mark = _mark()
        script = f"<script>/*{mark}*/</script>".encode()
        page = Upload(f"{mark}.{suffix}", kind, form.replace(b"%s", script))
        came = upload(stage, operation, owner, page)
        taken += came.exchange.succeeded
        for address in addresses_of(stage, came, operation) if came.exchange.succeeded else ():
            served = _reads(stage, address, owner)
            if served.succeeded and script in served.answered.body and _is_a_page(served):
                return got_in(f"a .{suffix} said to be {kind} is served as a page", served)
    return REFUSED if taken else not_applicable("no page is taken")


def _is_a_page(served: Exchange) -> bool:
    """Whether a browser runs the scripts in it, with the rights of the app's own pages."""
    header = {name: ", ".join(served.answered.every(name)).lower() for name in
              ("Content-Type", "Content-Disposition", "X-Content-Type-Options",
               "Content-Security-Policy")}  # fmt: skip
    if header["Content-Disposition"].startswith("attachment"):
        return False
    policy = header["Content-Security-Policy"]
    if "sandbox" in policy or "script-src 'none'" in policy or "default-src 'none'" in policy:
        return False
    kind = header["Content-Type"].split(";")[0].strip()
    return kind in _ACTIVE or (not kind and "nosniff" not in header["X-Content-Type-Options"])


def _leaves(operation: Operation, stage: Stage) -> Verdict:
    owner = stage.owner_of(operation)
    mark = _mark()
    with watching(mark) as own_files:
        own = _uploaded(operation, stage, mark, b"x")
    extension = own.upload.name.rpartition(".")[2]
    for start in _starts(own_files):
        mark = _mark()
        what = Upload(f"{start}{mark}.{extension}", own.upload.kind, own.upload.content)
        with watching(mark) as files:
            came = upload(stage, operation, owner, what).exchange
        if escaped := _escaped(files, own_files):
            return got_in(
                f"a file called {what.name!r} is written to {escaped[0].parent.name}", came
            )
        if came.status >= 500:  # noqa: PLR2004 - RFC 9110, section 15.6
            return got_in(f"a file called {what.name!r} is answered {came.status}", came)
    return _archive(operation, stage)


def _archive(operation: Operation, stage: Stage) -> Verdict:
    owner = stage.owner_of(operation)
    seen: list[OpenedFiles] = []
    for start in ("", *_STARTS[:4]):
        if seen and start not in {"", *_starts(seen[0])}:
            continue
        mark = _mark()
        what = Upload("files.zip", "application/zip", archive_with(f"{start}{mark}.txt", b"x"))
        with watching(mark) as files:
            came = upload(stage, operation, owner, what).exchange
        seen.append(files)
        if escaped := _escaped(files, seen[0]):
            said = (
                f"a member called '{start}…' of an archive is written to {escaped[0].parent.name}"
            )
            return got_in(said, came)
        if not came.succeeded:
            break
    return REFUSED


def _starts(own: OpenedFiles) -> tuple[str, ...]:
    """Return what names begin with: where nothing is seen, only what can be taken away again."""
    return _STARTS if own.paths else _STARTS[:1]


def _escaped(files: OpenedFiles, own: OpenedFiles) -> list[Path]:
    """Return what was written elsewhere than the owner's file, and take it away again."""
    homes = own.folders | {_ANYWHERE for _ in _ANYWHERE.glob(f"{own.mark}*")}
    escaped = [
        path for path in files.paths
        if own.paths and not any(path.is_relative_to(home) for home in homes)
    ]  # fmt: skip
    if _ANYWHERE not in homes:
        escaped += _ANYWHERE.glob(f"{files.mark}*")
    for path in escaped:
        # It is the kit's own: nobody else's file has the mark in its name.
        if files.mark in path.name:
            path.unlink(missing_ok=True)
    return escaped


def _kept_name(operation: Operation, stage: Stage) -> Verdict:
    """Let the app keep a name under which it then opens what is not of its folder."""
    owner = stage.owner_of(operation)
    own = _uploaded(operation, stage, _mark(), b"x").upload
    with decoy(f".{own.name.rpartition('.')[2]}") as other:
        for name in (f"{'../' * 12}{other.target}", str(other.path)):
            came = upload(stage, operation, owner, Upload(name, own.kind, own.content))
            if not other.is_untouched:
                return got_in(f"a file called {name!r} is written over another", came.exchange)
            for address in addresses_of(stage, came, operation) if came.exchange.succeeded else ():
                served = _reads(stage, address, owner)
                if other.secret in served.answered.body:
                    says = f"a file called {name!r} is another of the machine when it is read"
                    return got_in(says, came.exchange, served)
    return REFUSED


def _mark() -> str:
    return f"gatepost{secrets.token_hex(8)}"


def _overwrites(operation: Operation, stage: Stage) -> Verdict:
    slot = name_of(operation) if file_member(operation) is None else None
    if any(slot is None or name != slot.name for name in operation.names):
        return not_applicable("its path names a row: see 106")
    hers = _uploaded(operation, stage, _mark(), b"alice's")
    addresses = [
        address for address in addresses_of(stage, hers, operation)
        if hers.upload.content in _reads(stage, address, stage.alice).answered.body
    ]  # fmt: skip
    his = Upload(hers.upload.name, hers.upload.kind, hers.upload.content + b" and then bob's")
    came = upload(stage, operation, stage.bob, his).exchange
    for address in addresses:
        body = _reads(stage, address, stage.alice).answered.body
        if his.content in body or hers.upload.content not in body:
            says = f"Bob's file of the same name takes the place of Alice's at {address}"
            return got_in(says, came)
    return REFUSED if addresses else not_applicable("no file that was uploaded can be read again")


def _anothers(operation: Operation, stage: Stage) -> Verdict:
    secret = _mark().encode()
    hers = _uploaded(operation, stage, _mark(), secret)
    readable = False
    for address in addresses_of(stage, hers, operation):
        if is_public(stage, address):
            continue
        readable |= secret in _reads(stage, address, stage.alice).answered.body
        for person, says in ((None, "a stranger"), (stage.bob, "Bob")):
            served = _reads(stage, address, person)
            if secret in served.answered.body:
                return got_in(f"{says} reads Alice's file at {address}", served)
    return REFUSED if readable else not_applicable("no file that was uploaded can be read again")
