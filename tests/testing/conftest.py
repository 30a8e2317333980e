"""Tasks as the app under test, for the tests that use the plugin's fixtures themselves."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI

from gatepost import Settings
from gatepost.testing.plugin import (
    _gatepost_listener,
    anonymous,
    as_user,
    gatepost_permitted_overrides,
    gatepost_settings,
    gatepost_url,
)
from gatepost_tasks.app import create_app

__all__ = [
    "_gatepost_listener",
    "anonymous",
    "as_user",
    "gatepost_permitted_overrides",
    "gatepost_settings",
    "gatepost_url",
]


@pytest.fixture
def gatepost_app() -> Callable[[Settings], FastAPI]:
    """Tasks, made for each test."""
    return create_app
