"""The deployment that a command works on: its settings, its secrets, its database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import inspect, make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.errors import ConfigurationError
from gatepost.settings import Secrets, Settings
from gatepost.store import open_engine
from gatepost.store.engine import check_connection
from gatepost.store.secret_file import secret_file, take_up_secret

WHERE = (
    "Run this with the environment that the app has, and, where it has none, in the directory "
    "where it runs."
)


@dataclass(frozen=True, slots=True)
class Deployment:
    """What the environment says, and the database that it names."""

    settings: Settings
    engine: AsyncEngine

    @property
    def secrets(self) -> Secrets:
        """The app's secrets.

        Raises:
            ConfigurationError: there are none yet; a command makes none.
        """
        if self.settings.secrets is not None:
            return self.settings.secrets
        if not secret_file(self.settings.data_dir).exists():
            raise ConfigurationError(
                f"There is no secret in the environment, and none in {self.settings.data_dir}. "
                f"{WHERE}"
            )
        return take_up_secret(self.settings.data_dir)[0]


@asynccontextmanager
async def open_deployment(settings: Settings) -> AsyncIterator[Deployment]:
    """Open the app's database, which the app must have made.

    Raises:
        ConfigurationError: there is no such database, no app has started on it, or keys and people
            are a Better Auth server's, which signs with the newest key at once, even one for later.
    """
    if settings.issuer is not None:
        raise ConfigurationError(
            f"The keys and the people are at {settings.issuer}, which GATEPOST_ISSUER names; look "
            "after them there."
        )
    url = settings.database_url.reveal()
    engine = open_engine(url)
    try:
        _check_file(url)
        await check_connection(engine)
        async with engine.connect() as connection:
            names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        if "jwks" not in names:
            raise ConfigurationError(
                "The database has no table jwks yet: the app makes it when it first starts. "
                f"{WHERE}"
            )
        yield Deployment(settings, engine)
    finally:
        await engine.dispose()


def _check_file(database_url: str) -> None:
    """Refuse a file that is not there: opening it would make an empty one."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise ConfigurationError(f"There is no database {url.database}. {WHERE}")
