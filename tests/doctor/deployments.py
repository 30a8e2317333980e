"""Deployments to be examined: a demo, a good one and a deliberately poor one."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # asyncpg ships no types

from tests.cli.running import environment, gatepost
from tests.programs import Ended

TASKS = ("--factory", "gatepost_tasks.app:create_app")
SECRET = "q7Zk2vXw9TtR4mJ8dLbN5cHs-the-secret"
GOOD = {
    "GATEPOST_URL": "https://tasks.example.com",
    "GATEPOST_SECRET": SECRET,
    "GATEPOST_TRUSTED_PROXIES": "10.0.0.7",
}
POOR = {
    "GATEPOST_URL": "http://tasks.example.com",
    "GATEPOST_SECRET": SECRET,
    "GATEPOST_COOKIE_DOMAIN": "tasks.example.com",
    "GATEPOST_BEARER": "true",
    "GATEPOST_SESSION_EXPIRES_IN": "365d",
    "GATEPOST_TRUSTED_ORIGINS": (
        "https://*.example.com,http://old.example.com,http://*.old.example.com,http://localhost:3000"
    ),
    "GATEPOST_TRUSTED_PROXIES": "10.0.0.0/8",
    "GATEPOST_RATE_LIMITS_URL": "valkey://:hush-hush@127.0.0.1:1",
    "GATEPOST_MAIL_URL": "smtp://tasks:hush-hush@127.0.0.1:1?from=tasks@example.com",
}


def findings(directory: Path, *arguments: str, **more: str) -> dict[str, dict[str, str]]:
    """Run `gatepost doctor --json`; return each finding by its check, with `code` among them."""
    ended = gatepost(directory, "doctor", *arguments, "--json", **more)
    assert ended.code in (0, 1), ended.err
    found = json.loads(ended.out)
    assert ended.code == int(any(each["status"] == "fail" for each in found))
    assert "hush-hush" not in ended.out + ended.err
    assert SECRET not in ended.out + ended.err
    return {each["check"]: each for each in found}


def statuses(found: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return those that are not well."""
    return {check: each["status"] for check, each in found.items() if each["status"] != "ok"}


def migrated(directory: Path, **more: str) -> None:
    """Bring the database of Tasks to its newest shape."""
    ended: Ended = gatepost(directory, "migrate", *TASKS, **more)
    assert ended.code == 0, ended.err


def with_first_key(directory: Path, **more: str) -> None:
    """Make the first signing key, as the app's first start does."""
    started = "import asyncio\nfrom gatepost_tasks.app import create_app\n"
    started += "async def run():\n    app = create_app()\n"
    started += "    async with app.router.lifespan_context(app): pass\nasyncio.run(run())\n"
    ended = subprocess.run(
        [sys.executable, "-c", started],
        cwd=directory,
        env={**os.environ, **environment(more)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr


def with_old_keys(url: str) -> None:
    """Let every signing key be 400 days old, on PostgreSQL."""

    async def age() -> None:
        connection = await asyncpg.connect(url, ssl=False)
        try:
            await connection.execute(
                "UPDATE jwks SET \"createdAt\" = now() - interval '400 days 1 hour'"
            )
        finally:
            await connection.close()

    asyncio.run(age())
