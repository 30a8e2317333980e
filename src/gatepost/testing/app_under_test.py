"""What the fixture `gatepost_app` gave, and whether a test may run on it."""

from collections.abc import Callable

from fastapi import FastAPI

from gatepost.app import Gatepost
from gatepost.errors import ConfigurationError
from gatepost.settings import Settings


def take_up(given: FastAPI | Callable[[Settings], FastAPI], settings: Settings) -> FastAPI:
    """Return the app, made where what makes it was given.

    Raises:
        ConfigurationError: it is no app, is not protected, or would write to another database
            than the test's own.
    """
    made: object = given if isinstance(given, FastAPI) or not callable(given) else given(settings)
    if not isinstance(made, FastAPI):
        raise ConfigurationError(
            f"The fixture gatepost_app gave a {type(made).__name__}. Return the FastAPI app, or "
            "the function that makes it from gatepost_settings."
        )
    gatepost: object = getattr(made.state, "gatepost", None)
    if not isinstance(gatepost, Gatepost):
        raise ConfigurationError(
            "The app under test is not behind Gatepost: call gatepost.protect(app) where it is "
            "made."
        )
    if gatepost.settings != settings:
        raise ConfigurationError(
            "The app under test has settings of its own, so its tests would sign people up in "
            "whatever database those name. Make it with Gatepost(gatepost_settings); or, where "
            "that database is meant for tests, let a fixture gatepost_settings of yours return "
            "them."
        )
    if settings.secure_cookies:
        raise ConfigurationError(
            f"{settings.url} is https, and the app under test is served over http, where its "
            "session cookie is not sent. Give it an http URL on loopback in its tests."
        )
    return made
