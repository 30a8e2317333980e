"""The app that a command looks at: imported, and never started."""

import importlib
import inspect
import os
import sys
import traceback
from contextlib import redirect_stdout
from pathlib import Path

from fastapi import FastAPI

from gatepost.app import Gatepost
from gatepost.errors import ConfigurationError, GatepostError
from gatepost.secret_sources import has_secret
from gatepost.store.secret_file import new_secret


def load_app(target: str, *, factory: bool) -> FastAPI:
    """Import an app that is behind Gatepost; what it prints meanwhile goes to standard error.

    Args:
        target: `module:name`, as uvicorn takes it.
        factory: whether the name is that of a function which makes the app.

    Raises:
        ConfigurationError: there is no such module or name, or it is no protected FastAPI app.
    """
    module, separator, name = target.partition(":")
    if not separator or not module or not name:
        raise ConfigurationError(
            f"{target!r} does not say which app. Write MODULE:APP, for instance main:app for the "
            "app of main.py, or with --factory the function that makes it."
        )
    # Nothing is signed or sealed here, so an app of production can be looked at where its secret
    # is not; a random one, of this process alone, takes its place.
    if not has_secret(os.environ):
        os.environ["GATEPOST_SECRET"] = new_secret().reveal()
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    with redirect_stdout(sys.stderr):
        found = _attribute(_import(module), module, name)
        made = _make(found, target) if factory else found
    return _protected(made, target, factory=factory)


def _import(module: str) -> object:
    try:
        return importlib.import_module(module)
    except GatepostError:
        raise
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise _failed(f"Importing {module}", error) from error
        raise ConfigurationError(
            f"There is no module {error.name}, as seen from {Path.cwd()}. Run this in the "
            "directory from which the app is served, in the environment where it is installed."
        ) from error
    except Exception as error:
        raise _failed(f"Importing {module}", error) from error


def _attribute(module: object, name_of_module: str, name: str) -> object:
    found = module
    for part in name.split("."):
        if not hasattr(found, part):
            raise ConfigurationError(
                f"The module {name_of_module} has no {name}.{_apps_of(module, name_of_module)}"
            )
        found = getattr(found, part)
    return found


def _apps_of(module: object, name_of_module: str) -> str:
    apps = [name for name, value in vars(module).items() if isinstance(value, FastAPI)]
    return f" It has {', '.join(f'{name_of_module}:{name}' for name in apps)}." if apps else ""


def _make(factory: object, target: str) -> object:
    if isinstance(factory, FastAPI):
        raise ConfigurationError(f"{target} is an app already. Leave --factory out.")
    if not callable(factory):
        raise ConfigurationError(f"{target} is of type {type(factory).__name__}, and makes no app.")
    try:
        inspect.signature(factory).bind()
    except TypeError as error:
        raise ConfigurationError(
            f"{target} cannot be called without arguments: {error}. Give them defaults, or name a "
            "function that needs none."
        ) from error
    except ValueError:  # a signature that cannot be read; then the call itself shows
        pass
    try:
        made: object = factory()
    except GatepostError:
        raise
    except Exception as error:
        raise _failed(f"Calling {target}", error) from error
    return made


def _protected(made: object, target: str, *, factory: bool) -> FastAPI:
    if not isinstance(made, FastAPI):
        if not factory and inspect.isfunction(made):
            raise ConfigurationError(
                f"{target} is a function. Where it makes the app, add --factory."
            )
        what = "gave something" if factory else "is"
        raise ConfigurationError(
            f"{target} {what} of type {type(made).__name__}, and not a FastAPI app. Where an app "
            "is wrapped in a middleware by hand, name the app itself."
        )
    if not isinstance(getattr(made.state, "gatepost", None), Gatepost):
        raise ConfigurationError(
            f"The app of {target} is not behind Gatepost, so every route of it is open. Call "
            "gatepost.protect(app) after its last route, where the module makes it."
        )
    return made


def _failed(doing: str, error: Exception) -> ConfigurationError:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if _is_own(frame.filename)]
    at = f" ({own[-1].filename}:{own[-1].lineno})" if own else ""
    return ConfigurationError(f"{doing} failed: {type(error).__name__}: {error}{at}")


def _is_own(file: str) -> bool:
    """Whether it is the app's developer's code, as far as a path says it."""
    path = Path(file)
    below = path.is_relative_to(Path.cwd()) and "site-packages" not in path.parts
    return below and file != __file__
