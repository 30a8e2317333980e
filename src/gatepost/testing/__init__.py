"""Be somebody in a test of your own app: really signed up, with a really signed token.

Needs `pip install gatepost[testing]`.
"""

from gatepost.testing.people import Somebody, anonymous, sign_up

__all__ = ["Somebody", "anonymous", "sign_up"]
