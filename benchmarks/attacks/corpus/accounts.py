"""Who has signed up: nothing here tells whether an address has an account."""

import secrets
from dataclasses import dataclass

from benchmarks.attacks.corpus.answers import Person
from benchmarks.attacks.corpus.passwords import hash_password, is_password


@dataclass
class User:
    """Somebody who has signed up."""

    id: str
    email: str
    name: str
    password: bytes
    role: str = "user"


class Accounts:
    """Those of one app, in its memory."""

    def __init__(self) -> None:
        self._users: dict[str, User] = {}

    def add(self, person: Person, role: str = "user") -> User | None:
        """Sign somebody up; None where the address is taken, which takes as long."""
        password, email = hash_password(person.password), person.email.lower()
        if self.by_email(email) is not None:
            return None
        user = User(secrets.token_hex(8), email, person.name, password, role)
        self._users[user.id] = user
        return user

    def by_email(self, email: str) -> User | None:
        """Whose address that is."""
        return next((user for user in self.all() if user.email == email.lower()), None)

    def checked(self, email: str, password: str) -> User | None:
        """Whose address and password these are."""
        user = self.by_email(email)
        return user if is_password(password, user.password if user else None) else None

    def get(self, user_id: object) -> User | None:
        """Whose id that is, where it is one at all."""
        return self._users.get(user_id) if isinstance(user_id, str) else None

    def all(self) -> list[User]:
        """Everybody."""
        return list(self._users.values())
