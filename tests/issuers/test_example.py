"""`examples/better-auth` is an example to follow: typed, locked, and exact about its settings."""

import json

import pytest

from tests.services.better_auth import EXAMPLE
from tests.services.errors import ServiceError
from tests.services.node import ensure_installed, run_node

pytestmark = pytest.mark.usefixtures("node_modules")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"BETTER_AUTH_SECRET": ""}, "BETTER_AUTH_SECRET"),
        ({"BETTER_AUTH_SECRET": "too short"}, "BETTER_AUTH_SECRET"),
        ({"BETTER_AUTH_SECRETS": "2:too short"}, "BETTER_AUTH_SECRET"),
        ({"BETTER_AUTH_JWT_ALGORITHM": "HS256"}, "BETTER_AUTH_JWT_ALGORITHM"),
        ({"BETTER_AUTH_URL": "http://127.0.0.1/path"}, "BETTER_AUTH_URL"),
        ({"TASKS_URL": "file:///tmp"}, "TASKS_URL"),
        ({"PORT": "0"}, "PORT"),
        ({"DATABASE_URL": "mysql://somewhere"}, "DATABASE_URL"),
        ({"DATABASE_URL": "sqlite:///:memory:"}, "DATABASE_URL"),
    ],
)
def test_better_auth_refuses_to_start(settings: dict[str, str], said: str) -> None:
    """A setting that cannot be used is one line that names it, and never a guess."""
    ensure_installed(EXAMPLE)
    good = {"BETTER_AUTH_SECRET": "x" * 32, "DATABASE_URL": "mysql://never-reached"}
    with pytest.raises(ServiceError, match=rf"server\.ts exited with 1\n  \| {said}: [^\n]*$"):
        run_node(EXAMPLE / "server.ts", env={**good, **settings})


def test_the_example_is_strictly_typed() -> None:
    """The example's TypeScript holds under every strict check, and uses no `any`."""
    modules = ensure_installed(EXAMPLE)
    assert json.loads((EXAMPLE / "tsconfig.json").read_text())["compilerOptions"]["strict"]
    run_node(modules / "typescript" / "bin" / "tsc", "--project", str(EXAMPLE))
    for source in EXAMPLE.glob("*.ts"):
        assert ": any" not in source.read_text()
        assert "<any" not in source.read_text()


def test_the_examples_lock_names_no_registry() -> None:
    """Whoever installs decides where packages come from."""
    lock = (EXAMPLE / "package-lock.json").read_text()
    assert '"integrity": "sha512-' in lock
    assert '"resolved"' not in lock
