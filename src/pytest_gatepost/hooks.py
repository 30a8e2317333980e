"""What a `conftest.py` may say of the app under attack."""

import pytest


@pytest.hookspec(firstresult=True)
def pytest_gatepost_body(operation: str, canary: str) -> object:
    """Make the body of an operation where none can be inferred, or return None.

    Args:
        operation: `POST /orders`, as the app declares it.
        canary: a text of whoever the row is to belong to; put it where a text goes, so that it is
            known again wherever it should not be.
    """
