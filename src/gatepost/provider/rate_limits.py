"""How often one address may ask for one path: Better Auth's rules."""

from gatepost.limits import Windows
from gatepost.provider.routes import PATHS
from gatepost.rates import Limit

_SIGN_IN = ("/sign-in", "/sign-up", "/change-password", "/change-email")
_MAIL = (
    "/request-password-reset",
    "/send-verification-email",
    "/forget-password",
    "/email-otp/send-verification-otp",
    "/email-otp/request-password-reset",
)


def limit_of(path: str) -> Limit:
    """Return which limit a path below the base path comes under."""
    if path.startswith(_SIGN_IN):
        return Limit.SIGN_IN
    return Limit.MAIL if path.startswith(_MAIL) else Limit.DEFAULT


async def seconds_to_wait(windows: Windows, path: str | None, address: str) -> int | None:
    """Count a request; None where it may go on, else after how many seconds the next one may.

    Args:
        windows: keeps the counts.
        path: below the base path; None where it is spelled as no path of ours is.
        address: whom it counts for. Requests without one are counted together.
    """
    # Whoever makes paths up has one count for all of them, and fills no memory with their names.
    counted = path if path in PATHS else ""
    return await windows.hit(limit_of(path or ""), address, counted)
