"""Options that turn something on or off, as a deployment's environment says them.

All but `new_device_mail` are Better Auth's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gatepost.errors import ConfigurationError

OPTIONS: Final = {
    "bearer": "GATEPOST_BEARER",
    "require_email_verification": "GATEPOST_REQUIRE_EMAIL_VERIFICATION",
    "send_on_sign_up": "GATEPOST_SEND_ON_SIGN_UP",
    "auto_sign_in_after_verification": "GATEPOST_AUTO_SIGN_IN_AFTER_VERIFICATION",
    "change_email": "GATEPOST_CHANGE_EMAIL",
    "delete_user": "GATEPOST_DELETE_USER",
    "new_device_mail": "GATEPOST_NEW_DEVICE_MAIL",
}
"""The variable of each option."""

_WRITTEN: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Options:
    """The options of `BuiltIn`, which says what each means; None where nothing is said."""

    bearer: bool | None = None
    require_email_verification: bool | None = None
    send_on_sign_up: bool | None = None
    auto_sign_in_after_verification: bool | None = None
    change_email: bool | None = None
    delete_user: bool | None = None
    new_device_mail: bool | None = None


def parse_options(values: Mapping[str, str]) -> Options:
    """Read what a deployment says.

    Args:
        values: the environment; what is empty is unset.

    Raises:
        ConfigurationError: one is neither `true` nor `false`; the message names the variable.
    """
    said = {option: values[name] for option, name in OPTIONS.items() if values.get(name)}
    for option, written in said.items():
        if written not in _WRITTEN:
            raise ConfigurationError(f"{OPTIONS[option]} is {written!r}: write true or false.")
    return Options(**{option: _WRITTEN[written] for option, written in said.items()})


def is_on(*said: bool | None, default: bool = False) -> bool:
    """Whether an option is on: as the first says that says anything, or else by default."""
    return next((each for each in said if each is not None), default)
