"""What can be said of a deployment from its settings: nothing is connected to."""

from collections.abc import Iterator
from datetime import timedelta

from gatepost.doctor.findings import Check, Finding
from gatepost.doctor.patient import Patient
from gatepost.doctor.secret_checks import secret_files_finding, secret_finding
from gatepost.issuers import BuiltIn
from gatepost.options import is_on
from gatepost.origins import is_loopback
from gatepost.password_hash import PasswordHash

_ADDRESS = Check("address", "Without TLS everybody on the way reads passwords, cookies and tokens.")
_COOKIES = Check("cookies", "A session cookie that others get is a session that others have.")
_ORIGINS = Check("origins", "Their pages act for the person who has them open.")
_PROXIES = Check("proxies", "They say where requests come from, which limits and events go by.")
_MAIL = Check("mail", "Without it nobody resets a password, or shows that an address is theirs.")
_HASH = Check("password hash", "It is what a thief of the database has to break.")
_SESSIONS = Check("sessions", "A stolen cookie is good for as long.")

_WIDEST = {4: 16, 6: 48}
_LONG_SESSION = timedelta(days=90)


def settings_checks(patient: Patient) -> Iterator[Finding]:
    """Yield a finding for each setting that can be poor."""
    if patient.is_built_in:
        yield secret_finding(patient)
    yield secret_files_finding(patient)
    yield _address(patient)
    if patient.is_built_in:
        yield _cookies(patient)
        yield _sessions(patient)
    yield _origins(patient)
    yield _proxies(patient)
    if patient.is_built_in:
        yield _mail(patient)
        yield _password_hash(patient)


def _address(patient: Patient) -> Finding:
    url = patient.settings.url
    if url.startswith("https://"):
        return _ADDRESS.ok(f"{url}, over TLS.")
    if is_loopback(url) and not patient.settings.production:
        return _ADDRESS.ok(f"{url}, on this machine alone: development's.")
    if is_loopback(url):
        return _ADDRESS.warn(
            f"{url}, in production: nobody but this machine reaches it.",
            "Set GATEPOST_URL to the https address that people type.",
        )
    return _ADDRESS.fail(
        f"{url}, without TLS.",
        f"Set GATEPOST_URL={url.replace('http://', 'https://')}, and let a proxy speak TLS.",
    )


def _cookies(patient: Patient) -> Finding:
    settings = patient.settings
    flags = "HttpOnly, SameSite=Lax"
    poor = []
    if settings.production and not settings.secure_cookies:
        poor.append(
            _COOKIES.fail(
                f"{flags}, not Secure: a browser sends them without TLS too.",
                "Set GATEPOST_URL to an https address; that makes them Secure.",
            )
        )
    if settings.wire.cookie_domain:
        poor.append(
            _COOKIES.warn(
                f"Every host of {settings.wire.cookie_domain} gets them, and can act for anybody.",
                "Leave GATEPOST_COOKIE_DOMAIN out, unless all of those hosts are yours.",
            )
        )
    if is_on(_here(patient).bearer, settings.options.bearer):
        poor.append(
            _COOKIES.warn(
                "Session tokens are sent in a header as well, where a script of the page reads "
                "them.",
                "Turn bearer off, unless there are clients that keep no cookies.",
            )
        )
    if settings.secure_cookies:
        return _COOKIES.all_of(poor, f"Secure, {flags}, __Secure- before their names.")
    return _COOKIES.all_of(poor, f"{flags}, not Secure: development's, for http on this machine.")


def _here(patient: Patient) -> BuiltIn:
    return next(issuer for issuer in patient.issuers if isinstance(issuer, BuiltIn))


def _origins(patient: Patient) -> Finding:
    settings = patient.settings
    trusted = settings.trusted_origins
    others = sorted(trusted.others - {trusted.base})
    patterns = [pattern.pattern for pattern in trusted.patterns]
    plain = [each for each in others if each.startswith("http://") and not is_loopback(each)]
    plain += [f"a pattern of {each[:7]}…" for each in patterns if each.startswith("http://")]
    local = [each for each in others if is_loopback(each)]
    poor = []
    if plain:
        poor.append(
            _ORIGINS.fail(
                f"{', '.join(plain)} is trusted, whose pages anybody on the way can replace.",
                "Take it out of GATEPOST_TRUSTED_ORIGINS, or write https.",
            )
        )
    if patterns:
        poor.append(
            _ORIGINS.warn(
                f"Patterns with a wildcard are trusted ({len(patterns)}): every host that fits "
                "acts for anybody.",
                "Write out in GATEPOST_TRUSTED_ORIGINS the hosts that are meant.",
            )
        )
    if local and not is_loopback(settings.url):
        poor.append(
            _ORIGINS.warn(
                f"{', '.join(local)} is trusted: whatever a person runs on their own machine.",
                "Take it out of GATEPOST_TRUSTED_ORIGINS in production.",
            )
        )
    further = len(others) + len(patterns) - (0 if settings.production else len(local))
    well = f"The app's own, and {further} further." if further else "The app's own alone."
    return _ORIGINS.all_of(poor if settings.production else (), well)


def _proxies(patient: Patient) -> Finding:
    networks = patient.settings.trusted_proxies.networks
    wide = [each for each in networks if each.prefixlen < _WIDEST[each.version]]
    if wide:
        return _PROXIES.warn(
            f"{', '.join(map(str, wide))} is trusted: whoever has an address there says where a "
            "request comes from.",
            "Name in GATEPOST_TRUSTED_PROXIES the proxies alone.",
        )
    if networks:
        return _PROXIES.ok(f"{', '.join(map(str, networks))} may say where a request comes from.")
    if not patient.settings.production:
        return _PROXIES.ok("None is trusted, and none stands in front in development.")
    return _PROXIES.unknown(
        "None is trusted. Whether one stands in front cannot be seen from here; if one does, all "
        "people have its address, and its limits.",
        "If one does, name its address in GATEPOST_TRUSTED_PROXIES.",
    )


def _mail(patient: Patient) -> Finding:
    settings = patient.settings
    if settings.mail_url is not None:
        told = is_on(_here(patient).new_device_mail, settings.options.new_device_mail, default=True)
        if told:
            return _MAIL.ok("GATEPOST_MAIL_URL is set.")
        return _MAIL.warn(
            "GATEPOST_MAIL_URL is set, and nobody is told of a sign-in from a new device.",
            "Leave GATEPOST_NEW_DEVICE_MAIL out.",
        )
    if not settings.production:
        return _MAIL.ok("Kept in an outbox: development's.")
    return _MAIL.warn(
        "GATEPOST_MAIL_URL is not set: no mail is sent.",
        "Set GATEPOST_MAIL_URL=smtp://user:password@host:587?from=you@example.com",
    )


def _password_hash(patient: Patient) -> Finding:
    if patient.settings.password_hash is PasswordHash.ARGON2ID:
        return _HASH.ok("Argon2id; whoever still has scrypt is hashed anew at their next sign-in.")
    return _HASH.ok("scrypt, with Better Auth's parameters (N=16384, r=16).")


def _sessions(patient: Patient) -> Finding:
    ages = patient.settings.session_ages
    poor = []
    if ages.expires_in > _LONG_SESSION:
        poor.append(
            _SESSIONS.warn(
                f"One that nobody uses lives {ages.expires_in.days} days.",
                "Set GATEPOST_SESSION_EXPIRES_IN to 90d at most.",
            )
        )
    if ages.max_age is not None and ages.max_age > _LONG_SESSION:
        poor.append(
            _SESSIONS.warn(
                f"One that is used all the time lives {ages.max_age.days} days.",
                "Leave GATEPOST_SESSION_MAX_AGE out, or set it to 90d at most.",
            )
        )
    return _SESSIONS.all_of(
        poor,
        f"One that nobody uses ends after {ages.expires_in / timedelta(days=1):g} days, any other "
        f"after {ages.ends_after / timedelta(days=1):g}.",
    )
