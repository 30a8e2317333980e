"""The app: routers, the page, the documentation, and Gatepost in front of them."""

from pathlib import Path

from fastapi import FastAPI

from gatepost import BuiltIn, Gatepost, Settings, serve_page
from gatepost_tasks import (
    activity,
    export,
    lists,
    live,
    overview,
    people,
    restoring,
    sharing,
    tasks,
)
from gatepost_tasks.docs_page import add_docs

_HERE = Path(__file__).parent
PAGE = _HERE / "page"
MIGRATIONS = _HERE / "migrations"

# What the page itself shows; the API decides who sees what.
_SCREENS = (
    "/",
    "/sign-in",
    "/sign-up",
    "/forgotten-password",
    "/new-password",
    "/verify-email",
    "/account",
    "/account-deleted",
    "/activity",
    "/security",
)


def create_app(settings: Settings | None = None) -> FastAPI:
    """Put the application together.

    Args:
        settings: read from the environment where none are given.

    Raises:
        ConfigurationError: a setting cannot be used, or the page has not been built.
    """
    settings = settings or Settings.from_environment()
    gatepost = Gatepost(settings, issuer=_issuer(settings), migrations=MIGRATIONS)
    app = FastAPI(title="Tasks", version="1.0", docs_url=None, redoc_url=None, openapi_url=None)
    for room in (
        export,
        tasks,
        restoring,
        lists,
        sharing,
        people,
        activity,
        overview,
        live,
    ):  # `export` before `/api/tasks/{task_id}`
        app.include_router(room.router)
    add_docs(app)
    serve_page(app, PAGE, client_routes=_SCREENS)
    gatepost.protect(app)
    return app


def _issuer(settings: Settings) -> BuiltIn | None:
    """Let people do all that the page offers and the environment does not forbid."""
    if settings.issuer:
        return None
    said = settings.options
    return BuiltIn(
        send_on_sign_up=said.send_on_sign_up is not False,
        change_email=said.change_email is not False,
        delete_user=said.delete_user is not False,
        account_path="/account",
    )
