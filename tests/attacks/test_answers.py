"""The oracles: each turns red on an answer that is not the one owed."""

import pytest

from gatepost.attacks import Answered, Expected, complaints

_REALM = 'Bearer realm="r"'
_INVALID = f'{_REALM}, error="invalid_token"'


def _made(
    status: int, challenge: str | None = None, body: bytes = b"{}", **headers: str
) -> Answered:
    fields = [(name.replace("_", "-"), value) for name, value in headers.items()]
    if challenge is not None:
        fields.append(("www-authenticate", challenge))
    return Answered(status, tuple(fields), body)


_R1 = _made(401, _INVALID)
_R4 = _made(404, body=b'{"code":"TASK_NOT_FOUND"}')

AS_OWED = [
    (Expected.R0, _made(401, _REALM), None),
    (Expected.R1, _R1, _made(401, _INVALID, date="another second")),
    (Expected.R2, _made(400, f'{_REALM}, error="invalid_request"'), None),
    (Expected.R3, _made(403, f'{_REALM}, error="insufficient_scope", scope="a b"'), None),
    (Expected.R4, _R4, _R4),
    (Expected.OK, _made(204), None),
    (Expected.CLOSED, _made(404), None),
    (Expected.CLOSED, _made(401, _REALM), None),
    (Expected.REFUSED, _made(422), None),
]

NOT_AS_OWED = [
    ("a success", Expected.R0, _made(200), None),
    ("no challenge", Expected.R0, _made(401), None),
    ("two challenges", Expected.R0, _made(401, _REALM, WWW_Authenticate="Basic"), None),
    ("another scheme", Expected.R0, _made(401, 'Basic realm="r"'), None),
    ("an error code where none is owed", Expected.R0, _made(401, _INVALID), None),
    ("no error code", Expected.R1, _made(401, _REALM), _made(401, _REALM)),
    ("no twin", Expected.R1, _R1, None),
    ("another body", Expected.R1, _R1, _made(401, _INVALID, b"expired")),
    ("another header", Expected.R4, _made(404, X_Found="1"), _made(404)),
    ("403 for 404", Expected.R4, _made(403), _R4),
    ("a redirect", Expected.CLOSED, _made(307, Location="/"), None),
    ("a refusal with a cookie", Expected.R0, _made(401, _REALM, Set_Cookie="a=b"), None),
    ("a stack trace", Expected.REFUSED, _made(400, body=b"Traceback (most recent"), None),
    ("a canary in the body", Expected.OK, _made(200, body=b"canary"), None),
    ("a canary in a header", Expected.OK, _made(200, ETag="canary"), None),
    ("a server error", Expected.REFUSED, _made(500), None),
]


@pytest.mark.parametrize(("expected", "answered", "twin"), AS_OWED)
def test_an_owed_answer_has_no_flaw(
    expected: Expected, answered: Answered, twin: Answered | None
) -> None:
    """The answer that is owed draws no complaint."""
    assert complaints(expected, answered, twin=twin, canary=b"canary") == []


@pytest.mark.parametrize(
    ("expected", "answered", "twin"),
    [case[1:] for case in NOT_AS_OWED],
    ids=[case[0] for case in NOT_AS_OWED],
)
def test_another_answer_is_complained_of(
    expected: Expected, answered: Answered, twin: Answered | None
) -> None:
    """An answer that is not the one owed draws a complaint."""
    assert complaints(expected, answered, twin=twin, canary=b"canary")
