"""The values of the rate limits: what can be set, and how far."""

from dataclasses import replace

import pytest

from gatepost.errors import ConfigurationError
from gatepost.rates import HIGHEST_RATES, Limit, Rate, Rates, parse_rates

READ: dict[str, Rates] = {
    "": Rates(),
    "default=50/10s": replace(Rates(), default=Rate(50, 10)),
    " sign-in=5/1m , mail=1/1h,": replace(Rates(), sign_in=Rate(5, 60), mail=Rate(1, 3600)),
    "failures=5/24h,failures-anywhere=50/24h": replace(
        Rates(), failures=Rate(5, 86_400), failures_anywhere=Rate(50, 86_400)
    ),
    "default=1000/10s": replace(Rates(), default=Rate(1000, 10)),
}
REFUSED: dict[str, str] = {
    "unlimited": "'unlimited' is no limit",
    "default": "'default' is no limit",
    "default=": "'default=' is no limit",
    "default=0/10s": "'default=0/10s' is no limit",
    "default=-1/10s": "is no limit",
    "default=10/0s": "is no limit",
    "default=1e9/10s": "is no limit",
    "default=10": "is no limit",
    "default=10/10": "is no limit",
    "default=10/10d": "is no limit",
    "default=٣/10s": "is no limit",
    "sign_in=3/10s": "'sign_in=3/10s' is no limit",
    "login=3/10s": "there are default, sign-in, mail, failures, failures-anywhere, notices",
    "mail=3/60s,mail=5/60s": "stands twice",
    "default=1001/10s": "default=1001/10s is out of range: from 1/24h to 1000/10s",
    "default=1000/9s": "out of range",
    "default=1001/24h": "out of range",
    "default=1/25h": "out of range",
    "sign-in=999999999/999999999h": "out of range",
    "failures=1001/1h": "failures=1001/3600s is out of range",
    "failures-anywhere=100/10s": "out of range",
}


@pytest.mark.parametrize("text", READ)
def test_read(text: str) -> None:
    """What is written is set, and what is left out is Better Auth's, or ours beyond it."""
    assert parse_rates(text, "GATEPOST_RATE_LIMITS") == READ[text]


@pytest.mark.parametrize("text", REFUSED)
def test_no_limit_can_be_turned_off(text: str) -> None:
    """What is no limit, or above its ceiling, stops the start, with the variable and the range."""
    with pytest.raises(ConfigurationError, match=r"^GATEPOST_RATE_LIMITS: ") as stopped:
        parse_rates(text, "GATEPOST_RATE_LIMITS")
    assert REFUSED[text] in str(stopped.value)


def test_the_ceiling_itself_can_be_written() -> None:
    """Every limit stands in it, and nothing above it can be made by hand either."""
    highest = parse_rates(HIGHEST_RATES, "GATEPOST_RATE_LIMITS")
    for limit in Limit:
        rate = highest[limit]
        field = limit.name.lower()
        with pytest.raises(ValueError, match="out of range"):
            replace(highest, **{field: Rate(rate.amount + 1, rate.seconds)})
        with pytest.raises(ValueError, match="out of range"):
            replace(highest, **{field: Rate(rate.amount, rate.seconds - 1)})
