"""Browser, beyond 138: what pages, files and links of an app are made to do.

The ids with a letter are further ways of a number of the fact sheet; those from 170 on stand beside
it.
"""

from gatepost.attacks.answers import Expected
from gatepost.attacks.catalogue.attack import Attack

_FORBIDDEN, _OK, _REFUSED = Expected.FORBIDDEN, Expected.OK, Expected.REFUSED
_CLOSED = Expected.CLOSED
_CSRF = "OWASP ASVS 5.0, V3.5.1"
_FILES = "OWASP ASVS 5.0, V5.3.2"
_UNINTENDED = "OWASP ASVS 5.0, V13.4"

PAGES = (
    Attack("14", "closed path in another spelling", _CLOSED, "CWE-41", 41, "8.3.1"),
    Attack("16", "websocket of a stranger", Expected.R0, "RFC 6455, section 10.5", 306, "4.4.3"),
    Attack("17", "websocket of another site's page", _FORBIDDEN, "RFC 6455, section 10.2", 1385,
        "4.4.2"),
    Attack("18.d", "documentation that nobody declared public", _CLOSED, _UNINTENDED, 1059,
        "13.4.5"),
    Attack("18.l", "what is left lying about", _CLOSED, _UNINTENDED, 538, "13.4.1"),
    Attack("18.f", "folder that nobody declared public", _CLOSED, _UNINTENDED, 552, "13.4.3"),
    Attack("18.s", "files beside a served folder", _REFUSED, _FILES, 22, "5.3.2"),
    Attack("19", "path that does not exist", Expected.R0, "OWASP ASVS 5.0, V8.3.1", 204),
    Attack("91.4", "websocket after sign-out", _REFUSED, "OWASP ASVS 5.0, V7.4.1", 613, "7.4.1"),
    Attack("91.5", "websocket opened with a session that is over", Expected.R1,
        "OWASP ASVS 5.0, V7.4.1", 613, "7.4.1",
        does="signs out, and opens the websocket anew with the credential of before"),
    Attack("105.w", "another's websocket", Expected.R4, "OWASP API Security 2023, API1", 639,
        "8.2.2"),
    Attack("131.m", "cross-site request without an Origin", _FORBIDDEN, _CSRF, 352, "3.5.1"),
    Attack("131.s", "session endpoint called by another site", _FORBIDDEN, _CSRF, 352, "3.5.1"),
    Attack("132.s", "session endpoint called by a sibling site", _FORBIDDEN, _CSRF, 352, "3.5.1"),
    Attack("133.s", "session endpoint called by a look-alike", _FORBIDDEN, _CSRF, 346, "3.5.1"),
    Attack("134.o", "sign-out by another site", _FORBIDDEN, _CSRF, 352, "3.5.1"),
    Attack("135.p", "preflight of another site", _OK, "OWASP ASVS 5.0, V3.5.2", 942, "3.5.2"),
    Attack("136.b", "callback of a sign-in to the attacker", _FORBIDDEN, "OWASP ASVS 5.0, V3.7.2",
        601, "3.7.2"),
    Attack("136.l", "mailed link that leads to the attacker", _FORBIDDEN, "OWASP ASVS 5.0, V3.7.2",
        601, "3.7.2"),
    Attack("136.h", "redirect to the attacker's Host", _REFUSED, "OWASP ASVS 5.0, V4.1.2", 644),
    Attack("170", "CSRF token that is none", _FORBIDDEN, _CSRF, 352, "3.5.1",
        does="sends none, an empty one, nonsense, half of it, and somebody else's"),
    Attack("171", "change by a link", _REFUSED, "RFC 9110, section 9.2.1", 650, "3.5.3"),
    Attack("172", "hostile messages to a websocket", _REFUSED, "CWE-248", 248, "16.5.3"),
    Attack("173", "uploaded page served as the app's own", _REFUSED, "OWASP ASVS 5.0, V3.2.1", 434,
        "3.2.1"),
    Attack("174", "upload that leaves its folder", _REFUSED, _FILES, 22, "5.3.2"),
    Attack("175", "upload over another's file", _REFUSED, _FILES, 73, "5.3.2"),
    Attack("176", "another's upload by its address", Expected.R4, "OWASP ASVS 5.0, V8.2.2", 639,
        "8.2.2"),
    Attack("177", "file by a name that leaves its folder", _REFUSED, _FILES, 22, "5.3.2"),
    Attack("177.s", "kept name that leaves its folder when it is read", _REFUSED, _FILES, 73,
        "5.3.2"),
    Attack("178", "request to an address of the attacker's choice", _REFUSED,
        "OWASP API Security 2023, API7", 918, "1.3.6"),
    Attack("179", "local file by a URL", _REFUSED, "OWASP API Security 2023, API7", 918, "1.3.6"),
    Attack("180", "the app's inside in an error", _REFUSED, "OWASP ASVS 5.0, V16.5.1", 209,
        "16.5.1"),
    Attack("181", "script in a page", _OK, "OWASP ASVS 5.0, V1.2.1", 79, "1.2.1"),
    Attack("182", "line break in a header", _OK, "RFC 9110, section 5.5", 113, "1.2.1"),
    Attack("183", "formula in an export", _OK, "OWASP ASVS 5.0, V1.2.10", 1236, "1.2.10"),
    Attack("183.1", "formula in an export of a chosen form", _OK, "OWASP ASVS 5.0, V1.2.10", 1236,
        "1.2.10", does="asks for the file that a spreadsheet opens, by its format or by Accept"),
    Attack("184", "headers that a page wants", _OK, "OWASP ASVS 5.0, V3.4", 1021, "3.4.6"),
    Attack("185", "link to the attacker's Host", _OK, "OWASP ASVS 5.0, V4.1.2", 644),
)  # fmt: skip
"""What the trials of this room add to the fact sheet's own."""
