"""`Activity`: the dependency by which a handler shows people what has happened to their account."""

from typing import Annotated

from fastapi import Depends

from gatepost.activity.reading import OwnActivity
from gatepost.dependencies import CurrentUser, Rows
from gatepost.gate.overrides import guarding


@guarding("Activity")
async def _activity(rows: Rows, user: CurrentUser) -> OwnActivity:
    return OwnActivity(rows, user)


Activity = Annotated[OwnActivity, Depends(_activity)]
"""What has happened to the caller's own account: sign-ins, changes, and what was refused."""
