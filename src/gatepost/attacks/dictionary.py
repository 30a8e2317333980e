"""Secrets that anybody guesses: those of tutorials and templates, and those made of an app's words.

Each was seen in public code or documentation, or is put together as people put them together.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

# As they stand in the documentation of frameworks, libraries and templates.
_PUBLISHED = (
    "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
    "deff1952d59f883ece260e8683fed21ab0ad9a53323eca4f",
    "63f4945d921d599f27ae4fdf5bada3f1",
    "your-256-bit-secret", "your-384-bit-secret", "your-512-bit-secret",
    "a-string-secret-at-least-256-bits-long",
    "a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long",
    "a-string-secret-at-least-384-bits-long-which-is-long",
    "better-auth-secret-123456789", "better-auth-secret-12345678901234567890",
    "please_please_update_me_please", "please-change-me", "please-change-this", "PLEASE_CHANGE_ME",
    "changethis", "change_this", "changeme", "change-me", "change_me", "change-me-in-production",
    "changeme-in-production", "change-this-in-production", "change_this_in_production",
    "change-me-please-use-a-32-char-secret", "replace-with-a-long-random-secret", "replace-me",
    "development-only-change-me", "development-only-secret-change-before-use",
    "dev-secret-change-in-production", "dev-only-secret-change-me", "dev-secret-change-me",
    "dev-secret-change-me-please-0123456789", "secret-change-in-production", "not-a-secret",
    "your-secret-key-change-in-production", "your-secret-key-here-change-in-production",
    "your-super-secret-key-change-in-production", "your-secret-key-change-this-in-production",
    "your-super-secret-jwt-key", "your-super-secret-jwt-key-change-in-production",
    "your_jwt_secret", "your_jwt_secret_key", "your-jwt-secret-key", "YOUR_JWT_SECRET",
    "super-secret", "super-secret-key", "supersecretkey", "supersecretjwtkey", "jwt-secret-string",
    "shhhhh", "shhhhhared-secret", "keyboard cat", "some secret secret :)", "rahasia", "s3cr3t",
    "s3cret", "sup3rs3cr3t", "p@ssw0rd", "Passw0rd!", "qwerty", "letmein", "hello", "hello world",
    "helloworld", "foobar", "foo", "bar", "asdf", "abc", "abc123", "abcdef", "1", "12", "123",
    "1234", "12345", "123456", "1234567", "12345678", "123456789", "1234567890", "0123456789",
    "0123456789abcdef", "0123456789abcdef0123456789abcdef", "abcdefghijklmnopqrstuvwxyz",
    "abcdefghijklmnopqrstuvwxyz123456", "abcdefghijklmnopqrstuvwxyz012345",
    "qwertyuiopasdfghjklzxcvbnm123456", "12345678901234567890123456789012",
    "the quick brown fox jumps over the lazy dog", "correct horse battery staple",
    "django-insecure", "flask-insecure", "placeholder", "example", "example-secret", "sample",
    "default", "none", "None", "null", "undefined", "nil", "true", "false", "todo", "TODO", "xxx",
    "xxxxxxxx", "admin", "root", "user", "password", "password1", "password123", "passphrase",
    "HS256", "HS384", "HS512", "jwt", "JWT", "token", "key", "private", "private_key", "privatekey",
    "fastapi", "fastapi-secret", "fastapi_secret_key", "uvicorn", "starlette", "pydantic",
    "thisisasecret", "this-is-a-secret", "this is a secret", "thisismysecretkey", "itsasecret",
    "this_is_a_secret_key", "this-is-a-very-secret-key", "thisisaverysecretkey", "my secret",
    "a-very-secret-key", "averysecretkey", "very-long-secret-key", "a-very-long-secret-key",
    "a-very-long-and-secure-secret-key", "a_very_long_random_secret_key",
    "a-secret-that-is-long-enough-for-hs256", "this-is-a-test-secret-that-is-long-enough",
    "test-secret-key-that-is-long-enough-32", "secret-key-for-testing-only",
    "test-secret-key-for-testing-only", "", " ", "\n", "\x00",
)  # fmt: skip

_BEFORE = (
    "", "my", "your", "the", "a", "super", "my super", "your super", "top", "very", "dev", "test",
    "app", "jwt", "auth", "api", "some", "default", "insecure", "local", "demo", "development",
    "production", "prod", "access", "refresh", "session", "django", "flask", "fastapi", "backend",
)  # fmt: skip
_WORDS = ("secret", "secretkey", "secret key", "key", "password", "token", "jwt secret",
          "jwt secret key", "signing key", "session secret", "auth secret")  # fmt: skip
_AFTER = ("", "1", "12", "123", "1234", "12345", "123456", "!", "here", "dev", "test", "change me")
_JOINS = ("", "-", "_", " ", ".")
_AROUND = (
    "{}", "{}-secret", "{}-secret-key", "{}-jwt-secret", "{}-jwt-secret-key", "{}-key", "{}-token",
    "{}-jwt", "{}-auth", "{}-auth-secret", "{}-session-secret", "{}-password", "{}-api",
    "{}-api-key", "{}-api-secret", "{}-app-secret", "{}-dev", "{}-dev-secret", "{}-development",
    "{}-test", "{}-prod", "{}-production", "{}-production-secret", "{}-super-secret",
    "{}-super-secret-key", "{}-top-secret", "{}-private-key", "{}-signing-key", "{}-hs256",
    "{}-secret-change-me", "{}-change-me", "{}-demo", "{}-demo-secret", "{}-local", "{}-insecure",
    "secret-{}", "my-{}", "my-{}-secret", "my-{}-secret-key", "the-{}-secret", "super-secret-{}",
    "jwt-{}", "jwt-secret-{}", "dev-{}", "dev-{}-secret", "dev-secret-{}", "test-{}",
    "test-{}-secret", "{}-{}",
)  # fmt: skip
_YEARS = ("", "1", "123", "1234", "!", *(str(year) for year in range(2_020, 2_031)))
_REPEATED = ("secret", "key", "a", "x", "0", "1", "test", "dev", "s", "k", "changeme", "password")
_LENGTHS = (16, 24, 32, 40, 48, 64)
_MOST_WORDS = 8


def usual_secrets() -> Iterator[str]:
    """Yield what tutorials and templates have, and what is made as those are."""
    yield from _PUBLISHED
    for before, word, after, join in product(_BEFORE, _WORDS, _AFTER, _JOINS):
        yield from _in_each_case(join.join(f"{before} {word} {after}".split()))
    for text, length in product(_REPEATED, _LENGTHS):
        yield text * (length // len(text))
        yield (text * length)[:length]


def secrets_of(words: Iterable[str]) -> Iterator[str]:
    """Yield secrets that are made of an app's own words: its title, its package, its paths.

    Args:
        words: texts of any spelling; the first eight are taken.
    """
    for text in list(dict.fromkeys(words))[:_MOST_WORDS]:
        parts = [part for part in re.split(r"[^A-Za-z0-9]+", text) if part]
        if parts:
            yield text
            yield from dict.fromkeys(_made_of(parts))


def _made_of(parts: Sequence[str]) -> Iterator[str]:
    for join, pattern in product(_JOINS, _AROUND):
        made = pattern.replace("-", join).replace("{}", join.join(parts))
        for text in dict.fromkeys((made, made.lower(), made.upper())):
            yield from (f"{text}{year}" for year in _YEARS)
            yield from (f"{text}{join}{year}" for year in _YEARS if join and year.isdigit())


def _in_each_case(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((text, text.lower(), text.upper(), text.title(), text.capitalize())))
