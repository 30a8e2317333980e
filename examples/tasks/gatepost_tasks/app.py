"""The app: routers, the page, the documentation, and Gatepost in front of them."""

from pathlib import Path

from fastapi import FastAPI

from gatepost import Gatepost, Settings, serve_page
from gatepost_tasks import export, lists, live, people, sharing, tasks
from gatepost_tasks.docs_page import add_docs

_HERE = Path(__file__).parent
PAGE = _HERE / "page"
MIGRATIONS = _HERE / "migrations"


def create_app(settings: Settings | None = None) -> FastAPI:
    """Put the application together.

    Args:
        settings: read from the environment where none are given.

    Raises:
        ConfigurationError: a setting cannot be used, or the page has not been built.
    """
    gatepost = Gatepost(settings, migrations=MIGRATIONS)
    app = FastAPI(title="Tasks", version="1.0", docs_url=None, redoc_url=None, openapi_url=None)
    for room in (
        export,
        tasks,
        lists,
        sharing,
        people,
        live,
    ):  # `export` before `/api/tasks/{task_id}`
        app.include_router(room.router)
    add_docs(app)
    serve_page(app, PAGE, client_routes=("/", "/sign-in", "/sign-up"))
    gatepost.protect(app)
    return app
