"""Secrets that everybody knows: those of tutorials, READMEs and templates.

Compared without case and without anything but letters and digits, so that `Change-Me` and
`change_me` are one. Shorter ones than `MINIMUM_SECRET_LENGTH` stand here for what is said of them.
"""

import re
from typing import Final

_PUBLISHED: Final = (
    # FastAPI's page on OAuth2 with JWT tokens; its other pages and templates.
    "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
    "changethis",
    # Better Auth's own defaults.
    "better-auth-secret-123456789",
    "better-auth-secret-12345678901234567890",
    # jwt.io's debugger, over the years.
    "your-256-bit-secret",
    "your-384-bit-secret",
    "your-512-bit-secret",
    "a-string-secret-at-least-256-bits-long",
    "a-string-secret-at-least-384-bits-long-which-is-long",
    "a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long",
    # RFC 7515, appendix A.1, and RFC 7520, section 3.5: keys that JOSE libraries' tests hold.
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
    "hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg",
    # Flask's quickstart, and its documentation of sessions.
    "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",
    # Guides to Node.
    "b3c631c314c0bbca50c1b2843150fe33",
    # Auth.js and NextAuth guides, Express's session.
    "keyboard cat",
    "shhhhhared-secret",
    # The Symfony, Laravel and Spring tutorials.
    "ThisTokenIsNotSoSecretChangeIt",
    "SomeRandomString",
    "404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970",
    "413F4428472B4B6250655368566D5970337336763979244226452948404D6351",
    # JavaScript and Python templates.
    "deff1952d59f883ece260e8683fed21ab0ad9a53323eca4f",
    "63f4945d921d599f27ae4fdf5bada3f1",
    "your-super-secret-and-long-postgres-password",
    "super-secret-jwt-token-with-at-least-32-characters-long",
    "your-super-secret-jwt-token-with-at-least-32-characters-long",
    "a-secret-that-is-long-enough-for-hs256",
    "this-is-a-test-secret-that-is-long-enough",
    "a-very-long-and-secure-secret-key",
    "a_very_long_random_secret_key",
    "correct horse battery staple",
    "the quick brown fox jumps over the lazy dog",
)

_FAMILIES: Final = (
    # What stands where a secret is to be filled in. Without case, and letters and digits only.
    "changeme",
    "changethis",
    "changeit",
    "changeinproduction",
    "changebefore",
    "replaceme",
    "replacethis",
    "replacewith",
    "updateme",
    "fillmein",
    "insertyour",
    "putyour",
    "generateone",
    "generatewith",
    "opensslrand",
    "placeholder",
    "djangoinsecure",
    "insecuresecret",
    "insecurekey",
    "notasecret",
    "notsosecret",
    "notsecret",
    "donotuse",
    "dontuse",
    "notforproduction",
    "yoursecret",
    "yourjwt",
    "yoursupersecret",
    "yourownsecret",
    "yourrandom",
    "supersecret",
    "topsecret",
    "verysecret",
    "thisisasecret",
    "thisismysecret",
    "mysecretkey",
    "mysupersecret",
    "examplesecret",
    "secretexample",
    "samplesecret",
    "defaultsecret",
    "devsecret",
    "developmentsecret",
)

_NEITHER = re.compile(r"[\W_]+")


def _plain(text: str) -> str:
    return _NEITHER.sub("", text.casefold())


_KNOWN: Final = frozenset(_plain(each) for each in _PUBLISHED)


def is_published(value: str) -> bool:
    """Whether documentation shows this very value; what surrounds it in quotes does not count."""
    return _plain(value) in _KNOWN


def is_placeholder(value: str) -> bool:
    """Whether it says itself that another is to take its place, as `change-me-in-production`."""
    plain = _plain(value)
    return any(family in plain for family in _FAMILIES)
