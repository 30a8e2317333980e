"""Three applications that others wrote for other purposes, each made as its own command makes it.

This is imported in `.venv-third-party`, where they are installed, and by their own servers only.
"""

import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib import import_module

from fastapi import FastAPI

# What Glances shows without asking anything outside this machine.
_PLUGINS = "cpu,load,mem,memswap,system,uptime"


@asynccontextmanager
async def glances() -> AsyncIterator[FastAPI]:
    """Glances, which shows what a machine does: a page, a REST API, and an MCP server mounted."""
    sys.argv = ["glances", "--webserver", "--enable-mcp", "--quiet", "--disable-autodiscover"]
    sys.argv += ["--disable-check-update", "--disable-plugin", "all", "--enable-plugin", _PLUGINS]
    main = import_module("glances.main").GlancesMain()
    server = import_module("glances.webserver").GlancesWebServer(main.get_config(), main.get_args())
    web = server.web
    # Everything that its command does, but for the server that it would start.
    web._start_uvicorn = lambda: None  # noqa: SLF001 - it has no public name
    server.serve_forever()
    app: FastAPI = web._app  # noqa: SLF001 - the same
    yield app
    server.end()


@asynccontextmanager
async def optimade() -> AsyncIterator[FastAPI]:
    """The reference server of OPTIMADE, for databases of materials, with its own sample data."""
    app: FastAPI = import_module("optimade.server.main").app
    yield app


@asynccontextmanager
async def jupyverse() -> AsyncIterator[FastAPI]:
    """Jupyverse, a Jupyter server of plugins, whose routes are there once it has started."""
    config = import_module("jupyverse_api.cli").get_pluggin_config(())
    (root,) = config.values()
    root["config"] = {"start_server": False}
    async with import_module("fps").get_root_module(config) as running:
        app: FastAPI = await running.get(FastAPI)
        yield app


APPS: Mapping[str, Callable[[], AbstractAsyncContextManager[FastAPI]]] = {
    "glances": glances,
    "optimade": optimade,
    "jupyverse": jupyverse,
}
