"""An app by its name, and what to say where there is none of that name."""

import importlib
import sys
import traceback
from contextlib import redirect_stdout
from pathlib import Path

from fastapi import FastAPI

from gatepost.attacks.errors import AttackError

_OF_THE_CODE = (SyntaxError, TypeError, NameError, AttributeError, ImportError)
"""What no setting mends."""


def imported_app(target: str, *, factory: bool) -> FastAPI:
    """Import an app; what it prints meanwhile goes to standard error.

    Args:
        target: `module:name`, as uvicorn takes it.
        factory: whether the name is that of a function which makes the app.

    Raises:
        AttackError: there is no such module or name, it does not import, or it is no FastAPI app.
    """
    module, _, name = target.partition(":")
    if not module or not name or not module.replace(".", "").isidentifier():
        raise AttackError(_no_target(module, name, target))
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        with redirect_stdout(sys.stderr):
            found = _found(importlib.import_module(module), module, name)
            app = found() if factory and callable(found) else found
    except AttackError:
        raise
    except (Exception, SystemExit) as error:
        raise AttackError(_why(error, target, module)) from error
    if not isinstance(app, FastAPI):
        raise AttackError(
            f"{target} is of type {type(app).__name__}, and not a FastAPI app. Where it is a "
            "function that makes the app, add --factory."
        )
    return app


def _no_target(module: str, name: str, target: str) -> str:
    if name.partition("/")[0].isdigit():
        meant = f"For an app that runs there, write http://{target}."
    elif target.endswith(".py"):
        meant = f"For the app of that file, write {target[:-3].strip('./').replace('/', '.')}:app."
    else:
        meant = f"Write MODULE:APP, for instance {module or 'main'}:app, or http://127.0.0.1:8000."
    return f"{target!r} is neither an app nor a URL. {meant}"


def _found(module: object, name_of_module: str, name: str) -> object:
    found = module
    for part in name.split("."):
        if not hasattr(found, part):
            apps = [each for each, value in vars(module).items() if isinstance(value, FastAPI)]
            has = ", ".join(f"{name_of_module}:{each}" for each in apps)
            raise AttackError(
                f"The module {name_of_module} has no {name}. "
                + (f"It has {has}." if has else "Where a function makes the app, add --factory.")
            )
        found = getattr(found, part)
    return found


def _why(error: BaseException, target: str, module: str) -> str:
    missing = error.name if isinstance(error, ModuleNotFoundError) else None
    if missing is not None and f"{module}.".startswith(f"{missing}."):
        return (
            f"There is no module {missing}, as seen from {Path.cwd()}. Run the command where the "
            "app is served from, in the environment in which it is installed."
        )
    said = f"Importing {target} failed{_where(error)}: {type(error).__name__}: {error}."
    if missing is not None:
        return f"{said} Install it into the environment in which this command is."
    if isinstance(error, _OF_THE_CODE):
        return said
    return (
        f"{said} What the app needs of the environment stands below [app] of the attack file: "
        'environment = { NAME = "value" }.'
    )


def _where(error: BaseException) -> str:
    """Return the line of the app's own code that an error came from, where there is one."""
    here = Path.cwd()
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(here) and "site-packages" not in frame.filename
    ]
    if not frames:
        return ""
    last = frames[-1]
    return f" at {Path(last.filename).relative_to(here)}:{last.lineno}, `{last.line}`"
