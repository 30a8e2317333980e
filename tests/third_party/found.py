"""What an application is, and every way into it, by a walk of its own that shares none of ours."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.convertors import PathConvertor
from starlette.routing import BaseRoute, Mount, WebSocketRoute, compile_path
from starlette.staticfiles import StaticFiles

_FILES = 3  # of each mounted directory

Kind = Literal["http", "websocket", "mount", "file"]


@dataclass(frozen=True, slots=True)
class Way:
    """One way in: a route, a mount as a whole, or a file that is served.

    Attributes:
        path: as declared; `/static/*` for a mount.
        target: a path that it takes.
        methods: of a route of HTTP; of a mount and of a file, some that it might take.
    """

    kind: Kind
    path: str
    target: str
    methods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """An application, as it was before anything of ours touched it.

    Attributes:
        is_fastapi: whether the object is an instance of FastAPI's class.
        mounts: how many apps are mounted in it.
        routers: how many routers it includes.
    """

    is_fastapi: bool
    mounts: int
    routers: int
    ways: tuple[Way, ...]

    @property
    def websockets(self) -> list[Way]:
        """The routes of websockets."""
        return [way for way in self.ways if way.kind == "websocket"]

    @classmethod
    def of(cls, app: FastAPI) -> "Found":
        """Look at an app."""
        return cls(
            isinstance(app, FastAPI),
            sum(isinstance(route, Mount) for route in app.routes),
            sum(hasattr(route, "original_router") for route in app.routes),
            tuple(_ways(app.routes, "")),
        )

    @classmethod
    def read(cls, file: Path) -> "Found":
        """Read what `write` wrote."""
        said = json.loads(file.read_text("utf-8"))
        ways = tuple(Way(**{**way, "methods": tuple(way["methods"])}) for way in said.pop("ways"))
        return cls(**said, ways=ways)

    def write(self, file: Path) -> None:
        """Write it for another process."""
        file.write_text(json.dumps(asdict(self)), "utf-8")


def _ways(routes: Sequence[BaseRoute], prefix: str) -> Iterator[Way]:
    for context in iter_route_contexts(routes):
        route, path = context.original_route, prefix + (context.path or "")
        if isinstance(route, Mount):
            yield from _mounted(route, path)
        elif isinstance(route, WebSocketRoute):
            yield Way("websocket", path, _target(path), ())
        else:
            yield Way("http", path, _target(path), tuple(sorted(context.methods or ())))


def _mounted(mount: Mount, path: str) -> Iterator[Way]:
    for below in ("", "/", "/x"):
        yield Way("mount", f"{path}/*", path + below, ("GET", "POST"))
    yield from _ways(mount.routes, path)
    if isinstance(mount.app, StaticFiles):
        for directory in map(Path, mount.app.all_directories):
            files = sorted(file for file in directory.rglob("*") if file.is_file())
            for file in files[:_FILES]:
                name = file.relative_to(directory).as_posix()
                yield Way("file", f"{path}/*", f"{path}/{name}", ("GET", "HEAD"))


def _target(path: str) -> str:
    _, template, convertors = compile_path(path)
    return template.format_map(
        {
            name: "x/y" if isinstance(convertor, PathConvertor) else "x"
            for name, convertor in convertors.items()
        }
    )
