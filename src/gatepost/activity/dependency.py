"""The dependencies by which handlers show what has happened: one's own, and everybody's."""

from typing import Annotated

from fastapi import Depends

from gatepost.activity.overview import SecurityOverview
from gatepost.activity.reading import OwnActivity
from gatepost.dependencies import CurrentGatepost, CurrentUser, Rows
from gatepost.gate.overrides import guarding


@guarding("Activity")
async def _activity(rows: Rows, user: CurrentUser) -> OwnActivity:
    return OwnActivity(rows, user)


Activity = Annotated[OwnActivity, Depends(_activity)]
"""What has happened to the caller's own account: sign-ins, changes, and what was refused."""


@guarding("Overview", not_for_everyone=True)
async def _overview(rows: Rows, gatepost: CurrentGatepost) -> SecurityOverview:
    return SecurityOverview(rows, gatepost)


Overview = Annotated[SecurityOverview, Depends(_overview)]
"""What has happened to everybody. A route that takes it has to ask for a role, or for a scope."""
