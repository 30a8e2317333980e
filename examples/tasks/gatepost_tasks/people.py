"""Who is signed in, and whether the app is alive."""

from fastapi import APIRouter, Response, status

from gatepost import CurrentHealth, CurrentRoles, Profile, public
from gatepost_tasks.schemas import HealthAnswer, Me

router = APIRouter()


@router.get("/api/me", tags=["people"])
async def who_am_i(profile: Profile, roles: CurrentRoles) -> Me:
    """Tell the caller who they are."""
    return Me(id=profile.id, name=profile.name, email=profile.email, roles=sorted(roles))


@router.get("/api/health", tags=["operations"])
@public("a probe's question; says nothing about anyone")
async def health(found: CurrentHealth, response: Response) -> HealthAnswer:
    """Say whether requests can be verified here, and how old the news of sign-outs is."""
    if not found.can_verify:
        response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    return HealthAnswer(
        status="ok" if found.can_verify else "unable",
        sign_outs_age_seconds=_whole(found.sign_outs_age_seconds),
        sign_outs_bound_seconds=_whole(found.sign_outs_bound_seconds),
    )


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None or seconds == float("inf") else int(seconds)
