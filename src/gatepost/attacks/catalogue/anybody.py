"""What strangers and others say in their requests of who they are, in any app: 12, 141 and 149.

Each number is that of the attack which it is a variant of; 141 and 149 are new. In every text
`{id}`, `{email}` and `{name}` are the owner's, which are no secrets.
"""

from gatepost.attacks.answers import Expected
from gatepost.attacks.catalogue.attack import Attack
from gatepost.attacks.wire import Fields

_API2 = "OWASP API Security 2023, API2"

IDENTITY_HEADERS: Fields = tuple(
    (name, value)
    for value, names in {
        "{id}": (
            "X-User-Id", "X-UserId", "X-Uid", "X-User", "User-Id", "X-Account-Id",
            "X-Authenticated-Userid", "X-Auth-User-Id", "X-Auth-Request-User", "X-Owner-Id",
            "X-Consumer-Custom-Id", "X-Current-User", "X-Subject", "X-Amzn-Oidc-Identity",
            "X-Ms-Client-Principal-Id", "X-Impersonate", "X-Impersonate-User", "X-On-Behalf-Of",
            "X-Act-As", "X-Switch-User", "X-Sudo", "X-Test-User", "X-Debug-User",
        ),
        "{email}": (
            "X-User-Email", "X-Email", "X-Forwarded-User", "X-Forwarded-Email", "X-Remote-User",
            "Remote-User", "X-Auth-User", "X-Authenticated-User", "X-Auth-Request-Email",
            "X-Forwarded-Preferred-Username", "X-Username", "X-User-Name", "X-WEBAUTH-USER",
            "X-Goog-Authenticated-User-Email", "Cf-Access-Authenticated-User-Email",
            "X-Ms-Client-Principal-Name", "X-Consumer-Username", "From",
        ),
        "admin": ("X-Role", "X-Roles", "X-User-Role", "X-User-Roles", "X-Groups", "X-Scopes",
                  "X-Forwarded-Groups", "X-Scope"),
        "true": ("X-Admin", "X-Is-Admin", "X-Superuser", "X-Internal", "X-Internal-Request",
                 "X-Internal-Service", "X-Debug", "X-Test", "X-Test-Mode", "X-Skip-Auth",
                 "X-No-Auth", "X-Bypass-Auth", "X-Authenticated", "X-Trusted", "X-Healthcheck"),
        "127.0.0.1": ("X-Forwarded-For", "X-Real-IP", "X-Client-IP", "True-Client-IP",
                      "X-Originating-IP", "X-Remote-Addr", "X-Cluster-Client-IP"),
        "localhost": ("X-Forwarded-Host", "X-Host"),
        "{origin}/admin": ("Referer",),
        "kube-probe/1.30": ("User-Agent",),
    }.items()
    for name in names
)  # fmt: skip
"""What a trusted proxy or an internal service might set, and nobody else may."""

IDENTITY_QUERY = (
    "user_id={id}&user={email}&uid={id}&owner_id={id}&userId={id}&username={email}&as={id}"
    "&email={email}&admin=true&is_admin=true&role=admin&debug=true&test=true&internal=true"
    "&auth=false&skip_auth=true"
)
"""The same in a query."""

IDENTITY_COOKIE = (
    "user_id={id}; user={email}; uid={id}; username={email}; email={email}; role=admin; "
    "admin=true; is_admin=true; logged_in=true; authenticated=true"
)
"""The same in cookies."""

DEFAULT_LOGINS = (
    "admin:admin", "admin:password", "admin:secret", "admin:123456", "admin:", "root:root",
    "test:test", "user:user", "user:password", "guest:guest", "demo:demo", "dev:dev",
    "stanleyjobson:swordfish",
)  # fmt: skip
"""Names and passwords of tutorials and of freshly installed systems."""

ANYBODY = (
    Attack("3.7", "Basic with a default password", Expected.R0, "OWASP ASVS 5.0, V6.3.2", 1392,
        "6.3.2"),
    Attack("5.6", "a bearer token beside another's cookie", Expected.R2, "RFC 9110, section 5.3",
        436, does="one person's cookie and another's token in one request, which is of two people"),
    Attack("6.7", "a session cookie twice", Expected.R2, "RFC 6265, section 4.2.2", 436,
        does="the owner's cookie, and nonsense or another's below the same name"),
    Attack("9.6", "token in a cookie of any name", Expected.R0, "OWASP ASVS 5.0, V3.5.1", 352,
        "3.5.1"),
    Attack("12.31", "every identity in the headers", Expected.R0, _API2, 290,
        does="names the owner, an administrator and this machine in all headers that proxies set"),
    Attack("12.32", "identity in the query", Expected.R0, _API2, 290),
    Attack("12.33", "identity in plain cookies", Expected.R0, _API2, 565),
    Attack("12.34", "the method by another name", Expected.CLOSED, "CWE-650", 650,
        does="asks for a method in X-HTTP-Method-Override, in `_method` of query and form"),
    Attack("141.1", "another's name in a header", Expected.REFUSED, _API2, 290,
        does="Bob, signed in, names Alice in every header that a proxy sets"),
    Attack("141.2", "another's name in the query", Expected.REFUSED, _API2, 639,
        does="Bob, signed in, names Alice in the query of what is his own"),
    Attack("141.3", "an administrator by a header", Expected.R3, _API2, 269,
        does="Bob, signed in, says in headers that he is an administrator"),
    Attack("141.4", "an administrator by the query", Expected.R3, _API2, 269),
    Attack("141.5", "an administrator by a cookie", Expected.R3, _API2, 565),
    Attack("149.1", "lax about the header", Expected.R2, "RFC 6750, section 2.1", 436, "",
        does="a real token in what is no proper header, together"),
)  # fmt: skip
