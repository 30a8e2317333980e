"""Key sets, 45 to 47 and 104, against an app whose issuer is elsewhere."""

from pathlib import Path

import pytest

from gatepost import BetterAuthServer
from gatepost.attacks import Answered, RawRequest, complaints, send
from gatepost.attacks.catalogue import KEY_SETS, KeySetAttack
from tests.issuers.elsewhere import AUDIENCE, believing, issuer_elsewhere
from tests.tokens.hostile_issuer import sends

# joserfc warns of the name `EdDSA`, which is the one that Better Auth uses.
pytestmark = pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")


def _shown(url: str, token: str) -> Answered:
    return send(url, RawRequest("GET", "/me", (("Authorization", f"Bearer {token}"),)))


@pytest.mark.parametrize("attack", KEY_SETS, ids=str)
def test_a_hostile_key_set_lets_nobody_in(attack: KeySetAttack, tmp_path: Path) -> None:
    """A key that is not what it should be verifies nothing, and what cannot be told is a 503."""
    with issuer_elsewhere() as issuer:
        published = attack.publish(issuer.public_jwks)
        if published is None:
            issuer.server.close_port()
        else:
            issuer.server.answer = sends(published)
        server = BetterAuthServer(url=issuer.url, audience=AUDIENCE)
        with believing([server], tmp_path) as url:
            came = _shown(url, issuer.token("ada"))
            nonsense = _shown(url, "nonsense")
            assert complaints(attack.expected, came, twin=nonsense) == []
