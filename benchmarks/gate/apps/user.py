"""Behind the gate, with a handler that asks who calls."""

from benchmarks.gate.apps.answer import answer, app_with
from gatepost import CurrentUser, Gatepost


async def _answer_for(user: CurrentUser) -> dict[str, str]:  # noqa: ARG001 - asking is what costs
    return await answer()


app = app_with(_answer_for)
Gatepost().protect(app)
