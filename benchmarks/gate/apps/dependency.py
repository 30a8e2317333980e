"""Behind the gate, with a handler that has a dependency which does nothing.

It takes the connection, as whatever looks for the caller must.
"""

from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from benchmarks.gate.apps.answer import answer, app_with
from gatepost import Gatepost


async def _nothing(connection: HTTPConnection) -> HTTPConnection:
    return connection


async def _answer_with(_: Annotated[HTTPConnection, Depends(_nothing)]) -> dict[str, str]:
    return await answer()


app = app_with(_answer_with)
Gatepost().protect(app)
