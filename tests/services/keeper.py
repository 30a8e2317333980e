"""Runs a server for as long as the process that started this one lives, then removes its files.

Started as a program of its own, with the server's command as its arguments. When standard input
ends (the tests are done, or were killed), the server is told to stop, and the directory in
KEEPER_DIRECTORY goes. As root the server runs as the user KEEPER_USER. KEEPER_SIGNAL is what it is
told by, SIGINT where nothing is said.
"""

import os
import pwd
import select
import shutil
import signal
import subprocess
import sys

_POLL_SECONDS = 0.1
_STOP_SECONDS = 15


def _starter_lives() -> bool:
    ready, _, _ = select.select([sys.stdin], [], [], _POLL_SECONDS)
    return not ready or bool(os.read(sys.stdin.fileno(), 1))


def keep(command: list[str], directory: str, user: str | None, stop: signal.Signals) -> int:
    """Run `command` until it exits or nobody wants it any more; return its exit status."""
    server = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        cwd=directory,
        user=user,
        group=None if user is None else pwd.getpwnam(user).pw_gid,
        extra_groups=None if user is None else [],
    )
    try:
        while server.poll() is None and _starter_lives():
            pass
        if server.poll() is None:
            server.send_signal(stop)
            server.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
    finally:
        server.wait()
        shutil.rmtree(directory, ignore_errors=True)
    return server.returncode


if __name__ == "__main__":
    sys.exit(
        keep(
            sys.argv[1:],
            os.environ.pop("KEEPER_DIRECTORY"),
            os.environ.pop("KEEPER_USER", None),
            signal.Signals[os.environ.pop("KEEPER_SIGNAL", "SIGINT")],
        )
    )
