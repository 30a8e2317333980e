"""Has imported what programs need, and becomes `python -m …` as often as it is asked to.

Started as a program of its own, with a Unix socket for its standard input and the modules to import
as its arguments. A line of JSON there says which `module` is run, and with which `directory`,
`arguments` and `environment`, and brings the files that are its standard output and standard error;
the answer is a line with its process id. A line with a `process` asks for its exit status, if it is
`waiting` for that, and else whether there is one. Each program is a process that this one forks: it
starts in a tenth of the time, for all is imported.
"""

import gc
import importlib
import json
import os
import runpy
import socket
import sys

_LONGEST = 2**20
_OUT_AND_ERR = 2


def _become(asked: dict[str, object], out: int, err: int) -> str:
    """Be what was asked for, as far as a program can see; returns the module to run."""
    module, directory = asked["module"], asked["directory"]
    arguments, environment = asked["arguments"], asked["environment"]
    assert isinstance(module, str)
    assert isinstance(directory, str)
    assert isinstance(arguments, list)
    assert isinstance(environment, dict)
    os.chdir(directory)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[0] = directory
    sys.argv[1:] = arguments
    for file, place in ((os.open(os.devnull, os.O_RDONLY), 0), (out, 1), (err, 2)):
        os.dup2(file, place)
        os.close(file)
    return module


def _status(process: int, *, waiting: bool) -> str:
    """Return the exit status of a program that was started here, or whether it has one."""
    if waiting:
        return str(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
    there = os.WEXITED | os.WNOHANG | os.WNOWAIT  # its process id stays its own
    return "" if os.waitid(os.P_PID, process, there) is None else "ended"


def serve(door: socket.socket) -> None:
    """Run programs until the other end closes; returns in each child as well."""
    while True:
        line, files, _, _ = socket.recv_fds(door, _LONGEST, _OUT_AND_ERR)
        if not line:
            return
        asked = json.loads(line)
        if "process" in asked:
            answer = _status(asked["process"], waiting=asked["waiting"])
        else:
            child = os.fork()
            if child == 0:
                door.close()
                runpy.run_module(_become(asked, *files), run_name="__main__", alter_sys=True)
                return
            for file in files:
                os.close(file)
            answer = str(child)
        door.sendall(f"{answer}\n".encode())


if __name__ == "__main__":
    for name in sys.argv[1:]:
        importlib.import_module(name)
    gc.freeze()  # what is imported is neither looked through nor copied in each child
    serve(socket.socket(fileno=os.dup(0)))
