"""What one person changes of another's, or says that is not theirs to say: 160 to 165, 169.

The numbers of the fact sheet that belong here, 115 to 118 and 125 to 127, stand in `objects.py`.
"""

from gatepost.attacks.answers import Expected
from gatepost.attacks.catalogue.attack import Attack

_REFUSED, _R3, _R4, _OK = Expected.REFUSED, Expected.R3, Expected.R4, Expected.OK
_BOLA = "OWASP API Security 2023, API1"
_BFLA = "OWASP API Security 2023, API5"
_BOPLA = "OWASP API Security 2023, API3"
_FLOWS = "OWASP API Security 2023, API6"
_INVENTORY = "OWASP API Security 2023, API9"

CHANGES = (
    Attack(
        "160",
        "create under another's id",
        _REFUSED,
        _BOLA,
        639,
        "8.2.2",
        does="names the id of another's row in a body that makes a new one",
    ),
    Attack(
        "161.1",
        "forgotten paths",
        Expected.CLOSED,
        _INVENTORY,
        1059,
        "13.4.5",
        does="asks for what developers leave behind: debug pages, metrics, .env, .git",
    ),
    Attack(
        "161.2",
        "hidden operation",
        _R3,
        _INVENTORY,
        1059,
        "13.4.5",
        does="calls what the app's own description does not show",
    ),
    Attack(
        "162.1",
        "role at sign-up",
        _REFUSED,
        _BOPLA,
        269,
        "15.3.3",
        does="signs up with a role, a plan or a verified address of the caller's own choice",
    ),
    Attack(
        "162.2",
        "role in one's own profile",
        _REFUSED,
        _BOPLA,
        269,
        "15.3.3",
        does="sets a role, a flag or a balance where a profile is changed",
    ),
    Attack(
        "162.3",
        "role that an administrator took away",
        _R3,
        "OWASP ASVS 5.0, V8.3.2",
        613,
        "8.3.2",
        does="goes on as an administrator with what was signed in with before",
    ),
    Attack(
        "163.1",
        "negative amount",
        _REFUSED,
        _FLOWS,
        1284,
        "2.2.1",
        does="sends less than nothing, and reads whether a sum has grown by it",
    ),
    Attack(
        "163.2",
        "price in the body",
        _REFUSED,
        _BOPLA,
        472,
        "2.3.2",
        does="says what a thing costs that has a price already",
    ),
    Attack("164.1", "lets oneself in", _R4, _BFLA, 862, "8.2.1", does="invites or adds oneself"),
    Attack(
        "164.2",
        "another's invitation",
        _R4,
        _BOLA,
        639,
        "8.2.2",
        does="accepts an invitation by its id that was sent to somebody else",
    ),
    Attack(
        "164.3",
        "own role raised",
        _R3,
        _BFLA,
        269,
        "8.2.1",
        does="changes one's own role among the members",
    ),
    Attack(
        "164.4",
        "stays in after removal",
        _R4,
        _BOLA,
        613,
        "8.3.2",
        does="reads and writes on after having been removed",
    ),
    Attack(
        "164.5",
        "reader writes",
        _R3,
        _BFLA,
        285,
        "8.2.1",
        does="changes what was shared to be read only",
    ),
    Attack(
        "164.6",
        "member removes others",
        _R3,
        _BFLA,
        285,
        "8.2.1",
        does="removes somebody else as the least of the members",
    ),
    Attack(
        "165",
        "once-only thing twice",
        _REFUSED,
        _FLOWS,
        837,
        "2.3.4",
        does="uses a coupon, a voucher or a code a second time, and reads whether it counted again",
    ),
    Attack(
        "169",
        "takes a row over",
        _R4,
        _BOLA,
        639,
        "8.2.2",
        does="names oneself as the owner in an update of another's row",
    ),
)
