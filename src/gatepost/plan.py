"""What an app has asked for, before any of it is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gatepost.events.dispatch import Dispatch
from gatepost.events.waiting import WaitingEvents
from gatepost.issuers import BuiltIn, Issuer
from gatepost.settings import Settings
from gatepost.user_fields import UserField


@dataclass(frozen=True, slots=True)
class Plan:
    """What an app has asked for.

    Attributes:
        migrations: the app's own Alembic script directory, or None.
        activity: where what concerns a person waits until it is written down; one of `events`.
        access_cookie: the path of the route that sets the access cookie, or None.
    """

    settings: Settings
    issuers: tuple[Issuer, ...]
    migrations: Path | None
    events: Dispatch
    activity: WaitingEvents
    access_cookie: str | None

    @property
    def is_built_in(self) -> bool:
        """Whether people sign in here."""
        return any(isinstance(issuer, BuiltIn) for issuer in self.issuers)

    @property
    def user_fields(self) -> Mapping[str, UserField]:
        """What people have beside Better Auth's own fields, where they sign in here."""
        built_in = (issuer for issuer in self.issuers if isinstance(issuer, BuiltIn))
        return next((issuer.user_fields for issuer in built_in), {})
