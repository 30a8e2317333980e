"""What an operation that takes an Idempotency-Key says of it in OpenAPI."""

from collections.abc import Iterator, Mapping
from typing import Any

from starlette.responses import Response

from gatepost.gate import responses

KEY_DESCRIPTION = (
    "A new value for each piece of work, 1 to 255 characters of ASCII in double quotes. A retry "
    "with the same value gets the first answer again, for 24 hours. With another request it gets "
    "422 `IDEMPOTENCY_KEY_REUSED`."
)
"""By this the parameter of `Idempotent` is known from an app's own of the same name."""


def answers_to_keys(operation: Mapping[str, Any]) -> Iterator[tuple[str, Response]]:
    """Yield when a request is refused for its key, and with what; nothing where none is taken."""
    if any(each.get("description") == KEY_DESCRIPTION for each in operation.get("parameters", ())):
        yield "The Idempotency-Key cannot be read", responses.invalid_idempotency_key()
        yield "The same request is being worked on", responses.idempotency_key_in_use()
        yield "The Idempotency-Key is another request's", responses.idempotency_key_reused()
