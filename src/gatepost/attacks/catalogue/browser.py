"""Browser, 131 to 138: a hostile page, open in the browser of somebody who is signed in."""

from gatepost.attacks.answers import Expected
from gatepost.attacks.catalogue.attack import Attack

_FORBIDDEN, _OK = Expected.FORBIDDEN, Expected.OK
_CSRF = "OWASP ASVS 5.0, V3.5.1"

BROWSER = (
    Attack("131", "cross-site post", _FORBIDDEN, _CSRF, 352, "3.5.1"),
    Attack("132", "same-site post", _FORBIDDEN, _CSRF, 352, "3.5.1"),
    Attack("133", "foreign or null origin", _FORBIDDEN, _CSRF, 346, "3.5.1"),
    Attack("134", "sign-in by another site", _FORBIDDEN, _CSRF, 352, "3.5.1"),
    Attack("135", "CORS reflection", _OK, "OWASP ASVS 5.0, V3.4.2", 942, "3.4.2"),
    Attack("136", "open redirect", _FORBIDDEN, "OWASP ASVS 5.0, V3.7.2", 601, "3.7.2"),
    Attack("137", "cookie flags", _OK, "OWASP ASVS 5.0, V3.3", 1004, "3.3.4"),
    Attack("138", "tokens in caches", _OK, "RFC 6749, section 5.1", 525, "14.3.2"),
)

# Against an app in cookie mode: what a page of another site, or of a sibling, makes of its cookie.
COOKIE_MODE = (
    Attack("17.c", "websocket of a foreign page with the access cookie", _FORBIDDEN, _CSRF, 1385),
    Attack("131.c", "cross-site request with the access cookie", _FORBIDDEN, _CSRF, 352, "3.5.1"),
    Attack("132.c", "same-site request with the access cookie", _FORBIDDEN, _CSRF, 352, "3.5.1"),
    Attack("133.c", "foreign or null origin with it", _FORBIDDEN, _CSRF, 346, "3.5.1"),
    Attack("134.c", "access cookie set by another site", Expected.R0, _CSRF, 352, "3.5.1"),
    Attack("134.d", "access cookie cleared by another site", _FORBIDDEN, _CSRF, 352, "3.5.1"),
    Attack("135.c", "CORS reflection to the access cookie", _OK, "OWASP ASVS 5.0, V3.4.2", 942),
    Attack("137.c", "access cookie flags", _OK, "RFC 6265bis, section 4.1.3.2", 1004, "3.3.4"),
    Attack("138.c", "access cookies in caches", _OK, "RFC 9111, section 5.2.2.5", 525, "14.3.2"),
)
