"""The secret of a deployment, and the files in which secrets lie."""

from gatepost.doctor.findings import Check, Finding
from gatepost.doctor.patient import Patient
from gatepost.errors import ConfigurationError
from gatepost.secret_sources import is_readable_by_all
from gatepost.secret_strength import bits_of, weakness_of
from gatepost.settings import Secrets, Settings
from gatepost.store.secret_file import secret_file, take_up_secret

_SECRET = Check("secret", "Whoever has it, or guesses it, signs in as anybody and opens the keys.")
_FILES = Check("secret files", "Every program on this machine could read what they hold.")

_NEW_SECRET = "Run `gatepost secret`, and deploy what it prints."  # noqa: S105 - what to do


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


def secret_finding(patient: Patient) -> Finding:
    """Judge what the deployment signs with."""
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


def secret_files_finding(patient: Patient) -> Finding:
    """Say whether everybody on this machine can read one."""
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
