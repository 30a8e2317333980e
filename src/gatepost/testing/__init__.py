"""Be somebody in a test of your own app: really signed up, with a really signed token.

The fixtures are in `gatepost.testing.plugin`. Needs `pip install gatepost[testing]`.
"""

from gatepost.testing.clients import AppClient, AsUser, UserClient
from gatepost.testing.overrides import dependency_of
from gatepost.testing.people import Somebody, anonymous, sign_up

__all__ = [
    "AppClient",
    "AsUser",
    "Somebody",
    "UserClient",
    "anonymous",
    "dependency_of",
    "sign_up",
]
