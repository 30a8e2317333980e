"""A route's place is where a developer has to look."""

from collections.abc import Awaitable, Callable
from functools import partial, wraps
from pathlib import Path
from typing import TypeAlias

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles

from gatepost import public
from gatepost.gate.source import source_of

_HERE = Path(__file__)
_Handler: TypeAlias = Callable[[Request], Awaitable[Response]]


async def _closed(_request: Request) -> Response:
    return PlainTextResponse("closed")


@public("the same for everyone")
async def _open(_request: Request) -> Response:
    return PlainTextResponse("open")


def _decorated(function: _Handler) -> _Handler:
    @wraps(function)
    async def wrapper(_request: Request) -> Response:
        return await function(_request)

    return wrapper


class _Callable:
    async def __call__(self, request: Request) -> Response:
        return await _closed(request)

    async def method(self, request: Request) -> Response:
        return await _closed(request)


def _line(text: str) -> int:
    return _HERE.read_text("utf-8").splitlines().index(text) + 1


_PLACES: dict[str, tuple[object, str]] = {
    "a function": (_closed, "async def _closed(_request: Request) -> Response:"),
    "its decorator is its first line": (_open, '@public("the same for everyone")'),
    "behind a decorator": (
        _decorated(_closed),
        "async def _closed(_request: Request) -> Response:",
    ),
    "a partial": (partial(_closed), "async def _closed(_request: Request) -> Response:"),
    "an object": (_Callable(), "class _Callable:"),
    "a class": (_Callable, "class _Callable:"),
    "a method": (_Callable().method, "    async def method(self, request: Request) -> Response:"),
}


@pytest.mark.parametrize("name", _PLACES)
def test_a_place_is_where_one_has_to_look(name: str) -> None:
    """File and line are those of the code that a developer wrote, relative to where they stand."""
    endpoint, text = _PLACES[name]
    source = source_of(endpoint)
    assert source.place(_HERE.parents[1]) == f"gate/test_source.py:{_line(text)}"
    assert source.place(_HERE.parents[1] / "cli") == "tests.gate.test_source"


def test_installed_code_is_named_by_its_module(tmp_path: Path) -> None:
    """Neither a library below the working directory nor what has no file gets a line."""
    static = source_of(StaticFiles(directory=tmp_path))
    assert static.module == "starlette.staticfiles"
    assert static.file is not None
    assert static.place(Path(static.file.anchor)) == "starlette.staticfiles"
    assert source_of(len).place(tmp_path) == "builtins"
    namespace: dict[str, object] = {"__name__": "made_up"}
    exec("def handler(): ...", namespace)  # noqa: S102 - code that has no file
    assert source_of(namespace["handler"]).place(Path.cwd()) == "made_up"


def test_what_wraps_itself_is_shown_as_it_stands() -> None:
    """A decorator that has gone wrong does not stop the listing."""

    async def itself(_request: Request) -> Response:
        return PlainTextResponse("again")

    itself.__dict__["__wrapped__"] = itself
    assert source_of(itself).line == itself.__code__.co_firstlineno
