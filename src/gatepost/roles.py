"""Where a person's roles are read: in the database where they stand there, else in the token."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.errors import Unavailable
from gatepost.store.engine import is_away
from gatepost.store.roles import find_roles
from gatepost.tokens import VerifiedClaims


@dataclass(frozen=True, slots=True)
class Roles:
    """Answers the gate's question.

    Attributes:
        stored: the issuers whose people have their roles in the database, where taking one away
            holds at once. Of the others the token's claim counts, until the token ends.
    """

    engine: AsyncEngine
    stored: frozenset[str]

    async def roles_of(self, claims: VerifiedClaims) -> frozenset[str]:
        """Return a person's roles.

        Raises:
            Unavailable: the database cannot be reached.
        """
        if claims.issuer not in self.stored:
            return claims.roles
        try:
            return await find_roles(self.engine, claims.user_id)
        except Exception as error:
            if is_away(error):
                raise Unavailable(
                    "The service cannot be reached right now; try again in a moment",
                    code="SERVICE_UNAVAILABLE",
                ) from error
            raise
