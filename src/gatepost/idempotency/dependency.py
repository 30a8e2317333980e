"""`Idempotent`: the dependency by which a route takes keys."""

from functools import partial
from typing import Annotated

from fastapi import Depends, Header
from starlette.requests import Request
from starlette.responses import Response

from gatepost.dependencies import CurrentUser, Rows
from gatepost.errors import NotStarted
from gatepost.gate import responses
from gatepost.gate.error_answers import Answered
from gatepost.gate.key_answers import KEY_DESCRIPTION
from gatepost.gate.seal import decided_route
from gatepost.idempotency.key import read_key
from gatepost.idempotency.records import Asked, IdempotencyRecord, InUse, keep, take_up
from gatepost.keyed_request import KEYED_KEY, KeyedRequest, WholeAnswer
from gatepost.rows import ScopedSession

_Shown = Header(alias="Idempotency-Key", description=KEY_DESCRIPTION, examples=['"8e03978e"'])


async def _idempotent(
    request: Request,
    rows: Rows,
    user: CurrentUser,
    shown: Annotated[str | None, _Shown] = None,
) -> str | None:
    if shown is None:
        return None
    keyed = request.scope.get(KEYED_KEY)
    route = decided_route(request.scope)
    if not isinstance(keyed, KeyedRequest) or route is None:
        raise NotStarted("This app is not behind gatepost.protect(app).")
    key = read_key(keyed.values)
    if key is None:
        raise Answered(responses.invalid_idempotency_key())
    if not keyed.is_read:
        await request.body()
    asked = Asked(user.user_id, route, key, keyed.fingerprint)
    before = await _taken_up(rows, asked)
    if before is not None:
        raise Answered(_again(before, asked))
    keyed.keep_with(partial(_kept, rows, asked))
    return key


Idempotent = Annotated[str | None, Depends(_idempotent)]
"""The caller's Idempotency-Key, or None. A handler that takes it runs once for each key of a
person: a retry is given the answer of the first time."""


async def _taken_up(rows: ScopedSession, asked: Asked) -> IdempotencyRecord | None:
    try:
        return await take_up(rows, asked)
    except InUse:
        raise Answered(responses.idempotency_key_in_use()) from None


async def _kept(rows: ScopedSession, asked: Asked, answer: WholeAnswer) -> None:
    try:
        await keep(rows, asked, answer)
    except InUse:
        raise Answered(responses.idempotency_key_in_use()) from None


def _again(record: IdempotencyRecord, asked: Asked) -> Response:
    if record.fingerprint != asked.fingerprint:
        return responses.idempotency_key_reused()
    return responses.replayed(record.status, record.headers, record.body)
