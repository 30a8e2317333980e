"""Whose host it is: nobody attacks another machine by a slip."""

import pytest

from gatepost.attacks.errors import AttackError
from gatepost.attacks.hosts import is_this_machine, refuse_others


@pytest.mark.parametrize(
    ("host", "is_this"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("localhost", True),
        ("LOCALHOST", True),
        ("[::1]", True),
        ("[::ffff:127.0.0.1]", True),
        ("0.0.0.0", False),  # noqa: S104 - a name that is refused
        ("192.0.2.1", False),
        ("10.0.0.1", False),
        ("[2001:db8::1]", False),
        ("[::ffff:192.0.2.1]", False),
        ("2130706434", True),  # 127.0.0.2, as resolvers read it
    ],
)
def test_a_host_is_this_machine_by_its_addresses(host: str, is_this: bool) -> None:  # noqa: FBT001 - a table
    """Whatever it is called, its addresses decide."""
    url = f"http://{host}:8000"
    assert is_this_machine(url) is is_this
    if is_this:
        assert refuse_others(url, None) is False
        return
    with pytest.raises(AttackError, match="--i-own-this-host"):
        refuse_others(url, None)


@pytest.mark.parametrize("owned", ["Staging.Example", "staging.example.evil", ""])
def test_only_the_very_host_is_ones_own(owned: str) -> None:
    """What is said has to be the URL's host, and no other."""
    url = "http://192.0.2.1"
    with pytest.raises(AttackError, match="and the URL 192"):
        refuse_others(url, owned)
    assert refuse_others(url, "192.0.2.1") is True
