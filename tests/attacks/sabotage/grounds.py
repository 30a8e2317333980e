"""What the kit is told of the grounds, as an attack file would tell it."""

from pathlib import Path

from gatepost.attacks.attack_file import AttackFile
from gatepost.attacks.sabotage import Ground
from gatepost.attacks.sabotage.ground import PATIENT, grounds_here
from gatepost.attacks.sabotage.mutant import COOKIES, ISSUER, SECURE
from tests.attacks.sabotage.doors import ROOT, ROOTS_PASSWORD, SECRET

_ROOT = Path(__file__).parents[3]
_GROUND = "tests.attacks.sabotage.ground"

_ACCOUNT = {"email": "{email}", "password": "{password}"}
_PASSWORDS: dict[str, object] = {
    "kind": "password",
    "sign_up": {"path": "/register", "body": _ACCOUNT},
    "sign_in": {"path": "/login", "body": _ACCOUNT},
}
_BELOW_HTTPS = {
    "GATEPOST_URL": "https://localhost:8443",
    # Where the kit really finds it: no TLS stands between.
    "GATEPOST_TRUSTED_ORIGINS": "{url}",
    "GATEPOST_REQUIRE_EMAIL_VERIFICATION": "false",
}
_FILES: dict[str, dict[str, object]] = {
    ISSUER: {
        "people": {
            **_PASSWORDS,
            "sign_in": {"path": "/login", "body": _ACCOUNT, "token": "access_token"},
            "admin": {"email": ROOT, "password": ROOTS_PASSWORD},
        },
        "tokens": {"secret": SECRET},
        "admin": {"* /admin/*": "for administrators"},
    },
    COOKIES: {
        "people": _PASSWORDS,
        "tokens": {"secret": SECRET},
        "app": {"environment": _BELOW_HTTPS},
    },
    SECURE: {"app": {"environment": _BELOW_HTTPS}},
}


def every_ground() -> dict[str, Ground]:
    """Return the grounds that only a checkout has, and the others."""
    return {**grounds_here(), **{name: _ground(name) for name in _FILES}}


def _ground(name: str) -> Ground:
    return Ground(
        f"{_GROUND}:{name}",
        AttackFile.model_validate(_FILES[name]),
        factory=True,
        homes=(_ROOT,),
        environment=PATIENT,
    )
