"""Ports for servers under test, which nothing else on the machine is given meanwhile."""

import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle

# Under those that the kernel gives to whoever asks for port 0 or connects (32768 and up on Linux):
# a port of theirs that is let go for a moment may be somebody else's the next, who is then asked
# what was not meant for them.
_FIRST_PORT = 20_000
_PORTS_PER_WORKER = 750
_WORKERS = 16


def _mine() -> Iterator[int]:
    worker = int(re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or 0) % _WORKERS
    first, begin = _FIRST_PORT + worker * _PORTS_PER_WORKER, os.getpid() % _PORTS_PER_WORKER
    return cycle(first + (begin + step) % _PORTS_PER_WORKER for step in range(_PORTS_PER_WORKER))


_ports = _mine()


def free_port() -> int:
    """Return a loopback port that nobody listens on, and that is this process's for now."""
    for _ in range(_PORTS_PER_WORKER):
        port = next(_ports)
        with socket.socket() as probe:
            # What a server just closed may still be winding down; it is free nevertheless.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("all the ports for servers under test are taken")


@contextmanager
def held_port() -> Iterator[int]:
    """Hold a free port without listening on it: the server may take it, also when it restarts."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", free_port()))
        port: int = holder.getsockname()[1]
        yield port
