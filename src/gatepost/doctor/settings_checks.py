"""What can be said of a deployment from its settings: nothing is connected to."""

from collections.abc import Iterator
from datetime import timedelta

from gatepost.doctor.findings import Check, Finding
from gatepost.doctor.patient import Patient
from gatepost.errors import ConfigurationError
from gatepost.issuers import BuiltIn
from gatepost.options import is_on
from gatepost.origins import is_loopback
from gatepost.password_hash import PasswordHash
from gatepost.secret_sources import is_readable_by_all
from gatepost.secret_strength import bits_of, weakness_of
from gatepost.settings import Secrets, Settings
from gatepost.store.secret_file import secret_file, take_up_secret

_SECRET = Check("secret", "Whoever has it, or guesses it, signs in as anybody and opens the keys.")
_FILES = Check("secret files", "Every program on this machine could read what they hold.")
_ADDRESS = Check("address", "Without TLS everybody on the way reads passwords, cookies and tokens.")
_COOKIES = Check("cookies", "A session cookie that others get is a session that others have.")
_ORIGINS = Check("origins", "Their pages act for the person who has them open.")
_PROXIES = Check("proxies", "They say where requests come from, which limits and events go by.")
_MAIL = Check("mail", "Without it nobody resets a password, or shows that an address is theirs.")
_HASH = Check("password hash", "It is what a thief of the database has to break.")
_SESSIONS = Check("sessions", "A stolen cookie is good for as long.")

_WIDEST = {4: 16, 6: 48}
_LONG_SESSION = timedelta(days=90)
_NEW_SECRET = "Run `gatepost secret`, and deploy what it prints."  # noqa: S105 - what to do


def settings_checks(patient: Patient) -> Iterator[Finding]:
    """Yield a finding for each setting that can be poor."""
    if patient.is_built_in:
        yield _secret(patient)
    yield _secret_files(patient)
    yield _address(patient)
    if patient.is_built_in:
        yield _cookies(patient)
        yield _sessions(patient)
    yield _origins(patient)
    yield _proxies(patient)
    if patient.is_built_in:
        yield _mail(patient)
        yield _password_hash(patient)


def secrets_of_patient(patient: Patient) -> Secrets | None:
    """Return what the deployment signs with; None where there is none yet, and none is made.

    Raises:
        ConfigurationError: the development secret's file cannot be used.
    """
    settings = patient.settings
    if settings.secrets is not None or settings.production:
        return settings.secrets
    if not secret_file(settings.data_dir).exists():
        return None
    return take_up_secret(settings.data_dir)[0]


def _secret(patient: Patient) -> Finding:
    settings = patient.settings
    try:
        secrets = secrets_of_patient(patient)
    except ConfigurationError as refused:
        return _SECRET.fail(str(refused), "Do what the line above says.")
    if secrets is not None:
        return _judged(secrets, settings)
    if settings.production:
        return _SECRET.fail(
            "None is set, and in production none is made.",
            "Set GATEPOST_SECRET, or GATEPOST_SECRET_FILE, to what `gatepost secret` prints.",
        )
    return _SECRET.ok(f"None yet: the first start makes it, in {settings.data_dir}.")


def _judged(secrets: Secrets, settings: Settings) -> Finding:
    # Those of the environment have been judged when they were read; an app may have its own.
    weak = [each for secret in secrets.every if (each := weakness_of(secret.reveal()))]
    if weak:
        return _SECRET.fail(f"One {weak[0]}.", _NEW_SECRET)
    bits = min(bits_of(secret.reveal()) for secret in secrets.every)
    measured = f"of {bits:.0f} bits at most, by what can be seen of it"
    if settings.secrets is None:
        return _SECRET.ok(f"Development's own, in {secret_file(settings.data_dir)}, {measured}.")
    older = len(secrets.every) - 1
    if older > 1:
        return _SECRET.warn(
            f"One that signs, and {older} older ones that count as well; the weakest {measured}.",
            "Drop those that have not signed for eight days: nothing in use needs them.",
        )
    beside = ", with one older beside it" if older else ""
    return _SECRET.ok(f"One that signs{beside}, {measured}.")


def _secret_files(patient: Patient) -> Finding:
    files = patient.sources.files
    if not files:
        return _FILES.ok("No secret setting comes from a file.")
    open_to_all = [path for path in files if is_readable_by_all(path)]
    if open_to_all:
        shown = ", ".join(map(str, open_to_all))
        return _FILES.warn(
            f"Everybody on this machine can read {shown}.",
            f"Unless that is a container of the app's own: chmod o-r {' '.join(map(str, files))}",
        )
    return _FILES.ok(f"{len(files)}, which not everybody can read.")


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
    here = next(issuer for issuer in patient.issuers if isinstance(issuer, BuiltIn))
    if is_on(here.bearer, settings.options.bearer):
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
    if patient.settings.mail_url is not None:
        return _MAIL.ok("GATEPOST_MAIL_URL is set.")
    if not patient.settings.production:
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
    if ages.expires_in > _LONG_SESSION:
        return _SESSIONS.warn(
            f"One that nobody uses lives {ages.expires_in.days} days.",
            "Set GATEPOST_SESSION_EXPIRES_IN to 90d at most.",
        )
    return _SESSIONS.ok(
        f"One that nobody uses ends after {ages.expires_in / timedelta(days=1):g} days."
    )
