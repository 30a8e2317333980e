"""Who is signed in, and whether the app is alive."""

from fastapi import APIRouter

from gatepost import Profile, public
from gatepost_tasks.schemas import Me

router = APIRouter()


@router.get("/api/me", tags=["people"])
async def who_am_i(profile: Profile) -> Me:
    """Tell the caller who they are."""
    return Me.model_validate(profile)


@router.get("/api/health", tags=["operations"])
@public("liveness probe; says nothing about anyone")
async def health() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "ok"}
