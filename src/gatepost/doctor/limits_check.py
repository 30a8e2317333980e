"""Where the limits are counted: whether that answers, and what happens while it does not."""

from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.counting import Away
from gatepost.doctor.database_checks import not_there
from gatepost.doctor.findings import Check, Finding
from gatepost.doctor.keys_and_feed import MIGRATE
from gatepost.doctor.patient import Patient
from gatepost.errors import ConfigurationError
from gatepost.settings import Secret
from gatepost.store.engine import open_engine
from gatepost.store.feed import CarrierLost
from gatepost.store.feed.valkey_server import ValkeyServer, command

if TYPE_CHECKING:
    from valkey.asyncio import Valkey

_LIMITS = Check("limits", "They slow down who guesses passwords.")
_MEANWHILE = {
    Away.LOCAL: "Until then each worker counts for itself.",
    Away.REFUSE: "Until then nobody signs in.",
}
_RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE")


async def limits_finding(patient: Patient) -> Finding:
    """Say where the workers count; nothing is counted for it."""
    counting = patient.settings.counting
    if counting.valkey_url is not None:
        return await _in_valkey(counting.valkey_url, _MEANWHILE[counting.away])
    if counting.in_database:
        return await _in_database(patient, _MEANWHILE[counting.away])
    if patient.settings.production:
        return _LIMITS.warn(
            "Each worker counts for itself: with four of them, four times as many guesses.",
            "Set GATEPOST_RATE_LIMITS_URL to database, or to valkey://…, where there is more than "
            "one worker.",
        )
    return _LIMITS.ok("Each worker counts for itself.")


async def _in_valkey(url: Secret, meanwhile: str) -> Finding:
    async def exchange(client: "Valkey") -> object:
        return await command(client, "PING")

    try:
        await ValkeyServer(url.reveal()).ask(exchange)
    except (CarrierLost, ConfigurationError) as lost:
        return _LIMITS.fail(
            f"{sentence(lost)} {meanwhile}",
            "Start that server, or correct GATEPOST_RATE_LIMITS_URL.",
        )
    return _LIMITS.ok("All workers count together in Valkey, which answers.")


async def _in_database(patient: Patient, meanwhile: str) -> Finding:
    engine = open_engine(patient.settings.database_url.reveal())
    try:
        if await not_there(engine) is not None:
            return _LIMITS.fail(
                f"They are counted in the database, which is away. {meanwhile}",
                "Mend `database`.",
            )
        missing = await _missing(engine)
    finally:
        await engine.dispose()
    if missing:
        return _LIMITS.fail(f"They are counted in the database, {missing}.", MIGRATE)
    return _LIMITS.ok("All workers count together in the database.")


async def _missing(engine: AsyncEngine) -> str:
    """Return what the role that serves people would need to count, and has not."""
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1 FROM gatepost_limit LIMIT 1"))
            if engine.dialect.name != "postgresql":
                return ""
            ask = text("SELECT has_table_privilege('gatepost_limit', :right)")
            rights = [
                right
                for right in _RIGHTS
                if not (await connection.execute(ask, {"right": right})).scalar_one()
            ]
    except DBAPIError:
        return "which has no table gatepost_limit that its role can read"
    return f"whose role lacks {', '.join(rights)} on gatepost_limit" if rights else ""


def sentence(error: Exception) -> str:
    """Return what an error says, with a full stop."""
    return f"{str(error).rstrip('.')}."
