"""Better Auth's own tables, column for column, so that both servers can share one database.

Names are camelCase as in the original. Dates are ISO 8601 text with exactly three fraction
digits in SQLite (the official client reads the fraction as milliseconds) and `timestamptz` in
PostgreSQL.
"""

from datetime import UTC, datetime

from sqlalchemy import Boolean, Column, DateTime, Dialect, ForeignKey, Index, MetaData, Table, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

metadata = MetaData()


class _DateInText(Text):
    """SQLite's own way with dates: a column of type `date` that holds text."""

    __visit_name__ = "DATE"


class BetterAuthDate(TypeDecorator[datetime]):
    """An aware datetime in UTC, stored as Better Auth stores it. Milliseconds are kept."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime] | TypeEngine[str]:
        """Use `date` with text in it on SQLite, `timestamptz` on PostgreSQL."""
        if dialect.name == "sqlite":
            # Better Auth's migration looks at the column's type, and warns of any other.
            return dialect.type_descriptor(_DateInText())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """Turn an aware datetime into what the database keeps."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a date without a time zone could be any")
        moment = value.astimezone(UTC).replace(microsecond=value.microsecond // 1000 * 1000)
        return iso_milliseconds(moment) if dialect.name == "sqlite" else moment

    def process_result_value(
        self, value: datetime | str | None, _dialect: Dialect
    ) -> datetime | None:
        """Turn what the database keeps into an aware datetime in UTC."""
        if value is None:
            return None
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        # SQLite's own functions write UTC without saying so.
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def iso_milliseconds(moment: datetime) -> str:
    """Format as JavaScript's `toISOString`: UTC, three fraction digits, `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


user = Table(
    "user",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False, unique=True),
    Column("emailVerified", Boolean, nullable=False),
    Column("image", Text),
    Column("createdAt", BetterAuthDate, nullable=False),
    Column("updatedAt", BetterAuthDate, nullable=False),
)

# The same table with the columns of the `admin` plugin, which a real Better Auth server without it
# does not have.
administered_user = Table(
    "user",
    MetaData(),
    *(Column(column.name, column.type) for column in user.columns),
    Column("role", Text),
    Column("banned", Boolean),
    Column("banReason", Text),
    Column("banExpires", BetterAuthDate),
)

session = Table(
    "session",
    metadata,
    Column("id", Text, primary_key=True),
    Column("expiresAt", BetterAuthDate, nullable=False),
    Column("token", Text, nullable=False, unique=True),
    Column("createdAt", BetterAuthDate, nullable=False),
    Column("updatedAt", BetterAuthDate, nullable=False),
    Column("ipAddress", Text),
    Column("userAgent", Text),
    Column("userId", Text, ForeignKey("user.id", ondelete="CASCADE"), nullable=False),
    Index("session_userId_idx", "userId"),
)

account = Table(
    "account",
    metadata,
    Column("id", Text, primary_key=True),
    Column("accountId", Text, nullable=False),
    Column("providerId", Text, nullable=False),
    Column("userId", Text, ForeignKey("user.id", ondelete="CASCADE"), nullable=False),
    Column("accessToken", Text),
    Column("refreshToken", Text),
    Column("idToken", Text),
    Column("accessTokenExpiresAt", BetterAuthDate),
    Column("refreshTokenExpiresAt", BetterAuthDate),
    Column("scope", Text),
    Column("password", Text),
    Column("createdAt", BetterAuthDate, nullable=False),
    Column("updatedAt", BetterAuthDate, nullable=False),
    Index("account_userId_idx", "userId"),
)

verification = Table(
    "verification",
    metadata,
    Column("id", Text, primary_key=True),
    Column("identifier", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("expiresAt", BetterAuthDate, nullable=False),
    Column("createdAt", BetterAuthDate, nullable=False),
    Column("updatedAt", BetterAuthDate, nullable=False),
    Index("verification_identifier_idx", "identifier"),
)

jwks = Table(
    "jwks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("publicKey", Text, nullable=False),
    Column("privateKey", Text, nullable=False),
    Column("createdAt", BetterAuthDate, nullable=False),
    Column("expiresAt", BetterAuthDate),
    Column("alg", Text),
    Column("crv", Text),
)
