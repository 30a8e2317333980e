"""Operations of an app of which there is only a URL: its OpenAPI says what it shows."""

import json

from gatepost.attacks.errors import AttackError
from gatepost.attacks.sending import Sender
from gatepost.attacks.targets.openapi import operations_of
from gatepost.attacks.targets.operation import Operation
from gatepost.attacks.wire import RawRequest

_PLACES = ("/openapi.json", "/api/openapi.json", "/api/v1/openapi.json", "/v1/openapi.json")


def fetched_operations(sender: Sender) -> tuple[Operation, ...]:
    """Return what the OpenAPI of a running app declares.

    Raises:
        AttackError: none is found.
    """
    for place in _PLACES:
        answered = sender.send(RawRequest("GET", place)).answered
        if answered.status == 200:  # noqa: PLR2004
            try:
                document = json.loads(answered.body)
            except ValueError:
                continue
            if isinstance(document, dict) and "paths" in document:
                return tuple(operations_of(document))
    raise AttackError(
        f"{sender.url} shows no OpenAPI ({', '.join(_PLACES)}). Attack the app itself: "
        "gatepost attack MODULE:APP sees every route, shown or not."
    )
