"""Too many requests: per path, per address, and which address that is behind proxies."""

from tests.provider.oracle.deployment import Deployment, RateLimit
from tests.provider.oracle.steps import SIGN_IN, SIGN_UP, Conversation, Step, get, post

_PROXIES = ("127.0.0.0/8", "10.0.0.0/8", "2001:db8:ffff::/48")
LIMITED = Deployment("limited", rate_limit=RateLimit(window=60, max=5), trusted_proxies=_PROXIES)


def _times(number: int, step: Step) -> tuple[Step, ...]:
    return tuple(
        Step(f"{step.id}, {time}", step.method, step.path, step.body, step.headers)
        for time in range(1, number + 1)
    )


def _from(address: str, step: str = "") -> Step:
    return get(step or f"ok from {address}", "/ok", x_forwarded_for=address)


_SIX = "2001:db8:1:2:"
_TRUSTING_NOBODY = Deployment("limited, without proxies", rate_limit=RateLimit(window=60, max=3))

CONVERSATIONS: tuple[Conversation, ...] = (
    Conversation(
        "limits by path",
        (
            *_times(6, get("ok", "/ok", x_forwarded_for="192.0.2.1")),
            *_times(6, get("no session", "/get-session", x_forwarded_for="192.0.2.1")),
            get("a query is no path", "/ok?x=1", x_forwarded_for="192.0.2.1"),
            post("nor is a method", "/ok", x_forwarded_for="192.0.2.1"),
            *_times(4, post("sign in", SIGN_IN, "{}", x_forwarded_for="192.0.2.1")),
            *_times(4, post("sign up", SIGN_UP, "{}", x_forwarded_for="192.0.2.1")),
            *_times(4, post("sign in elsewhere", "/sign-in/x", x_forwarded_for="192.0.2.1")),
            *_times(6, get("nothing", "/nothing", x_forwarded_for="192.0.2.1")),
            *_times(6, post("sign out", "/sign-out", x_forwarded_for="192.0.2.1")),
        ),
        LIMITED,
    ),
    Conversation(
        "limits come before everything else",
        (
            *_times(3, post("bad body", SIGN_IN, "{", x_forwarded_for="192.0.2.2")),
            post("bad body, limited", SIGN_IN, "{", x_forwarded_for="192.0.2.2"),
            post(
                "bad type, limited",
                SIGN_IN,
                "x",
                content_type="text/plain",
                x_forwarded_for="192.0.2.2",
            ),
            post(
                "bad origin, limited",
                SIGN_IN,
                "{}",
                cookie="a=b",
                origin="https://evil.example",
                x_forwarded_for="192.0.2.2",
            ),
        ),
        LIMITED,
    ),
    Conversation(
        "limits by address",
        (
            *_times(6, _from("192.0.2.10")),
            _from("192.0.2.11"),
            *_times(6, _from("198.51.100.1, 192.0.2.12")),
            _from("198.51.100.2, 192.0.2.12", "what stands further left is made up"),
            _from("192.0.2.12, 10.0.0.1", "a trusted proxy behind it"),
            _from("192.0.2.12, 10.0.0.1, 10.0.0.2", "two trusted proxies behind it"),
            _from("192.0.2.12, 192.0.2.13", "an address of its own"),
            *_times(6, _from("::ffff:192.0.2.14")),
            _from("192.0.2.14", "the same, otherwise written"),
            *_times(6, _from(f"{_SIX}:1")),
            _from(f"{_SIX}ffff::1", "the same network"),
            _from(f"{_SIX}:1, 2001:db8:ffff::1", "the same behind a proxy"),
            _from("2001:db8:1:3::1", "the next network"),
        ),
        LIMITED,
    ),
    Conversation(
        "limits and a header from anybody",
        (
            *(_from(f"192.0.2.{number}") for number in range(3)),
            _from("192.0.2.4", "a fourth address"),
            get("no header", "/ok"),
            get("another path", "/jwks"),
            *(get(f"made up {number}", f"/made/up/{number}") for number in range(3)),
            get("made up again", "/made/up/3"),
        ),
        _TRUSTING_NOBODY,
    ),
)
