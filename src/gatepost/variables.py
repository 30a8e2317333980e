"""The names of variables: one that is misspelt is read by nobody, and so protects nothing."""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches

from gatepost.errors import ConfigurationError

_PREFIX = "GATEPOST_"
# Read by the commands, before there are any settings.
_OF_COMMANDS = frozenset({"GATEPOST_APP"})


class Variables(Mapping[str, str]):
    """An environment whose repr shows nothing: a traceback may show what a frame has.

    Args:
        values: what is set, by name.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return "Variables(…)"


def check_names(values: Mapping[str, str], settings: Collection[str]) -> None:
    """Refuse a variable of ours that no setting has.

    Args:
        values: the environment; what is empty is unset.
        settings: every name by which something is set.

    Raises:
        ConfigurationError: there is one; names the nearest.
    """
    known = {*settings, *_OF_COMMANDS}
    for name in values:
        if name.startswith(_PREFIX) and values[name] and name not in known:
            [nearest] = get_close_matches(name, sorted(known), 1, cutoff=0)
            raise ConfigurationError(
                f"{name} is no setting of Gatepost's; is {nearest} meant? Correct it, or take it "
                "away."
            )
