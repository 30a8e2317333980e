"""Hooks that do what a request's headers ask for; tests/node/oracle_hooks.mjs has their twins."""

import json
from collections.abc import Mapping

from gatepost.errors import Forbidden
from gatepost.hooks import AuthOutcome, AuthRequest

_ONLY = "only "


def _refuse_or_fail(asked: str) -> None:
    if asked == "refuse":
        raise Forbidden("Not today", code="NOT_TODAY")
    if asked == "fail":
        raise RuntimeError(f"a hook was asked to {asked}")


async def before(request: AuthRequest) -> Mapping[str, object] | None:
    """Refuse, fail, or change the body, as `x-before` says."""
    asked = request.headers.get("x-before", "")
    _refuse_or_fail(asked)
    if asked.startswith(_ONLY):
        body: dict[str, object] = json.loads(asked.removeprefix(_ONLY))
        return body
    return {**request.body, **json.loads(asked)} if asked else None


async def after(outcome: AuthOutcome) -> None:
    """Show what has come of it; then refuse or fail, as `x-after` says."""
    request, refusal, new_session = outcome.request, outcome.refusal, outcome.new_session
    name = request.body.get("name")
    shown = f"refused {refusal.code or 'without a code'}" if refusal else "answered"
    outcome.set_header("X-Route", f"{request.method} {request.path}")
    outcome.set_header("X-Outcome", shown)
    outcome.set_header("X-New-Session", str(new_session.user["email"]) if new_session else "none")
    outcome.set_header("X-Name", name if isinstance(name, str) else "none")
    outcome.set_cookie("seen", "é;1", max_age=60)
    _refuse_or_fail(request.headers.get("x-after", ""))
