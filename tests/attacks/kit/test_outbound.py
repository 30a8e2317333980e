"""Calls and files of the attacker's choice, told from apps that only keep what they are given."""

import ipaddress
import socket
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI, HTTPException
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel

from gatepost.attacks.listener import Listener
from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.file_names import file_names
from gatepost.attacks.trials.outbound import outbound
from tests.attacks.kit.lab import Me, attacked, lab_app


class Paper(BaseModel):
    """A file of the app's, by its name."""

    filename: str


class Hook(BaseModel):
    """Where somebody wants to be called."""

    url: str
    note: str = ""


def _fetch(url: str) -> str:
    try:
        return httpx.get(url, timeout=5).text
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return "unreachable"


def _open(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=5) as came:  # noqa: S310 - the hole
            return str(came.read(200), "latin-1")
    except (OSError, ValueError):
        return "unreachable"


def _keep(url: str) -> str:
    return url


def _not_by_name(url: str) -> str:
    if urlsplit(url).hostname in {"localhost", "127.0.0.1"}:
        raise HTTPException(400, "not there")
    return _fetch(url)


def _outside_only(url: str) -> str:
    host = urlsplit(url).hostname
    try:
        found = socket.getaddrinfo(host or "", None)
    except (OSError, UnicodeError) as error:
        raise HTTPException(400, "no such host") from error
    addresses = [ipaddress.ip_address(each[4][0]) for each in found]
    mapped = [getattr(each, "ipv4_mapped", None) or each for each in addresses]
    if not host or not all(each.is_global for each in mapped):
        raise HTTPException(400, "not there")
    return _fetch(url)


def _hooks(act: Callable[[str], str]) -> FastAPI:
    app = lab_app()

    @app.post("/hooks", status_code=201)
    def create(sent: Hook, me: Me) -> dict[str, str]:
        return {"id": me, "came": act(sent.url)}

    return app


_CALLS, _OPENS = ("178", "POST /hooks"), ("179", "POST /hooks")


@pytest.mark.parametrize(
    ("act", "found"),
    [
        (_fetch, {_CALLS}),
        (_open, {_CALLS, _OPENS}),
        (_not_by_name, {_CALLS}),
        (_keep, set()),
        (_outside_only, set()),
    ],
)
def test_a_call_of_the_attackers_choice_is_found_out(
    act: Callable[[str], str], found: set[tuple[str, str]]
) -> None:
    """An app that calls this machine where a caller says so is found, by whatever spelling."""
    came = attacked(_hooks(act), outbound)
    assert came.findings == found, came.said(Outcome.FINDING)


def test_the_listener_tells_what_was_asked_for() -> None:
    """The attacker's server answers with a page of its own, and remembers who asked for what."""
    with Listener() as listener:
        assert httpx.get(f"{listener.url}/a?b=c").text == listener.page
        assert (listener.callers, listener.asked) == (1, ["/a?b=c"])


def _joined(folder: Path, name: str) -> Path:
    return folder / name


def _resolved(folder: Path, name: str) -> Path:
    found = (folder / name.replace("\0", "")).resolve()
    if not found.is_relative_to(folder.resolve()):
        raise HTTPException(404)
    return found


def _files(folder: Path, find: Callable[[Path, str], Path]) -> FastAPI:
    app = lab_app()
    (folder / "list.txt").write_text("a list")

    def read(name: str) -> PlainTextResponse:
        file = find(folder, name)
        if "\0" in name or not file.is_file():
            raise HTTPException(404)
        return PlainTextResponse(file.read_bytes())

    @app.get("/files/{name:path}")
    def by_path(name: str, me: Me) -> PlainTextResponse:
        return read(name if me else "")

    @app.get("/download")
    def by_query(file: str, me: Me) -> PlainTextResponse:
        return read(file if me else "")

    return app


@pytest.mark.parametrize(
    ("find", "found"),
    [(_joined, {("177", "GET /files/{name}"), ("177", "GET /download")}), (_resolved, set())],
)
def test_a_file_from_elsewhere_is_found_out(
    find: Callable[[Path, str], Path], found: set[tuple[str, str]], tmp_path: Path
) -> None:
    """A name that leads out of its folder is found, in the path and in the query."""
    came = attacked(_files(tmp_path, find), file_names)
    assert came.findings == found, came.said(Outcome.FINDING)


def _papers(folder: Path, find: Callable[[Path, str], Path]) -> FastAPI:
    app, names = lab_app(), dict[str, str]()
    (folder / "list.txt").write_text("a list")

    @app.post("/papers", status_code=201)
    def create(sent: Paper, me: Me) -> dict[str, str]:
        number = f"{me}-{len(names)}"
        names[number] = sent.filename
        return {"id": number}

    @app.get("/papers/{paper_id}/download")
    def download(paper_id: str, me: Me) -> PlainTextResponse:
        if not paper_id.startswith(me) or paper_id not in names:
            raise HTTPException(404)
        file = find(folder, names[paper_id])
        if not file.is_file():
            raise HTTPException(404)
        return PlainTextResponse(file.read_bytes())

    return app


@pytest.mark.parametrize(
    ("find", "found"), [(_joined, {("177", "POST /papers")}), (_resolved, set())]
)
def test_a_kept_name_is_tried_where_it_is_read(
    find: Callable[[Path, str], Path], found: set[tuple[str, str]], tmp_path: Path
) -> None:
    """A name that is only kept, and leads out of its folder when it is read, is found."""
    came = attacked(_papers(tmp_path, find), file_names)
    assert came.findings == found, came.said(Outcome.FINDING)


def _write_there(folder: Path) -> FastAPI:
    app = lab_app()

    @app.post("/exports", status_code=201)
    def create(filename: str, me: Me) -> dict[str, str]:
        try:
            (folder / filename).write_text(me)
        except (OSError, ValueError) as error:
            raise HTTPException(400) from error
        return {"id": "1"}

    return app


def test_nothing_but_the_kits_own_is_written_over(tmp_path: Path) -> None:
    """An app that writes by any name writes over a file of the kit's, and is found."""
    came = attacked(_write_there(tmp_path), file_names)
    assert came.findings == {("177", "POST /exports")}, came.said(Outcome.FINDING)
    assert "gatepost-decoy" in came.verdicts["177", "POST /exports"].says


def _fetch_onward(url: str) -> str:
    return httpx.get(url, timeout=5, follow_redirects=True).text


@pytest.mark.parametrize(("act", "follows"), [(_fetch, False), (_fetch_onward, True)])
def test_a_call_that_follows_redirects_is_told(act: Callable[[str], str], *, follows: bool) -> None:
    """What is called and follows a redirect to another address of the machine is said to."""
    came = attacked(_hooks(act), outbound, only=lambda trial: trial.attack.id == "178")
    assert ("wherever it is redirected" in came.verdicts[_CALLS].says) is follows
