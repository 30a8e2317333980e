"""All checks of a deployment, one after the other; none of them can end the examination."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from gatepost.doctor.app_checks import app_checks
from gatepost.doctor.findings import Check, Finding
from gatepost.doctor.library_check import library_check
from gatepost.doctor.patient import Patient
from gatepost.doctor.settings_checks import settings_checks

_LONGEST_SECONDS = 30.0
_Several = Callable[[Patient], AsyncIterator[Finding]]


async def examine(patient: Patient) -> list[Finding]:
    """Return a finding for each check, in the order in which they are shown."""
    from gatepost.doctor.database_checks import database_checks  # noqa: PLC0415 - drivers
    from gatepost.doctor.elsewhere_checks import elsewhere_checks  # noqa: PLC0415 - drivers

    found = list(settings_checks(patient))
    for name, checks in (("database", database_checks), ("elsewhere", elsewhere_checks)):
        found += await _bounded(name, checks, patient)
    return [*found, *app_checks(patient), library_check()]


async def _bounded(name: str, checks: _Several, patient: Patient) -> list[Finding]:
    found: list[Finding] = []

    async def collect() -> None:
        async for finding in checks(patient):
            found.append(finding)  # noqa: PERF401 - what came before a failure is kept

    trouble = await _trouble_of(collect)
    if trouble:
        what = Check(name, "What was not looked at may be in any state.")
        found.append(what.unknown(f"The examination stopped here: {trouble}.", "Run it again."))
    return found


async def _trouble_of(work: Callable[[], Awaitable[None]]) -> str:
    try:
        async with asyncio.timeout(_LONGEST_SECONDS):
            await work()
    except TimeoutError:
        return f"no answer within {_LONGEST_SECONDS:g} s"
    except Exception as error:  # noqa: BLE001 - whatever a driver raises, the rest is looked at
        # The kind alone: what drivers say may hold a part of a URL.
        return type(error).__name__
    return ""
