"""`import gatepost` reads its own code and does nothing else."""

import json
import subprocess
import sys

_WATCHED = """
import json, sys
seen = []

def watch(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        if isinstance(path, str) and not path.endswith((".py", ".pyc", ".so", "pyvenv.cfg")):
            seen.append(f"open {path}")
        elif isinstance(mode, str) and set(mode) & set("wax+"):
            seen.append(f"write {path}")
    elif event.startswith(("socket.", "subprocess.", "os.mkdir", "os.remove", "os.rename")):
        seen.append(event)

import fastapi, sqlalchemy.ext.asyncio  # Pydantic looks for its plugins
sys.addaudithook(watch)
import gatepost
modules = sorted(sys.modules)
print(json.dumps({"seen": seen, "modules": modules}))
"""

_LATER = (
    *("httpx", "alembic", "structlog", "typer", "rich", "uvicorn", "asyncpg", "valkey"),
    *("limits", "aiosmtplib"),
)


def test_import_touches_neither_network_nor_disk_and_brings_what_is_needed() -> None:
    """Importing opens code, writes nothing, and leaves to later what is needed later."""
    done = subprocess.run(
        [sys.executable, "-B", "-c", _WATCHED], capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    assert found["seen"] == []
    assert "gatepost.tokens.verify" in found["modules"]
    assert [name for name in _LATER if name in found["modules"]] == []


def test_who_takes_no_idempotency_keys_has_no_table_for_them() -> None:
    """The model is not there until `gatepost.idempotency` is imported, and then it is."""
    program = (
        "import gatepost; from gatepost.rows.owned import HouseBase as base;"
        "print(list(base.metadata.tables)); import gatepost.idempotency;"
        "print(list(base.metadata.tables))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["[]", "['gatepost_idempotency_record']"]


def test_commands_start_without_the_attack_kit() -> None:
    """It is a quarter of a second's imports, which `gatepost attack` alone needs."""
    program = "import gatepost.cli, sys; print(*(n for n in sys.modules if 'attacks' in n))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "gatepost.attacks.pace" in loaded
    assert not loaded & {"gatepost.attacks.campaign", "gatepost.attacks.trials"}
