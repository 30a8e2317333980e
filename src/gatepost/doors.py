"""Doors beside those of the app: what is mounted before the app has started."""

from collections.abc import Callable

from starlette.types import Receive, Scope, Send

from gatepost.errors import NotStarted
from gatepost.house import House


class ProviderDoor:
    """The provider, as an endpoint that can be mounted before the app has started."""

    def __init__(self, house: Callable[[], House]) -> None:
        self._house = house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        provider = self._house().provider
        if provider is None:
            raise NotStarted("the provider of this app is elsewhere")
        await provider(scope, receive, send)
