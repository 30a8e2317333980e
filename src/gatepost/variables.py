"""The names of variables: one that is misspelt is read by nobody, and so protects nothing."""

from collections.abc import Collection, Mapping
from difflib import get_close_matches

from gatepost.errors import ConfigurationError

_PREFIX = "GATEPOST_"
# Read by the commands, before there are any settings.
_OF_COMMANDS = frozenset({"GATEPOST_APP"})


def check_names(values: Mapping[str, str], settings: Collection[str]) -> None:
    """Refuse a variable of ours that no setting has.

    Args:
        values: the environment; what is empty is unset.
        settings: every name by which something is set.

    Raises:
        ConfigurationError: there is one; names the nearest.
    """
    known = {*settings, *_OF_COMMANDS}
    for name, value in values.items():
        if name.startswith(_PREFIX) and value and name not in known:
            [nearest] = get_close_matches(name, sorted(known), 1, cutoff=0)
            raise ConfigurationError(
                f"{name} is no setting of Gatepost's; is {nearest} meant? Correct it, or take it "
                "away."
            )
