"""The surface under attack: every operation, and what the attack file says of it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

from gatepost.attacks.attack_file import AttackFile
from gatepost.attacks.targets.operation import Operation

_ONESELF = frozenset({"me", "account", "self", "profile", "user", "session", "sessions"})
_ABOUT = _ONESELF | {"users", "auth"}
_ENDING = frozenset({"deactivate", "close", "revoke", "terminate", "delete", "disable", "password"})


def said_of(operation: Operation, said: Mapping[str, str]) -> str | None:
    """Return what a table of the attack file says of an operation, or None.

    Args:
        operation: the one that is looked up.
        said: texts by `METHOD /path`, where either may have `*`; `*` stands for any method, and the
            path is as the app declares it.
    """
    for pattern, text in said.items():
        method, _, path = pattern.rpartition(" ")
        if (not method or fnmatchcase(operation.method, method)) and matches(operation.path, path):
            return text
    return None


def matches(path: str, pattern: str) -> bool:
    """Whether a declared path is meant by a pattern of the attack file.

    Braces have no meaning in `fnmatch`, and brackets do, which paths hardly have.
    """
    return path == pattern or fnmatchcase(path, pattern)


@dataclass(frozen=True)
class Surface:
    """Every operation of an app.

    Attributes:
        operations: in the app's own order.
        file: what the attack file says.
        allowed_origins: what the app's CORS allows, where that can be seen; the pattern of a
            regular expression as it is written.
    """

    operations: tuple[Operation, ...]
    file: AttackFile
    allowed_origins: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Operation]:
        """Iterate over what is attacked."""
        return (each for each in self.operations if self.waived(each) is None)

    def waived(self, operation: Operation) -> str | None:
        """Return why an operation is not attacked, or None."""
        return said_of(operation, self.file.waived)

    def public(self, operation: Operation) -> str | None:
        """Return why an operation is open to strangers, or None.

        What people sign in with is open by its nature.
        """
        reason = said_of(operation, self.file.public)
        if reason is None and operation.path in self.file.people.doors:
            return "people sign in here"
        return reason

    def shared(self, operation: Operation) -> str | None:
        """Return why everybody who is signed in sees the same here, or None."""
        return said_of(operation, self.file.shared)

    def administrative(self, operation: Operation) -> str | None:
        """Return why only administrators may, or None."""
        return said_of(operation, self.file.admin)

    def of_people(self, operation: Operation) -> bool:
        """Whether it is for each signed-in person, with rows of their own."""
        return (
            self.public(operation) is None
            and self.shared(operation) is None
            and self.administrative(operation) is None
        )

    def ends_sessions(self, operation: Operation) -> bool:
        """Whether whoever calls it may be signed out, or gone, afterwards."""
        people = self.file.people
        steps = (people.sign_out, people.password_change, people.reset)
        if operation.path in {step.path for step in steps if step is not None}:
            return True
        words = set(re.split(r"[^a-z]+", operation.path.lower()))
        if words & {"logout", "signout"} or re.search(r"(sign|log)[-_]out", operation.path.lower()):
            return True
        last = operation.path.rstrip("/").rsplit("/", 1)[-1].lower()
        named = re.search(r"/users?/\{[^{}]+\}$", operation.path) is not None
        if operation.method == "DELETE" and (last in _ONESELF or named):
            return True
        return operation.changes and bool(words & _ABOUT) and bool(words & _ENDING)

    def find(self, method: str, path: str) -> Operation | None:
        """Return the operation of a method and a declared path."""
        return self._by_name.get((method, path))

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], Operation]:
        return {(each.method, each.path): each for each in reversed(self.operations)}
