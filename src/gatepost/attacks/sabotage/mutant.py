"""A mutant: the house with one protection less, as data."""

from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from gatepost.attacks.errors import AttackError

TASKS = "tasks"
"""The ground that every copy of Gatepost has: its reference application."""

ISSUER = "issuer"
"""A ground whose tokens the kit can sign, which asks for scopes, roles and a recent sign-in."""

COOKIES = "cookies"
"""A ground in cookie mode, whose people have the access cookie."""

SECURE = "secure"
"""A ground below https, with the provider built in and in cookie mode."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One protection taken away, by a text that is replaced in one file.

    Attributes:
        name: a few words with hyphens between; unique.
        says: one sentence of what is weaker.
        file: below the package's parent directory: `gatepost/tokens/verify.py`.
        old: stands in the file exactly once.
        new: stands there in the mutant.
        aims: the ids of the attacks that must notice: `105` is every variant of it, `77.1` that
            one.
        ground: on which app it is tried.
        at: the operations that are attacked, as `METHOD /path` with `*`; the app as a whole is
            always.
    """

    name: str
    says: str
    file: str
    old: str
    new: str
    aims: tuple[str, ...]
    ground: str = TASKS
    at: str = "*"

    @property
    def package(self) -> str:
        """The package that it is a mutant of."""
        return self.file.partition("/")[0]

    def also(self, *aims: str) -> "Mutant":
        """Return the same mutant with further attacks aimed at it."""
        return replace(self, aims=(*self.aims, *aims))

    def applied_to(self, text: str) -> str:
        """Return the text of its file, weakened.

        Raises:
            AttackError: what is to be replaced is not there, or more than once.
        """
        found = text.count(self.old)
        if found != 1:
            raise AttackError(
                f"Mutant {self.name}: the text that it replaces stands {found} times in "
                f"{self.file}, and not once. Write it anew as the file has it now."
            )
        return text.replace(self.old, self.new)


def is_of(attack_id: str, aim: str) -> bool:
    """Whether an attack is the one that is aimed, or a variant of it."""
    return attack_id == aim or attack_id.startswith(f"{aim}.")


def home_of(package: str) -> Path:
    """Return the directory in which a package lies.

    Raises:
        AttackError: it is not installed as files.
    """
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise AttackError(f"The package {package} is not here, so there is nothing to sabotage.")
    return Path(spec.origin).parent.parent


def weakened(mutant: Mutant) -> str:
    """Return the weakened text of a mutant's file.

    Raises:
        AttackError: there is no such file, or the mutant does not fit it any more.
    """
    file = home_of(mutant.package) / mutant.file
    try:
        text = file.read_text("utf-8")
    except OSError as error:
        raise AttackError(f"Mutant {mutant.name}: {mutant.file} cannot be read.") from error
    return mutant.applied_to(text)
