"""get-session and token: closed loops, by turns, on SQLite and on PostgreSQL."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

from tests.services.postgres import running_postgres

from benchmarks.gate.machine import peak_memory_mib
from benchmarks.gate.rounds import Way, measure
from benchmarks.gate.server import Server
from benchmarks.provider.person import GET_SESSION, TOKEN, Person, check_revocation, signed_up
from benchmarks.provider.servers import EVERY, SPEAKING_POSTGRESQL, Start
from benchmarks.report import Report

_ROUTES = {"get_session": GET_SESSION, "token": TOKEN}
_HERE, _ORIGINAL, _PORT = "gatepost", "better_auth", "better_auth_server"
_ROUNDS = 60


def on_sqlite(report: Report, directory: Path, *, starts: int) -> None:
    """Measure all three, each with an SQLite file of its own in WAL mode."""

    def sqlite(running: ExitStack, own: Path) -> dict[str, Way]:
        urls = {name: f"sqlite:///{own / name}.db" for name in EVERY}
        return _ways(running, own, EVERY, urls, report)

    found = measure(sqlite, directory, starts=starts, rounds=_ROUNDS)
    for route in _ROUTES:
        for name in (_ORIGINAL, _PORT):
            ratio = found[f"{_HERE}_{route}"].rps_over(found[f"{name}_{route}"])
            report.ratios[f"{route}_over_{name}"] = ratio
    for name, slices in found.items():
        slices.describe(name, report)


def on_postgresql(report: Report, directory: Path) -> None:
    """Measure the two that speak it, each with a database of its own on one PostgreSQL server."""

    def postgresql(running: ExitStack, own: Path) -> dict[str, Way]:
        postgres = running.enter_context(running_postgres())
        urls = {name: postgres.create_database() for name in SPEAKING_POSTGRESQL}
        return _ways(running, own, SPEAKING_POSTGRESQL, urls, None)

    found = measure(postgresql, directory, starts=1, rounds=_ROUNDS)
    for route in _ROUTES:
        ratio = found[f"{_HERE}_{route}"].rps_over(found[f"{_ORIGINAL}_{route}"])
        report.ratios[f"postgresql_{route}_over_{_ORIGINAL}"] = ratio


def _ways(
    running: ExitStack,
    own: Path,
    servers: Mapping[str, Start],
    urls: Mapping[str, str],
    report: Report | None,
) -> dict[str, Way]:
    people = {}
    for name, start in servers.items():
        server = running.enter_context(start(own, urls[name]))
        people[name] = signed_up(server)
        check_revocation(server)
        if report is not None:
            running.callback(_note_memory, name, server, report)
    return {
        f"{name}_{route}": Way(person.server, _asking(person, path))
        for route, path in _ROUTES.items()
        for name, person in people.items()
    }


def _asking(person: Person, path: str) -> Callable[[int], list[bytes]]:
    return lambda count: [person.asking(path)] * count


def _note_memory(name: str, server: Server, report: Report) -> None:
    found = peak_memory_mib(server.process_id)
    name = f"{name}_peak_mib"
    report.absolute[name] = max(found, report.absolute.get(name, found))
