"""`pytest --gatepost-app main:app`: one test for each attack on each route of an app.

pytest loads this in every run where Gatepost is installed, so it imports nothing of Gatepost until
an app is named.
"""

from pathlib import Path

import pytest

__all__ = ["pytest_addhooks", "pytest_addoption", "pytest_configure"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("gatepost", "attack a FastAPI app")
    group.addoption(
        "--gatepost-app",
        metavar="MODULE:APP",
        help="the app to attack, or the URL of a running one; each attack on each route is a test",
    )
    group.addoption(
        "--gatepost-file",
        metavar="FILE",
        type=Path,
        help="the attack file; attack.toml or [tool.gatepost.attack] of pyproject.toml by default",
    )
    group.addoption(
        "--gatepost-factory", action="store_true", help="MODULE:APP names what makes the app"
    )
    group.addoption(
        "--gatepost-seed", type=int, default=0, help="the same bodies in every run (default: 0)"
    )


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Add the hooks that a `conftest.py` may write."""
    from pytest_gatepost import hooks  # noqa: PLC0415 - nothing is imported before it is needed

    pluginmanager.add_hookspecs(hooks)


def pytest_configure(config: pytest.Config) -> None:
    """Take part in the run, if an app is named."""
    if config.getoption("gatepost_app"):
        from pytest_gatepost.trials import AppUnderAttack  # noqa: PLC0415 - the same

        config.pluginmanager.register(AppUnderAttack(config), "gatepost-app-under-attack")
