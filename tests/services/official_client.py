"""The unmodified `better-auth` JavaScript client, in Node, as a page in a browser would run it."""

import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from tests.services.errors import ServiceError
from tests.services.node import DIRECTORY, NODE, ensure_installed, environment

_SERVICE = "official better-auth client"
_STOP_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Exchange:
    """One HTTP request that the page sent, and its answer; header names are in lower case."""

    method: str
    url: str
    request_headers: Mapping[str, str]
    request_body: str | None
    status: int
    headers: Mapping[str, str]
    set_cookies: tuple[str, ...]
    body: str

    def json(self) -> Any:
        """Parse the answer's body."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the client's promise held: `data` or `error`, or `thrown` when it was rejected.

    Dates are datetimes where the client made them Dates.
    """

    data: Any
    error: Any
    thrown: str | None
    exchanges: tuple[Exchange, ...]

    @property
    def exchange(self) -> Exchange:
        """The only request that the call sent."""
        (only,) = self.exchanges
        return only


@dataclass(frozen=True, slots=True)
class OfficialClient:
    """A page of one person's browser: the client, and the cookies that it was given."""

    base_url: str
    _process: subprocess.Popen[str]
    _errors: IO[str]

    def call(self, method: str, *arguments: Any) -> Answer:
        """Call a method of the client by its dotted name: `call("signIn.email", {...})`."""
        said = self._ask({"call": method, "arguments": arguments})
        return Answer(
            data=said.get("data"),
            error=said.get("error"),
            thrown=said.get("thrown"),
            exchanges=_exchanges(said),
        )

    def fetch(
        self,
        path: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: str | None = None,
    ) -> Exchange:
        """Let the page call `fetch`, with the cookies of this browser."""
        init = {"method": method, "headers": headers or {}, "body": body}
        said = self._ask({"fetch": path, "init": init})
        if said.get("thrown"):
            raise ServiceError(_SERVICE, f"fetch of {path} failed", said["thrown"])
        return _exchanges(said)[-1]

    def cookies(self) -> dict[str, str]:
        """Return what the browser has kept, HttpOnly cookies included."""
        kept: dict[str, str] = self._ask({"cookies": True})["cookies"]
        return kept

    def _ask(self, step: Mapping[str, Any]) -> dict[str, Any]:
        """Send one step and wait for its answer; the other side limits the time."""
        to_node, from_node = self._process.stdin, self._process.stdout
        if to_node is None or from_node is None:
            raise ServiceError(_SERVICE, "was started without pipes")
        try:
            to_node.write(json.dumps(step) + "\n")
            to_node.flush()
            line = from_node.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self._errors.seek(0)
            raise ServiceError(_SERVICE, "went away", self._errors.read())
        said: dict[str, Any] = json.loads(line, object_hook=_dates)
        return said


@contextmanager
def official_client(
    base_url: str, *, plugins: tuple[str, ...] = ("jwt",)
) -> Iterator[OfficialClient]:
    """Open a page on `base_url` that holds the client with these plugins (`jwt`: jwtClient)."""
    ensure_installed()
    command = [str(NODE), str(DIRECTORY / "official_client.mjs"), base_url, *plugins]
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(
            command,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
        ) as process,
    ):
        try:
            yield OfficialClient(base_url, process, errors)
        finally:
            if process.stdin is not None:
                process.stdin.close()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _exchanges(said: Mapping[str, Any]) -> tuple[Exchange, ...]:
    return tuple(
        Exchange(
            method=each["method"],
            url=each["url"],
            request_headers=each["requestHeaders"],
            request_body=each["requestBody"],
            status=each["status"],
            headers=each["headers"],
            set_cookies=tuple(each["setCookies"]),
            body=each["body"],
        )
        for each in said["exchanges"]
    )


def _dates(value: dict[str, Any]) -> Any:
    if value.keys() == {"$date"}:
        return datetime.fromisoformat(value["$date"])
    return value
