"""The OpenAPI document says which operations take keys, and what they answer to them."""

from pathlib import Path

from tests.conftest import settings_for
from tests.idempotency.errands import World, create
from tests.ports import free_port


def test_what_takes_keys_says_so(tmp_path: Path) -> None:
    """An operation with `Idempotent` shows the header and its refusals, in mounted apps as well."""
    app = create(settings_for(free_port(), tmp_path), World())
    operations = app.openapi()["paths"]
    taking = operations["/errands"]["post"]
    (header,) = taking["parameters"]
    assert (header["name"], header["in"], header["required"]) == (
        "Idempotency-Key",
        "header",
        False,
    )
    codes = {
        status: set(taking["responses"][status]["content"]["application/json"]["examples"])
        for status in ("400", "409")
    }
    assert codes == {
        "400": {"INVALID_REQUEST", "INVALID_IDEMPOTENCY_KEY"},
        "409": {"IDEMPOTENCY_KEY_IN_USE"},
    }
    assert "Retry-After" in taking["responses"]["409"]["headers"]
    without = operations["/plain"]["get"]
    assert "409" not in without["responses"]
    assert "parameters" not in without
