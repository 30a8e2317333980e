"""What the kit is told of the grounds, as an attack file would tell it."""

from pathlib import Path

from gatepost.attacks.attack_file import AttackFile
from gatepost.attacks.sabotage import Ground
from gatepost.attacks.sabotage.ground import PATIENT, grounds_here
from gatepost.attacks.sabotage.mutant import COOKIES, ISSUER
from tests.attacks.sabotage.doors import ROOT, ROOTS_PASSWORD, SECRET

_ROOT = Path(__file__).parents[3]
_GROUND = "tests.attacks.sabotage.ground"

_ISSUER = AttackFile.model_validate(
    {
        "people": {
            "kind": "password",
            "sign_up": {
                "path": "/register",
                "body": {"email": "{email}", "password": "{password}"},
            },
            "sign_in": {
                "path": "/login",
                "body": {"email": "{email}", "password": "{password}"},
                "token": "access_token",
            },
            "admin": {"email": ROOT, "password": ROOTS_PASSWORD},
        },
        "tokens": {"secret": SECRET},
        "admin": {"* /admin/*": "for administrators"},
    }
)
_BELOW_HTTPS = {
    "GATEPOST_URL": "https://gatepost.example",
    # Where the kit really finds it: no TLS stands between.
    "GATEPOST_TRUSTED_ORIGINS": "{url}",
    "GATEPOST_REQUIRE_EMAIL_VERIFICATION": "false",
}
_COOKIES = AttackFile.model_validate({"app": {"environment": _BELOW_HTTPS}})


def every_ground() -> dict[str, Ground]:
    """Return the grounds that only a checkout has, and the others."""
    return {
        **grounds_here(),
        ISSUER: Ground(
            f"{_GROUND}:issuer", _ISSUER, factory=True, homes=(_ROOT,), environment=PATIENT
        ),
        COOKIES: Ground(
            f"{_GROUND}:cookies", _COOKIES, factory=True, homes=(_ROOT,), environment=PATIENT
        ),
    }
