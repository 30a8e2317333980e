"""Bodies that nest are checked in bounded work, and what is said of them is text."""

import httpx

from gatepost.errors import BadRequest
from gatepost.provider.social_schemas import SIGN_IN_SOCIAL
from gatepost.provider.validation import validate


def _problems(body: object) -> list[str]:
    try:
        validate(SIGN_IN_SOCIAL, body)
    except BadRequest as refused:
        return refused.message.split("; ")
    return []


def test_a_hundred_problems_are_told() -> None:
    """A list of a hundred thousand wrong items is answered with a hundred of them."""
    problems = _problems({"provider": "github", "scopes": [1.0] * 100_000})
    assert len(problems) == 100
    assert problems[-1] == "[body.scopes.99] Invalid input: expected string, received number"


def test_names_of_the_callers_own_are_valid_text(client: httpx.Client) -> None:
    """A lone surrogate in a member's name comes back as U+FFFD, not as an error of ours."""
    body = '{"provider":"x","additionalParams":{"a\\ud800":1}}'
    headers = {"content-type": "application/json"}
    for path, sent, said in (
        ("/sign-in/social", body, "[body.additionalParams.a\ufffd] Invalid input: "),
        ("/get-access-token", '{"accountId":"x","\\ud800":1}', '[body] Unrecognized key: "\ufffd"'),
    ):
        answer = client.post(path, content=sent, headers=headers)
        assert answer.status_code == 400
        assert answer.json()["message"].startswith(said)
