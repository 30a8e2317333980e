"""Keys and secrets are rotated while people work, and nobody is refused."""

import base64
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from gatepost.testing import sign_up
from tests.cli.running import demo, gatepost
from tests.ports import free_port

_OLD = "the-old-secret-of-the-tests-and-of-nothing-else"
_NEW = "the-new-secret-of-the-tests-and-of-nothing-else"
_PEOPLE = 3
_PATIENCE_SECONDS = 30


class _Workers:
    """Two processes on one database, and the balancer before them that knows who is away."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.urls = [f"http://127.0.0.1:{free_port()}" for _ in range(2)]
        self._running = [ExitStack(), ExitStack()]
        self._idle = threading.Condition()
        self._away: set[int] = set()
        self._in_flight: Counter[int] = Counter()

    def environment(self, **secrets: str) -> dict[str, str]:
        database = f"sqlite:///{self._directory / 'shared.db'}"
        return {"GATEPOST_URL": self.urls[0], "DATABASE_URL": database, **secrets}

    def start(self, index: int, **secrets: str) -> None:
        port = self.urls[index].rpartition(":")[2]
        self._running[index].enter_context(
            demo(self._directory, PORT=port, **self.environment(**secrets))
        )

    def restart(self, index: int, **secrets: str) -> None:
        """As a rolling deploy does it: no new requests, let the old ones end, stop, start."""
        with self._idle:
            self._away.add(index)
            assert self._idle.wait_for(lambda: not self._in_flight[index], _PATIENCE_SECONDS)
        self._running[index].close()
        self.start(index, **secrets)
        with self._idle:
            self._away.discard(index)

    @contextmanager
    def one(self, preferred: int) -> Iterator[str]:
        """Send one request to a worker: the preferred one, unless it is being restarted."""
        with self._idle:
            index = 1 - preferred if preferred in self._away else preferred
            self._in_flight[index] += 1
        try:
            yield self.urls[index]
        finally:
            with self._idle:
                self._in_flight[index] -= 1
                self._idle.notify_all()

    def stop(self) -> None:
        for running in self._running:
            running.close()


class _Load:
    """People who fetch a token at one worker and use it at once at the other."""

    def __init__(self, workers: _Workers, cookies: list[dict[str, str]]) -> None:
        self._workers = workers
        self._stop = threading.Event()
        self.refused: list[str] = []
        self.answered = 0
        self.key_ids: set[str] = set()
        self._threads = [
            threading.Thread(target=self._work, args=(mine, number))
            for number, mine in enumerate(cookies)
        ]

    @contextmanager
    def running(self) -> Iterator[None]:
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join(_PATIENCE_SECONDS)

    def until(self, more: int) -> None:
        """Wait until so many more requests have been answered."""
        wanted = self.answered + more
        self._until(lambda: self.answered >= wanted)

    def until_signed_with(self, key_id: str) -> None:
        """Wait until a token of that key has been accepted."""
        self._until(lambda: key_id in self.key_ids)

    def _until(self, holds: Callable[[], bool]) -> None:
        began = time.monotonic()
        while not holds() and not self.refused:
            assert time.monotonic() - began < _PATIENCE_SECONDS
            time.sleep(0.01)

    def _work(self, cookies: dict[str, str], turn: int) -> None:
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        # A connection each time: a kept one would end with its worker, which is no refusal.
        with httpx.Client(headers={"Connection": "close"}, timeout=_PATIENCE_SECONDS) as client:
            while not self._stop.is_set():
                turn += 1
                try:
                    with self._workers.one(turn % 2) as url:
                        given = client.get(f"{url}/api/auth/token", headers={"Cookie": cookie})
                    token = given.raise_for_status().json()["token"]
                    bearer = {"Authorization": f"Bearer {token}"}
                    with self._workers.one((turn + 1) % 2) as url:
                        client.get(f"{url}/api/tasks", headers=bearer).raise_for_status()
                except (httpx.HTTPError, KeyError) as error:
                    self.refused.append(repr(error))
                    return
                self.answered += 2
                self.key_ids.add(_key_id(token))


def _key_id(token: str) -> str:
    head = token.partition(".")[0]
    key_id: str = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"]
    return key_id


def test_nobody_is_refused_while_keys_and_secrets_are_rotated(tmp_path: Path) -> None:
    """At once and with a lead, then a secret in its two deploys: zero refused requests.

    After all of it the old secret is gone and everybody is still signed in; a retired key's token
    is refused by both workers.
    """
    workers = _Workers(tmp_path)
    settings = workers.environment(GATEPOST_SECRET=_OLD)

    def rotate(*arguments: str, **environment: str) -> str:
        ended = gatepost(tmp_path, "keys", "rotate", "--json", *arguments, **environment)
        assert ended.code == 0, ended.err
        made: str = json.loads(ended.out)["id"]
        return made

    with ExitStack() as stack:
        stack.callback(workers.stop)
        for index in range(2):
            workers.start(index, GATEPOST_SECRET=_OLD)
        people = [stack.enter_context(sign_up(workers.urls[0])) for _ in range(_PEOPLE)]
        load = _Load(workers, [dict(somebody.browser.cookies) for somebody in people])
        with load.running():
            load.until(50)
            for arguments in (("--now",), ("--lead", "1")):
                load.until_signed_with(rotate(*arguments, **settings))
            made = ""
            for secrets in (f"1:{_OLD},2:{_NEW}", f"2:{_NEW},1:{_OLD}"):
                for index in range(2):
                    workers.restart(index, GATEPOST_SECRETS=secrets)
                    load.until(20)
                # After the first deploy sealed with the old secret still, then with the new one.
                made = rotate("--now", **workers.environment(GATEPOST_SECRETS=secrets))
            load.until_signed_with(made)
        assert load.refused == []

        token = people[0].browser.get("/api/auth/token").raise_for_status().json()["token"]
        bearer = {"Authorization": f"Bearer {token}"}
        statuses = [
            httpx.get(f"{url}/api/tasks", headers=bearer).status_code for url in workers.urls
        ]
        assert statuses == [200, 200]
        assert _key_id(token) == made
        newest = workers.environment(GATEPOST_SECRETS=f"2:{_NEW}")
        assert gatepost(tmp_path, "keys", "retire", made, **newest).code == 0
        began = time.monotonic()
        for url in workers.urls:
            while httpx.get(f"{url}/api/tasks", headers=bearer).status_code != 401:
                assert time.monotonic() - began < _PATIENCE_SECONDS
                time.sleep(0.02)
